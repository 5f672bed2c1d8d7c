import Foundation
import LayerRoute
import TestSupport
import Testing

/// The program alone, without the workers that belong beside it.
@Suite struct MissingWorkerTests {
  private let files: SampleFiles
  private let alone: Program

  init() throws {
    files = try SampleFiles()
    let copy = files.folder.url.appending(path: "layerroute")
    try FileManager.default.copyItem(at: Program.layerroute.url, to: copy)
    alone = Program(copy)
  }

  @Test(arguments: Backends.all)
  func aCoupledInstanceNeedsABackendAndTheMessageSaysHowToGetIt(_ backend: String) async throws {
    let file = try files.write(Samples.coupled)
    let run = try await alone.run(["solve", file, "--backend", backend])
    expect(run, exits: 69, saying: backend, "not available", "install")
    #expect(run.output.isEmpty)
    expect(try await alone.run(["solve", file]), exits: 69, saying: "install", "glpk", "cbc", "highs")
  }

  @Test func anUncoupledInstanceNeedsNone() async throws {
    let run = try await alone.run(["solve", try files.write(.contractExample()), "--format", "json"])
    #expect(run.exitStatus == 0, "\(run)")
    #expect(agree(try run.objective(), 0.050468096))
  }

  @Test func theListSaysWhatIsNotAvailable() async throws {
    let run = try await alone.run(["list"])
    #expect(run.exitStatus == 0, "\(run)")
    for backend in Backends.all {
      let line = run.output.split(separator: "\n").first { $0.contains("  \(backend) ") }
      #expect(line?.contains("not available") == true, "\(run)")
    }
    let structured = try await alone.run(["list", "--format", "json"])
    let backends = try #require(try json(structured)["backends"] as? [[String: Any]])
    #expect(backends.count == Backends.all.count)
    #expect(backends.allSatisfy { $0["available"] as? Bool == false }, "\(structured)")
  }

  @Test func aComparisonStillShowsTheNativePlanner() async throws {
    let run = try await alone.run(["compare", try files.write(.contractExample()), "--format", "json"])
    #expect(run.exitStatus == 0, "\(run)")
    let runs = try #require(try json(run)["runs"] as? [[String: Any]])
    #expect(runs.first?["backend"] as? String == "native", "\(run)")
    #expect(runs.first?["result"] as? String == "optimal", "\(run)")
    let models = runs.filter { $0["backend"] as? String != "native" }
    #expect(models.allSatisfy { $0["result"] as? String == "unavailable" }, "\(run)")
    #expect(!models.isEmpty, "\(run)")
    let coupled = try await alone.run(["compare", try files.write(Samples.coupled)])
    #expect(coupled.exitStatus == 69, "\(coupled)")
  }

  /// The environment reaches the worker, whose words are shown.
  @Test(.enabled(if: Backends.built.contains("highs"), "needs HiGHS"))
  func aLibraryThatCannotBeOpenedIsNamed() async throws {
    let shell = Program(URL(filePath: "/usr/bin/env"))
    let command = ["LAYERROUTE_HIGHS=/nowhere/libhighs.so", Program.layerroute.url.path]
    let list = try await shell.run(command + ["list"])
    #expect(list.exitStatus == 0, "\(list)")
    let line = list.output.split(separator: "\n").first { $0.hasPrefix("  highs ") }
    for word in ["not available", "/nowhere/libhighs.so", "make highs"] {
      #expect(line?.contains(word) == true, "\(word): \(list)")
    }
    let solve = try await shell.run(
      command + ["solve", try files.write(Samples.coupled), "--backend", "highs"])
    expect(solve, exits: 69, saying: "highs", "not available", "/nowhere/libhighs.so")
  }

  @Test func withTheWorkersTheListSaysTheVersionsOfWhatWasBuilt() async throws {
    let run = try await layerroute("list", "--format", "json")
    let backends = try #require(try json(run)["backends"] as? [[String: Any]])
    for backend in backends {
      let isBuilt = Backends.built.contains(try #require(backend["name"] as? String))
      #expect(backend["available"] as? Bool == isBuilt, "\(run)")
      #expect((backend["version"] as? String)?.first?.isNumber == (isBuilt ? true : nil), "\(run)")
    }
    let formulations = try #require(try json(run)["formulations"] as? [[String: Any]])
    let names = formulations.filter { $0["problem"] as? String == "splitting" }.map { $0["name"] as? String }
    #expect(names == Kinds.splitting.exportedNames, "\(run)")
  }
}
