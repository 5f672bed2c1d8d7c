import Foundation
import LayerRoute
import Planning
import Problems
import Solvers
import Splitting
import TestSupport
import Testing

/// What is in the folders is in the registry, and the reverse.
@Suite struct RegistryTests {
  @Test func formulationsAreTheFoldersOfFormulations() throws {
    let names = Kinds.splitting.formulations.map(\.name)
    #expect(names.sorted() == (try folders("formulations/splitting")).sorted())
    #expect(names.contains("layered"))
  }

  @Test func backendsAreTheFoldersOfBackends() throws {
    let names = WorkerBackend.all.map(\.name)
    #expect(names.sorted() == (try folders("Sources/Backends")).map { $0.lowercased() }.sorted())
    #expect(!names.contains(Origin.native))
  }

  /// Otherwise tests of a new backend would be skipped without a word.
  @Test func theTestsKnowEveryBackend() {
    #expect(Backends.all == WorkerBackend.all.map(\.name))
  }

  @Test func everyBackendHasAWorker() throws {
    let workers = try folders("Sources/Workers").filter { $0.hasPrefix("layerroute-") }
    #expect(workers.sorted() == WorkerBackend.all.map { "layerroute-\($0.name)" }.sorted())
  }

  @Test func whatIsNotInTheRegistryIsRefusedWithTheNamesThatAre() {
    #expect { try Kinds.splitting.formulation(named: "nonesuch") } throws: { error in
      "\(error)".contains("nonesuch") && "\(error)".contains("layered")
    }
    #expect { try PlanSearch<SplittingProblem>.solver(named: "nonesuch") } throws: { error in
      "\(error)".contains("nonesuch") && "\(error)".contains("native")
    }
  }

  /// The folders directly inside a folder of the package that hold something.
  private func folders(_ path: String) throws -> [String] {
    let folder = PackageFolder.url.appending(path: path)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
      let content = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)
      return content?.isEmpty == false
    }
  }
}
