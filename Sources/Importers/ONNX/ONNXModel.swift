import Documents
import Foundations
import SwiftProtobuf

/// A DNN in the Open Neural Network Exchange format (https://onnx.ai), opsets 7 to 26.
///
/// The weights may be in the file, in other files, or missing, since only their shapes are needed.
public struct ONNXModel: Sendable {
  let file: String
  let proto: ONNXModelProto

  /// Reads a model from a file ("-" is standard input), in time linear in its size.
  ///
  /// - Throws: if the file cannot be read or is not an ONNX file.
  public static func read(file: String) throws(InputError) -> ONNXModel {
    try ONNXModel(InputFile.read(file: file), file: file)
  }

  /// Decodes the bytes of a model in linear time; the name of the file is for messages.
  ///
  /// - Throws: if the bytes are not an ONNX file; the message names the place.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    self.file = file
    try ProtobufScan.check(bytes, file: file)
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    do {
      proto = try ONNXModelProto(serializedBytes: bytes, options: options)
    } catch BinaryDecodingError.invalidUTF8 {
      throw InputError(file: file, message: "this is not an ONNX file: a name is not UTF-8")
    } catch {
      throw InputError(file: file, message: "this is not an ONNX file: \(error)")
    }
    guard proto.hasGraph else {
      throw InputError(file: file, message: "this is not an ONNX file: it has no graph")
    }
  }

  /// The input dimensions whose size the file does not give, in the order of the inputs. A dimension without a name is
  /// called `input[axis]`.
  public var openDimensions: [String] { SymbolicDimensions.names(in: realInputs) }

  /// Whether the size of a dimension with this name is of any use: it is the name of a dimension, a part of a name that is a
  /// sum or a product, or the place of an axis, such as `input[0]`, of an input or of another tensor whose shape the file
  /// declares.
  public func uses(dimension name: String) -> Bool {
    let declared = realInputs + proto.graph.valueInfo + proto.graph.output
    return declared.contains { value in
      value.type.tensorType.shape.dim.enumerated().contains { axis, dimension in
        if case .dimParam(let own) = dimension.value {
          if Name(own) == Name(name) || SymbolicDimensions.parts(of: own).contains(Name(name)) { return true }
        }
        return Name("\(value.name)[\(axis)]") == Name(name)
      }
    }
  }

  /// The names of the inputs, without the constants that old files list among them.
  public var inputNames: [String] { realInputs.map(\.name) }

  /// The names of the outputs.
  public var outputNames: [String] { proto.graph.output.map(\.name) }

  /// The names of the tensors that nodes at the top level of the graph produce.
  public var producedNames: [String] { proto.graph.node.flatMap(\.output).filter { !$0.isEmpty } }

  /// The inputs without the constants that old files list among them.
  var realInputs: [ONNXValueInfoProto] {
    let constants = Set(proto.graph.initializer.map { Name($0.name) })
    return proto.graph.input.filter { !constants.contains(Name($0.name)) }
  }

  /// The operations that run, with their shapes, work and weights. Operations on constants alone are evaluated here, and
  /// are not part of the graph.
  ///
  /// - Throws: if a size is missing, an operator is unknown, or the file contradicts itself; the message names the
  ///   place.
  /// - Complexity: linear in the size of the file without weights, and in the number of elements from which shapes are
  ///   computed.
  public func graph(_ request: ONNXRequest = ONNXRequest()) throws(InputError) -> OperationGraph {
    var walk = ModelWalk(self, request)
    return try walk.graph()
  }

  /// The element type and shape of a tensor.
  public struct TensorKind: Sendable, Equatable {
    /// The number of the element type in ONNX, for example 1 for 32-bit real numbers and 7 for 64-bit integers.
    public var elementType: Int
    /// The dimensions; none for a scalar.
    public var dimensions: [Int]
  }

  /// The element type and shape of every tensor that has a name at the top level of the graph, constants included.
  ///
  /// Parameters, errors and complexity are those of ``graph(_:)``.
  public func tensors(_ request: ONNXRequest = ONNXRequest()) throws(InputError) -> [Name: TensorKind] {
    try walked(request).mapValues {
      TensorKind(elementType: Int($0.type.rawValue), dimensions: $0.shape.dimensions)
    }
  }

  /// Every tensor that has a name at the top level of the graph, with its elements if they are known.
  func walked(_ request: ONNXRequest) throws(InputError) -> [Name: Tensor] {
    var walk = ModelWalk(self, request)
    _ = try walk.graph()
    return walk.tensors
  }
}
