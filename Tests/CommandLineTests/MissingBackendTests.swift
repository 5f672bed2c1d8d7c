import LayerRoute
import TestSupport
import Testing

/// What the program does where a backend is needed whose trait or library is missing: it says how to get it. That the
/// rest works without any is what the other suites show, which run in every build.
@Suite(.enabled(if: !Backends.areAllThere, "this build has every backend"))
struct MissingBackendTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  @Test(arguments: Backends.missing)
  func namingItIsAnErrorThatSaysHowToGetIt(_ backend: String) async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute("solve", file, "--backend", backend)
    expect(run, exits: 69, saying: backend, "not available")
    for word in Backends.remedies(for: backend) { #expect(run.errors.contains(word), "\(word): \(run)") }
    #expect(run.output.isEmpty, "\(run)")
  }

  @Test(arguments: Backends.missing)
  func theListSaysHowToGetIt(_ backend: String) async throws {
    let run = try await layerroute("list")
    #expect(run.exitStatus == 0, "\(run)")
    let line = run.output.split(separator: "\n").first { $0.hasPrefix("  \(backend) ") }
    for word in ["not available"] + Backends.remedies(for: backend) {
      #expect(line?.contains(word) == true, "\(word): \(run)")
    }
  }

  @Test func comparisonsShowItsRowsAsNotAvailable() async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute("compare", file, "--format", "json")
    #expect(run.exitStatus == (Backends.areThere ? 0 : 69), "\(run)")
    let rows = try #require(try json(run)["runs"] as? [[String: Any]], "\(run)")
    let native = try #require(rows.first)
    #expect(native["backend"] as? String == "native" && native["result"] as? String == "refused", "\(run)")
    #expect(rows.count == 2 + Kinds.splitting.formulations.count * Backends.all.count, "\(run)")
    for row in rows.dropFirst() {
      // `paths` needs a backend with LP sessions.
      let backend = try #require(row["backend"] as? String)
      let isMissing =
        backend == "native"
        ? !Backends.built.contains { ["cbc", "glpk"].contains($0) } : Backends.missing.contains(backend)
      #expect(row["result"] as? String == (isMissing ? "unavailable" : "optimal"), "\(run)")
      #expect((row["detail"] as? String)?.contains("install") == (isMissing ? true : nil), "\(run)")
    }
    let text = try await layerroute("compare", file)
    #expect(text.output.contains("not available"), "\(text)")
  }

  @Test(.enabled(if: Backends.areThere, "this build has no backend"))
  func coupledInstancesAreSolvedByTheOther() async throws {
    let run = try await layerroute("solve", try files.write(Samples.coupled), "--format", "json")
    #expect(run.exitStatus == 0, "\(run)")
    #expect(try run.status() == "optimal")
    // `paths` is native, but needs one of them for its linear programs.
    let solvers = Backends.built + ["native"]
    #expect(solvers.contains { run.output.contains("\"backend\": \"\($0)\"") }, "\(run)")
  }

  @Test(.enabled(if: !Backends.areThere, "this build has a backend"))
  func coupledInstancesCannotBeSolved() async throws {
    let run = try await layerroute("solve", try files.write(Samples.coupled))
    expect(run, exits: 69, saying: "not available", "install", "trait")
    #expect(run.output.isEmpty, "\(run)")
  }
}
