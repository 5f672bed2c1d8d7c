import Documents
import Foundations
import SwiftProtobuf

/// A DNN in a file of the Open Neural Network Exchange format (https://onnx.ai), opset 7 to 21 and most of what came
/// after.
///
/// Weights may be in the file, in others, or nowhere: shapes suffice.
public struct ONNXModel: Sendable {
  let file: String
  let proto: ONNXModelProto

  /// Reads a model.
  ///
  /// - Parameter file: as the user names it; "-" is standard input.
  /// - Throws: where it cannot be read or is no ONNX file.
  public static func read(file: String) throws(InputError) -> ONNXModel {
    try ONNXModel(InputFile.read(file: file), file: file)
  }

  /// Decodes the bytes of a model.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: what errors call it.
  /// - Throws: where they are no ONNX file, naming the place.
  /// - Complexity: linear in the number of bytes.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    self.file = file
    try ProtobufScan.check(bytes, file: file)
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    do {
      proto = try ONNXModelProto(serializedBytes: bytes, options: options)
    } catch BinaryDecodingError.invalidUTF8 {
      throw InputError(file: file, message: "this is no ONNX file: a name is not UTF-8")
    } catch {
      throw InputError(file: file, message: "this is no ONNX file: \(error)")
    }
    guard proto.hasGraph else {
      throw InputError(file: file, message: "this is no ONNX file: it has no graph")
    }
  }

  /// The names of the dimensions of inputs to which the file gives no size, in the order of the inputs: their own, or
  /// `input[axis]` where they have none.
  public var openDimensions: [String] { SymbolicDimensions.names(in: realInputs) }

  /// Whether a size for a name would be used: it is an open dimension, or a part of a sum or product that is one.
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

  /// What to do with operators that are not known.
  public enum UnknownOperators: Sendable {
    /// They are errors, unless the file gives the shapes of their results.
    case refused
    /// Their results have the shape that their inputs have together, at one FLOP an element.
    case elementwise
  }

  /// The operations that run, with shapes, work and weights; what follows from constants alone is computed here.
  ///
  /// - Parameters:
  ///   - sizes: of the dimensions that have only a name.
  ///   - unknown: what to do with operators that are not known.
  /// - Throws: where a size is missing, an operator is not known, or the file contradicts itself, naming the place.
  /// - Complexity: linear in the size of the file without weights, and in the numbers that shapes are computed from.
  public func graph(
    sizes: [String: Int] = [:], unknown: UnknownOperators = .refused
  ) throws(InputError) -> OperationGraph {
    var walk = ModelWalk(self, SymbolicDimensions(sizes: sizes), unknown)
    return try walk.graph()
  }

  /// A tensor of a model.
  public struct TensorKind: Sendable, Equatable {
    /// As ONNX numbers them: 1 is a 32-bit number, 7 a 64-bit integer.
    public var elementType: Int
    public var dimensions: [Int]
  }

  /// Element type and shape of every tensor that has a name at the top of the graph, constants included.
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
