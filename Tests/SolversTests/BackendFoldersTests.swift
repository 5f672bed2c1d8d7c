import Foundation
import Solvers
import TestSupport
import Testing

/// What is in the folders is in the list of backends, and the reverse.
@Suite struct BackendFoldersTests {
  @Test func backendsAreTheFoldersOfBackends() throws {
    let names = WorkerBackend.all.map(\.name)
    #expect(try names.sorted() == PackageFolder.folders("Sources/Backends").map { $0.lowercased() }.sorted())
    #expect(!names.contains("native"))
  }

  /// Otherwise tests of a new backend would be skipped without a word.
  @Test func theTestsKnowEveryBackend() {
    #expect(Backends.all == WorkerBackend.all.map(\.name))
  }

  @Test func everyBackendHasAWorker() throws {
    let workers = try PackageFolder.folders("Sources/Workers").filter { $0.hasPrefix("layerroute-") }
    #expect(workers.sorted() == WorkerBackend.all.map { "layerroute-\($0.name)" }.sorted())
  }
}
