import Foundation
import LayerRoute
import Solvers
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
    let titles = Self.cells(lines[0])
    #expect(titles.contains("formulation") && titles.contains("times layered"), "\(text)")
    #expect(lines.last == "All \(runs.count - 1) that finished agree; 1 refused.", "\(text)")
    for (line, run) in zip(lines.dropFirst(), runs) {
      let cells = Dictionary(uniqueKeysWithValues: zip(titles, Self.cells(line)))
      #expect(cells["formulation"] == run["formulation"] as? String, "\(line)")
      #expect(cells["backend"] == run["backend"] as? String, "\(line)")
      // Shortest paths do not keep the memory's limit.
      let isNative = run["backend"] as? String == "native"
      let isRefused = isNative && run["formulation"] as? String == "layered"
      #expect(run["result"] as? String == (isRefused ? "refused" : "optimal"), "\(line)")
      #expect(cells["agrees"] == (isRefused ? "-" : "yes"), "\(line)")
      #expect(run["agrees"] as? Bool == (isRefused ? nil : true), "\(line)")
      #expect((cells["objective"] == "refused") == isRefused, "\(line)")
      for key in ["rows", "columns", "nonzeros"] {
        #expect(cells[key] == (run[key] as? Int).map { "\($0)" } ?? "-", "\(line)")
      }
      #expect((cells["times layered"] == "-") == isNative, "\(line)")
    }
  }

  /// The cells of a line of the table: a value has one space to its unit.
  private static func cells(_ line: String) -> [String] {
    line.trimmingCharacters(in: .whitespaces).split(separator: #/ {2,}/#).map(String.init)
  }

  @Test(.enabled(if: Backends.areAllThere, "needs every backend"))
  func coupledInstancesAreSolvedByEveryFormulationWithEveryBackend() async throws {
    let run = try await layerroute("compare", try files.write(Samples.coupled), "--format", "json")
    let expected = Kinds.splitting.formulations.flatMap { formulation in
      WorkerBackend.all.map { "\(formulation.name) \($0.name)" }
    }
    #expect(try pairs(run) == ["layered native", "paths native"] + expected, "\(run)")
    let solved = try await layerroute("solve", try files.write(Samples.coupled), "--format", "json")
    for row in try runs(run).dropFirst() {
      #expect(agree(row["objective"] as? Double ?? .nan, try solved.objective()))
    }
    // The shortest paths do not solve it, and say why.
    let native = try #require(try runs(run).first)
    #expect(native["result"] as? String == "refused" && native["objective"] == nil, "\(run)")
    #expect((native["refused"] as? String)?.contains("memory") == true, "\(run)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func timesAreOverThoseOfLayeredWithTheSameBackend() async throws {
    let run = try await layerroute("compare", try files.write(Samples.coupled), "--format", "json")
    let finished = try runs(run).filter {
      $0["result"] as? String == "optimal" && $0["backend"] as? String != "native"
    }
    var seconds: [String: Double] = [:]
    for row in finished {
      let name = "\(row["formulation"] ?? "") \(row["backend"] ?? "")"
      let parts = ["buildSeconds", "solveSeconds"].compactMap { row[$0] as? Double }
      seconds[name] = parts.reduce(0, +)
    }
    #expect(finished.count == Kinds.splitting.formulations.count * Backends.built.count, "\(run)")
    for row in finished {
      let (formulation, backend) = (row["formulation"] as? String ?? "", row["backend"] as? String ?? "")
      let own = try #require(seconds["\(formulation) \(backend)"])
      let reference = try #require(seconds["layered \(backend)"])
      let times = try #require(row["timesLayered"] as? Double, "\(run)")
      #expect(agree(times, own / reference), "\(formulation) \(backend): \(run)")
    }
  }

  /// An option that is given twice adds up, as a list does; `paths` has its row in any case.
  @Test(
    .enabled(if: Backends.areThere, "needs a backend"),
    arguments: [
      ["--formulation", "layered", "--formulation", "assignment-tight"],
      ["--formulation", "layered, paths,assignment-tight"],
    ])
  func formulationsAreAListOrSeveralOptions(_ options: [String]) async throws {
    let file = try files.write(Samples.coupled)
    let run = try await Program.layerroute.run(
      ["compare", file, "--format", "json", "--backend", Backends.built[0]] + options, seconds: 60)
    let models = try runs(run).filter { $0["backend"] as? String != "native" }
    #expect(models.compactMap { $0["formulation"] as? String } == ["layered", "assignment-tight"], "\(run)")
  }

  @Test func uncoupledInstancesAreSolvedByTheNativeMethodAsWell() async throws {
    let run = try await layerroute("compare", try files.write(.contractExample()), "--format", "json")
    let first = try #require(try runs(run).first)
    #expect(first["backend"] as? String == "native" && first["formulation"] as? String == "layered", "\(run)")
    #expect(first["result"] as? String == "optimal" && first["agrees"] as? Bool == true, "\(run)")
    #expect(agree(first["objective"] as? Double ?? .nan, 0.050468096), "\(run)")
    // It states no model.
    #expect(first["rows"] == nil && first["timesLayered"] == nil, "\(run)")
    let text = try await layerroute("compare", try files.write(.contractExample()))
    let line = text.output.split(separator: "\n").map(String.init).first { $0.contains(" native ") }
    #expect(Self.cells(try #require(line)).last == "yes", "\(text)")
  }

  @Test(.enabled(if: Backends.areAllThere, "needs every backend"))
  func filtersLeaveTheOthersOut() async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute(
      "compare", file, "--formulation", "layered", "--backend", "glpk", "--format", "json")
    #expect(
      try run.exitStatus == 0 && pairs(run) == ["layered native", "paths native", "layered glpk"], "\(run)")
    let both = try await layerroute("compare", file, "--backend", "glpk,cbc", "--format", "json")
    let backends = Set(try runs(both).compactMap { $0["backend"] as? String })
    #expect(backends == ["native", "glpk", "cbc"], "\(both)")
    expect(try await layerroute("compare", file, "--backend", "nonesuch"), exits: 64, saying: "nonesuch")
    expect(
      try await layerroute("compare", file, "--formulation", "layered,nonesuch"), exits: 64,
      saying: "nonesuch")
  }

  @Test func formulationsThatCannotExpressTheInstanceHaveARowWithTheReason() async throws {
    let file = try files.write(Samples.linkLoaded)
    let run = try await layerroute("compare", file, "--format", "json")
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let rows = try runs(run).filter { $0["formulation"] as? String == "assignment" }
    #expect(rows.count == 1 && rows[0]["backend"] as? String == "-", "\(run)")
    #expect(rows.first?["result"] as? String == "refused" && rows.first?["agrees"] == nil, "\(run)")
    let reason = try #require(rows.first?["refused"] as? String, "\(run)")
    for word in ["link", "\"switch\"", "\"edge\""] { #expect(reason.contains(word), "\(word): \(reason)") }
    let text = try await layerroute("compare", file)
    let lines = text.output.split(separator: "\n").map(String.init)
    let cells = try #require(lines.map(Self.cells).first { $0.first == "assignment" }, "\(text)")
    #expect(cells[1] == "-" && cells.suffix(2) == ["refused", "-"], "\(text)")
    #expect(lines.contains("  assignment: \(reason)"), "\(text)")
    #expect(lines.last?.contains("refused") == true, "\(text)")
  }

  @Test(.enabled(if: Backends.areAllThere, "needs every backend"))
  func allAgreeThatAnInstanceIsInfeasible() async throws {
    let file = try files.write(Samples.infeasible)
    let run = try await layerroute("compare", file, "--format", "json")
    #expect(run.exitStatus == 2, "\(run)")
    let results = try runs(run).map { $0["result"] as? String }
    #expect(results.first == "refused" && results.dropFirst().allSatisfy { $0 == "infeasible" }, "\(run)")
    let text = try await layerroute("compare", file)
    #expect(text.exitStatus == 2 && text.output.contains("infeasible"), "\(text)")
  }

  @Test(.enabled(if: Backends.built.contains("cbc"), "needs CBC"))
  func aRowThatALimitStoppedShowsBoundAndIncumbent() async throws {
    let file = try files.write(Samples.hard)
    let options = ["--formulation", "assignment", "--backend", "cbc", "--time-limit", "1"]
    let run = try await Program.layerroute.run(["compare", file] + options + ["--format", "json"])
    #expect(run.exitStatus == 3, "\(run)")
    let row = try #require(try runs(run).last)
    #expect(row["result"] as? String == "limit" && row["agrees"] == nil, "\(run)")
    let bound = try #require(row["bound"] as? Double, "\(run)")
    #expect(bound > 0, "\(run)")
    if let incumbent = row["objective"] as? Double { #expect(bound <= incumbent, "\(run)") }
    let text = try await Program.layerroute.run(["compare", file] + options)
    #expect(text.exitStatus == 3, "\(text)")
    #expect(text.output.contains(#/limit: \S+ \S+ \.\.\. /#), "\(text)")
  }

  /// The formulation and the backend of each row.
  private func pairs(_ run: ProgramRun) throws -> [String] {
    try runs(run).map { "\($0["formulation"] ?? "") \($0["backend"] ?? "")" }
  }

  private func runs(_ run: ProgramRun) throws -> [[String: Any]] {
    try #require(try json(run)["runs"] as? [[String: Any]], "\(run)")
  }
}
