import Foundation
import SwiftProtobuf
import TestSupport
import Testing

@testable import Documents
@testable import Foundations
@testable import Importers
@testable import Networks
@testable import Splitting
@testable import SplittingGenerators

/// Mutations of models: each is imported or refused, in a time in proportion to its size.
struct FuzzTests {
  @Test func everyMutationOfAModelIsImportedOrRefused() throws {
    let models = try ["shapes", "windows", "mobilenet_v3", "recurrent", "densenet"].map {
      Array(try Data(contentsOf: URL(filePath: try ModelSample.exported($0).file)))
    }
    var fuzzing = Fuzzing("ONNX")
    fuzzing.run {
      var bytes = $0.element(of: models)
      for _ in 0..<$0.number(in: 1...3) { $0.changeBytes(&bytes) }
      return bytes
    } check: { bytes in
      try Self.isImported(bytes)
    }
    #expect(fuzzing.accepted > 10 && fuzzing.refused > 100, "\(fuzzing)")
  }

  /// Whole messages with strange values, which damaged bytes seldom are.
  @Test func everyModelWithStrangeValuesIsImportedOrRefused() throws {
    let models = try ["shapes", "windows", "mobilenet_v3", "recurrent", "gpt"].map {
      try ONNXModel.read(file: try ModelSample.exported($0).file).proto
    }
    let single = OperatorTests.cases.map { OperatorTests.model($0).proto }
    var fuzzing = Fuzzing("strange ONNX")
    fuzzing.run { mutator in
      var model = mutator.element(of: mutator.number(in: 0...1) == 0 ? models : single)
      for _ in 0..<mutator.number(in: 1...3) { Self.change(&model.graph, &mutator) }
      return (try? model.serializedBytes()) ?? []
    } check: { bytes in
      try Self.isImported(bytes)
    }
    #expect(fuzzing.accepted > 100 && fuzzing.refused > 100, "\(fuzzing)")
  }

  private static func change(_ graph: inout ONNXGraphProto, _ mutator: inout Mutator) {
    guard !graph.node.isEmpty else { return }
    let index = mutator.number(in: 0...graph.node.count - 1)
    switch mutator.number(in: 0...7) {
    case 0: graph.node[index].opType = mutator.element(of: operators)
    case 1: graph.node[index].input.shuffle(using: &mutator.random)
    case 2: graph.node[index].input.append(mutator.element(of: graph.node).output.first ?? "")
    case 3: graph.node[index].attribute = mutator.element(of: graph.node).attribute
    case 4:
      graph.node[index].input.indices.randomElement(using: &mutator.random).map {
        graph.node[index].input[$0] = ""
      }
    case 5:
      guard let place = graph.node[index].attribute.indices.randomElement(using: &mutator.random) else {
        return
      }
      graph.node[index].attribute[place].i = mutator.element(of: numbers)
      for element in graph.node[index].attribute[place].ints.indices where mutator.number(in: 0...1) == 0 {
        graph.node[index].attribute[place].ints[element] = mutator.element(of: numbers)
      }
    case 6:
      guard let place = graph.initializer.indices.randomElement(using: &mutator.random) else { return }
      let raw = graph.initializer[place].rawData.count / 8
      if raw > 0 {
        // As integers of 64 bits, in which exporters write sizes.
        graph.initializer[place].rawData = Data(
          (0..<raw).flatMap { _ in
            let bits = UInt64(bitPattern: mutator.element(of: numbers))
            return (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
          })
      }
      for element in graph.initializer[place].int64Data.indices {
        graph.initializer[place].int64Data[element] = mutator.element(of: numbers)
      }
      if raw == 0, let axis = graph.initializer[place].dims.indices.randomElement(using: &mutator.random) {
        graph.initializer[place].dims[axis] = mutator.element(of: numbers)
      }
    default:
      guard let place = graph.input.indices.randomElement(using: &mutator.random) else { return }
      let axes = graph.input[place].type.tensorType.shape.dim.indices
      guard let axis = axes.randomElement(using: &mutator.random) else { return }
      graph.input[place].type.tensorType.shape.dim[axis].dimValue = mutator.element(of: numbers)
    }
  }

  private static let numbers: [Int64] = [
    0, 1, -1, 2, 3, 7, 64, 4095, 4096, 4097, 1 << 16, 1 << 24, 1 << 30, 1 << 31, (1 << 31) + 1, 1 << 40, .max,
    .min,
    -(1 << 31), -7,
  ]

  private static let operators =
    OperatorTests.cases.map(\.kind) + [
      "AffineGrid", "CenterCropPad", "Col2Im", "Compress", "ConstantOfShape", "CumSum", "DepthToSpace",
      "DequantizeLinear", "Div", "EyeLike", "GatherND", "GridSample", "If", "LpPool", "MatMulInteger",
      "MaxRoiPool",
      "MaxUnpool", "Mod", "NonZero", "OneHot", "Pow", "QLinearConv", "QLinearMatMul", "Range", "ReduceProd",
      "ReverseSequence", "STFT", "Shape", "Size", "SkipLayerNormalization", "Trilu",
    ]

  /// Whether a model is imported; where it is refused, the message must be fit to be shown.
  private static func isImported(_ bytes: [UInt8]) throws -> Bool {
    do {
      _ = try imported(bytes)
      return true
    } catch let error as InputError {
      let text = error.description
      guard !text.unicodeScalars.contains(where: TerminalText.isUnsafe), text.utf8.count < 20_000 else {
        throw error
      }
      return false
    }
  }

  /// To the end: a DNN in every granularity.
  static func imported(_ bytes: [UInt8]) throws -> [DNN] {
    let model = try ONNXModel(bytes, file: "m.onnx")
    let graph = try model.graph(ONNXRequest(sizes: ["n": 2, "batch": 3, "length": 9], unknown: .elementwise))
    return Granularity.allCases.map { graph.chain($0).dnn(name: "m") }
  }
}
