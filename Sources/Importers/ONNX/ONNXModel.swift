import Documents
import Foundations
import SwiftProtobuf

/// A DNN in the Open Neural Network Exchange format (https://onnx.ai), opsets 7 to 21 and most of the later additions.
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

  /// Whether a name is an open dimension, or a part of an open dimension that is a sum or a product.
  public func uses(dimension name: String) -> Bool {
    openDimensions.contains {
      Name($0) == Name(name) || SymbolicDimensions.parts(of: $0).contains(Name(name))
    }
  }

  /// The inputs without the constants that old files list among them.
  var realInputs: [ONNXValueInfoProto] {
    let constants = Set(proto.graph.initializer.map { Name($0.name) })
    return proto.graph.input.filter { !constants.contains(Name($0.name)) }
  }

  /// How unknown operators are handled.
  public enum UnknownOperators: Sendable {
    /// An unknown operator is an error, unless the file declares the shapes of its results.
    case refused
    /// The results have the shape to which the inputs broadcast, and each of their elements costs one FLOP.
    case elementwise
  }

  /// The operations that run, with their shapes, work and weights, given the sizes of the open dimensions by name.
  /// Operations on constants alone are evaluated here, and are not part of the graph.
  ///
  /// - Throws: if a size is missing, an operator is unknown, or the file contradicts itself; the message names the
  ///   place.
  /// - Complexity: linear in the size of the file without weights, and in the number of elements from which shapes are
  ///   computed.
  public func graph(
    sizes: [String: Int] = [:], unknown: UnknownOperators = .refused
  ) throws(InputError) -> OperationGraph {
    var walk = ModelWalk(self, SymbolicDimensions(sizes: sizes), unknown)
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
  /// Parameters, errors and complexity are those of ``graph(sizes:unknown:)``.
  public func tensors(
    sizes: [String: Int] = [:], unknown: UnknownOperators = .refused
  ) throws(InputError) -> [Name: TensorKind] {
    var walk = ModelWalk(self, SymbolicDimensions(sizes: sizes), unknown)
    _ = try walk.graph()
    return walk.tensors.mapValues {
      TensorKind(elementType: Int($0.type.rawValue), dimensions: $0.shape.dimensions)
    }
  }
}
