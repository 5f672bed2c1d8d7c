import Foundation
import TestSupport
import Testing

/// What `compare` shows, as a table and as JSON.
@Suite struct CompareTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  @Test(.enabled(if: Backends.areAllThere, "needs every backend"))
  func theTableAndTheJSONAgree() async throws {
    let file = try files.write(Samples.coupled)
    let text = try await layerroute("compare", file)
    let structured = try await layerroute("compare", file, "--format", "json")
    #expect(text.exitStatus == 0 && structured.exitStatus == 0, "\(text)\(structured)")
    let runs = try runs(structured)
    #expect(try json(structured)["agrees"] as? Bool == true)
    let lines = text.output.split(separator: "\n").map(String.init)
    #expect(lines.first?.contains("formulation") == true)
    #expect(lines.last == "All \(runs.count) that finished agree.", "\(text)")
    for (line, run) in zip(lines.dropFirst(), runs) {
      let cells = line.split(separator: " ").map(String.init)
      #expect(cells[0] == run["formulation"] as? String && cells[1] == run["backend"] as? String)
      #expect(cells.last == "yes" && run["agrees"] as? Bool == true, "\(line)")
      #expect(run["result"] as? String == "optimal")
      for (position, key) in [(2, "rows"), (3, "columns"), (4, "nonzeros")] {
        if let size = run[key] as? Int { #expect(cells[position] == "\(size)", "\(line)") }
      }
    }
  }

  @Test(.enabled(if: Backends.areAllThere, "needs every backend"))
  func coupledInstancesAreSolvedByEveryFormulationWithEveryBackend() async throws {
    let run = try await layerroute("compare", try files.write(Samples.coupled), "--format", "json")
    let pairs = try runs(run).map { "\($0["formulation"] ?? "") \($0["backend"] ?? "")" }
    let expected = Registry.standard.formulations.flatMap { formulation in
      Registry.standard.solvers.map { "\(formulation.name) \($0.name)" }
    }
    // The native planner does not solve it.
    #expect(pairs == expected, "\(run)")
    let solved = try await layerroute("solve", try files.write(Samples.coupled), "--format", "json")
    for row in try runs(run) { #expect(agree(row["objective"] as? Double ?? .nan, try solved.objective())) }
  }

  @Test func uncoupledInstancesAreSolvedByTheNativePlannerAsWell() async throws {
    let run = try await layerroute("compare", try files.write(.contractExample()), "--format", "json")
    let first = try #require(try runs(run).first)
    #expect(first["backend"] as? String == "native" && first["formulation"] as? String == "layered", "\(run)")
    #expect(agree(first["objective"] as? Double ?? .nan, 0.050468096), "\(run)")
  }

  @Test(.enabled(if: Backends.areAllThere, "needs every backend"))
  func filtersLeaveTheOthersOut() async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute(
      "compare", file, "--formulation", "layered", "--backend", "glpk", "--format", "json")
    let pairs = try runs(run).map { "\($0["formulation"] ?? "") \($0["backend"] ?? "")" }
    #expect(run.exitStatus == 0 && pairs == ["layered glpk"], "\(run)")
    let both = try await layerroute("compare", file, "--backend", "glpk,cbc", "--format", "json")
    #expect(Set(try runs(both).compactMap { $0["backend"] as? String }) == ["glpk", "cbc"], "\(both)")
    expect(try await layerroute("compare", file, "--backend", "nonesuch"), exits: 64, saying: "nonesuch")
    expect(
      try await layerroute("compare", file, "--formulation", "layered,nonesuch"), exits: 64,
      saying: "nonesuch")
  }

  @Test func formulationsThatCannotExpressTheInstanceAreLeftOutAndNamed() async throws {
    let run = try await layerroute("compare", try files.write(Samples.linkLoaded), "--format", "json")
    expect(run, exits: 0, saying: "assignment is left out")
    #expect(try runs(run).allSatisfy { $0["formulation"] as? String != "assignment" }, "\(run)")
  }

  @Test(.enabled(if: Backends.areAllThere, "needs every backend"))
  func allAgreeThatAnInstanceIsInfeasible() async throws {
    let file = try files.write(Samples.infeasible)
    let run = try await layerroute("compare", file, "--format", "json")
    #expect(run.exitStatus == 2, "\(run)")
    #expect(try runs(run).allSatisfy { $0["result"] as? String == "infeasible" }, "\(run)")
    let text = try await layerroute("compare", file)
    #expect(text.exitStatus == 2 && text.output.contains("infeasible"), "\(text)")
  }

  @Test(.enabled(if: Backends.built.contains("cbc"), "needs CBC"))
  func aRowThatALimitStoppedShowsBoundAndIncumbent() async throws {
    let file = try files.write(Samples.hard)
    let options = ["--formulation", "assignment", "--backend", "cbc", "--time-limit", "1"]
    let run = try await Program.layerroute.run(["compare", file] + options + ["--format", "json"])
    #expect(run.exitStatus == 3, "\(run)")
    let row = try #require(try runs(run).first)
    #expect(row["result"] as? String == "limit" && row["agrees"] == nil, "\(run)")
    let bound = try #require(row["bound"] as? Double, "\(run)")
    #expect(bound > 0, "\(run)")
    if let incumbent = row["objective"] as? Double { #expect(bound <= incumbent, "\(run)") }
    let text = try await Program.layerroute.run(["compare", file] + options)
    #expect(text.exitStatus == 3, "\(text)")
    #expect(text.output.contains(#/limit: \S+ \S+ \.\.\. /#), "\(text)")
  }

  private func runs(_ run: ProgramRun) throws -> [[String: Any]] {
    try #require(try json(run)["runs"] as? [[String: Any]], "\(run)")
  }
}
