import Foundation
import TestSupport
import Testing

/// What is in the folders is in the registry, and the reverse.
@Suite struct RegistryTests {
  @Test func formulationsAreTheFoldersOfFormulations() throws {
    let names = Registry.standard.formulations.map(\.name)
    #expect(names.sorted() == (try folders("formulations")).sorted())
    #expect(names.contains(Registry.bestFormulation))
  }

  @Test func backendsAreTheFoldersOfBackends() throws {
    let names = Registry.standard.solvers.map(\.name)
    #expect(names.sorted() == (try folders("Sources/Backends")).map { $0.lowercased() }.sorted())
    #expect(!names.contains(Registry.native))
  }

  /// Otherwise tests of a new backend would be skipped without a word.
  @Test func theTestsKnowEveryBackend() {
    #expect(Backends.all == Registry.standard.solvers.map(\.name))
  }

  @Test func everyBackendHasAWorker() throws {
    let workers = try folders("Sources/Workers").filter { $0.hasPrefix("layerroute-") }
    #expect(workers.sorted() == Registry.standard.solvers.map { "layerroute-\($0.name)" }.sorted())
  }

  @Test func whatIsNotInTheRegistryIsRefusedWithTheNamesThatAre() {
    #expect { try Registry.standard.formulation(named: "nonesuch") } throws: { error in
      "\(error)".contains("nonesuch") && "\(error)".contains("layered")
    }
    #expect { try Registry.standard.solver(named: "nonesuch") } throws: { error in
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
