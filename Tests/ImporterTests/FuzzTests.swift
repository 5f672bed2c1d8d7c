import Foundation
import Instances
import TestSupport
import Testing

@testable import Importers

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
      do {
        _ = try Self.imported(bytes)
        return true
      } catch is InputError {
        return false
      }
    }
    #expect(fuzzing.accepted > 10 && fuzzing.refused > 100, "\(fuzzing)")
  }

  /// To the end: a DNN in every granularity.
  static func imported(_ bytes: [UInt8]) throws -> [DNN] {
    let model = try ONNXModel(bytes, file: "m.onnx")
    let graph = try model.graph(sizes: ["n": 2, "batch": 3, "length": 9], unknown: .elementwise)
    return Granularity.allCases.map { graph.chain($0).dnn(name: "m") }
  }
}
