import Foundation
import Foundations
import SwiftProtobuf

@testable import Importers

/// Builds ONNX models for the tests.
struct ModelBuilder {
  var proto = ONNXModelProto()

  init(opset: Int64 = 17) {
    var version = ONNXOperatorSetIdProto()
    version.version = opset
    proto.opsetImport = [version]
    proto.graph.name = "test"
  }

  mutating func input(_ name: String, _ type: ElementType = .float, _ dimensions: [Int64]) {
    proto.graph.input.append(Self.value(name, type, dimensions))
  }

  /// An input with a dimension that has only a name.
  mutating func input(_ name: String, open dimensions: [String]) {
    var value = Self.value(name, .float, [])
    value.type.tensorType.shape.dim = dimensions.map { name in
      var dimension = ONNXTensorShapeProto.Dimension()
      dimension.value = Int64(name).map { .dimValue($0) } ?? (name.isEmpty ? nil : .dimParam(name))
      return dimension
    }
    proto.graph.input.append(value)
  }

  mutating func integers(_ name: String, _ values: [Int64]) {
    var tensor = ONNXTensorProto()
    tensor.name = name
    tensor.dataType = ElementType.int64.rawValue
    tensor.dims = [Int64(values.count)]
    tensor.int64Data = values
    proto.graph.initializer.append(tensor)
  }

  /// Without elements.
  mutating func weights(_ name: String, _ dimensions: [Int64], _ type: ElementType = .float) {
    var tensor = ONNXTensorProto()
    tensor.name = name
    tensor.dataType = type.rawValue
    tensor.dims = dimensions
    proto.graph.initializer.append(tensor)
  }

  mutating func node(
    _ kind: String, _ inputs: [String], _ outputs: [String], domain: String = "", _ attributes: Attribute...
  ) {
    proto.graph.node.append(Self.node(kind, inputs, outputs, domain: domain, attributes))
  }

  static func node(
    _ kind: String, _ inputs: [String], _ outputs: [String], domain: String = "",
    _ attributes: [Attribute] = []
  ) -> ONNXNodeProto {
    var node = ONNXNodeProto()
    node.opType = kind
    node.name = "a \(kind)"
    node.input = inputs
    node.output = outputs
    node.domain = domain
    node.attribute = attributes.map(\.proto)
    return node
  }

  mutating func outputs(_ names: String...) {
    for name in names {
      var value = ONNXValueInfoProto()
      value.name = name
      proto.graph.output.append(value)
    }
  }

  static func value(_ name: String, _ type: ElementType, _ dimensions: [Int64]) -> ONNXValueInfoProto {
    var value = ONNXValueInfoProto()
    value.name = name
    value.type.tensorType.elemType = type.rawValue
    value.type.tensorType.shape.dim = dimensions.map { size in
      var dimension = ONNXTensorShapeProto.Dimension()
      dimension.dimValue = size
      return dimension
    }
    return value
  }

  func bytes() throws -> [UInt8] { try proto.serializedBytes() }

  func model() throws -> ONNXModel { try ONNXModel(bytes(), file: "m.onnx") }

  /// Element type and dimensions of a tensor.
  func tensor(_ name: String, sizes: [String: Int] = [:]) throws -> ONNXModel.TensorKind? {
    try model().tensors(ONNXRequest(sizes: sizes))[Name(name)]
  }
}

/// An attribute of a node.
struct Attribute {
  var proto = ONNXAttributeProto()

  private init(_ name: String, _ type: Int32) {
    proto.name = name
    proto.type = type
  }

  static func integer(_ name: String, _ value: Int64) -> Attribute {
    var attribute = Attribute(name, 2)
    attribute.proto.i = value
    return attribute
  }

  static func integers(_ name: String, _ values: [Int64]) -> Attribute {
    var attribute = Attribute(name, 7)
    attribute.proto.ints = values
    return attribute
  }

  static func string(_ name: String, _ value: String) -> Attribute {
    var attribute = Attribute(name, 3)
    attribute.proto.s = Data(value.utf8)
    return attribute
  }

  static func tensor(_ name: String, _ tensor: ONNXTensorProto) -> Attribute {
    var attribute = Attribute(name, 4)
    attribute.proto.t = tensor
    return attribute
  }

  static func reals(_ name: String, _ values: [Float]) -> Attribute {
    var attribute = Attribute(name, 6)
    attribute.proto.floats = values
    return attribute
  }

  static func graph(_ name: String, _ graph: ONNXGraphProto) -> Attribute {
    var attribute = Attribute(name, 5)
    attribute.proto.g = graph
    return attribute
  }

  /// Of a function: what the call gives under another name.
  static func reference(_ name: String, _ type: Int32, to outer: String) -> Attribute {
    var attribute = Attribute(name, type)
    attribute.proto.refAttrName = outer
    return attribute
  }
}
