import Foundation
import Testing

@testable import Documents
@testable import Foundations
@testable import Networks
@testable import Splitting
@testable import SplittingGenerators

/// The sample instances that are kept beside the repository; see `Acceptance.folder`.
enum Acceptance {
  /// `LAYERROUTE_ACCEPTANCE`, else `../shared/acceptance` beside the package; `nil` where there is no such folder.
  static let folder: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path =
      ProcessInfo.processInfo.environment["LAYERROUTE_ACCEPTANCE"]
      ?? root.deletingLastPathComponent().appendingPathComponent("shared/acceptance").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  struct Rejections: Decodable {
    struct Case: Decodable {
      var file: String
      var anyOf: [String]?
      var allOf: [String]?

      enum CodingKeys: String, CodingKey {
        case file
        case anyOf = "any_of"
        case allOf = "all_of"
      }
    }
    var cases: [Case]
  }

  /// The instances of the folder, not those in `bad`.
  static func instances() throws -> [String] {
    let folder = try #require(folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0 != "expected.json" && ($0.hasSuffix(".json") || $0.hasSuffix(".yaml")) }
      .map { folder + "/" + $0 }
  }
}

// Skipped where the samples are absent: they are no part of the repository.
@Suite(.enabled(if: Acceptance.folder != nil, "the folder of acceptance samples is absent"))
struct AcceptanceTests {
  @Test func everySampleIsReadAndWrittenBackUnchanged() throws {
    let files = try Acceptance.instances()
    #expect(!files.isEmpty)
    for file in files {
      let instance = try Instance.read(file: file)
      #expect(try Instance.parse(Array(instance.json().utf8)) == instance, "\(file)")
    }
  }

  @Test func everyMalformedSampleIsRejectedWithTheExpectedWords() throws {
    let folder = try #require(Acceptance.folder) + "/bad/"
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "expected.json"))
    let cases = try JSONDecoder().decode(Acceptance.Rejections.self, from: data).cases
    #expect(!cases.isEmpty)
    for sample in cases {
      let error = try #require(throws: InputError.self, "\(sample.file) is accepted") {
        try Instance.read(file: folder + sample.file)
      }
      // The name of the file must not be what satisfies the expectation.
      let message = "\(error.path): \(error.message)".lowercased()
      for word in sample.allOf ?? [] { #expect(message.contains(word), "\(sample.file): \(error)") }
      if let words = sample.anyOf {
        #expect(words.contains { message.contains($0) }, "\(sample.file): \(error)")
      }
    }
  }
}
