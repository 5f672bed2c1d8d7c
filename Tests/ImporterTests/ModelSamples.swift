import Foundation
import Importers
import Problems
import TestSupport

/// A model in a file, and what an independent program says of it.
struct ModelSample: CustomStringConvertible, Sendable {
  let file: String
  let reference: Reference

  var description: String { (file as NSString).lastPathComponent }

  /// As `export_onnx.py` writes it.
  struct Reference: Decodable, Sendable {
    /// Of open dimensions.
    var sizes: [String: Int]
    var multiplyAddFLOP: Double
    var parameters: Double
    /// Element type and dimensions by name.
    var tensors: [String: Kind]
  }

  struct Kind: Decodable, Sendable {
    var elementType: Int
    var dimensions: [Int]

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      elementType = try values.decode(Int.self)
      dimensions = try values.decode([Int].self)
    }
  }

  func graph() throws -> OperationGraph {
    try ONNXModel.read(file: file).graph(ONNXRequest(sizes: reference.sizes))
  }
}

extension ModelSample {
  /// The models beside these tests, and those in `LAYERROUTE_ONNX`, a folder that `export_onnx.py` filled.
  static let exported: [ModelSample] = {
    let own = PackageFolder.url.appending(path: "Tests/ImporterTests/Models").path
    let other = ProcessInfo.processInfo.environment["LAYERROUTE_ONNX"]
    return [own, other].compactMap { $0 }.flatMap { folder in
      references([String: Reference].self, folder).map {
        ModelSample(file: "\(folder)/\($0.key).onnx", reference: $0.value)
      }
    }.sorted { $0.file < $1.file }
  }()

  static func exported(_ name: String) throws -> ModelSample {
    guard let sample = exported.first(where: { $0.description == name + ".onnx" }) else {
      throw CocoaError(.fileNoSuchFile)
    }
    return sample
  }

  /// Beside the repository: `LAYERROUTE_DATA`, else `../shared/data`; no part of it.
  static let dataFolder: String? = {
    let path =
      ProcessInfo.processInfo.environment["LAYERROUTE_DATA"]
      ?? PackageFolder.url.deletingLastPathComponent().appending(path: "shared/data").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  /// Models of torchvision; empty where the folder is absent.
  static let torchvision: [ModelSample] = {
    struct Counted: Decodable {
      var flop: Double
      var parameters: Double
      enum CodingKeys: String, CodingKey {
        case flop
        case parameters = "float_initializer_elements"
      }
    }
    guard let folder = dataFolder.map({ $0 + "/models" }) else { return [] }
    return references([String: Counted].self, folder).map {
      let reference = Reference(
        sizes: [:], multiplyAddFLOP: $0.value.flop, parameters: $0.value.parameters, tensors: [:])
      return ModelSample(file: "\(folder)/\($0.key).onnx", reference: reference)
    }.sorted { $0.file < $1.file }
  }()

  private static func references<Value: Decodable>(
    _ type: [String: Value].Type, _ folder: String
  ) -> [String: Value] {
    guard let data = FileManager.default.contents(atPath: folder + "/reference.json") else { return [:] }
    return (try? JSONDecoder().decode(type, from: data)) ?? [:]
  }
}
