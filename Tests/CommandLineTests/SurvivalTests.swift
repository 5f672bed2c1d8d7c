import Foundation
import Splitting
import TestSupport
import Testing

/// Whatever happens inside a backend, the program ends in time, says what happened, gives the best plan that it has, and
/// leaves no process behind.
@Suite(.serialized) struct SurvivalTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  // MARK: Workers that break

  @Test(arguments: [
    ("abort", "signal 6"), ("segfault", "signal 11"), ("garbage", "damaged"), ("lie", "wrong answer"),
    ("short", "does not fit"), ("bound", "is known"), ("count", "not a count"),
    ("escape", "\\u001b[31mred\\u0007"),
  ])
  func whereEveryBackendBreaksThePlanSoFarIsPrinted(_ behaviour: String, _ message: String) async throws {
    let program = try Installation(files.folder, ["cbc": behaviour, "glpk": behaviour])
    let run = try await program.solve(try files.write(Samples.hard), "--format", "json")
    expect(run, exits: 70, saying: "cbc", "glpk", message)
    if ["abort", "segfault", "garbage"].contains(behaviour) {
      #expect(run.errors.contains("the last words of the stub"), "\(run)")
    }
    #expect(try run.status() == "feasible", "\(run)")
    #expect(try await isVerified(run, Samples.hard))
    #expect(program.processes.isEmpty, "\(program.processes)")
  }

  @Test(.enabled(if: Backends.built.contains("glpk"), "needs GLPK"))
  func whereOneBackendBreaksAnotherAnswers() async throws {
    let program = try Installation(files.folder, ["cbc": "abort"], real: ["glpk"])
    // A named formulation keeps the heuristic from answering alone.
    let run = try await program.solve(
      try files.write(Samples.tied), "--formulation", "assignment", "--format", "json")
    expect(run, exits: 0, saying: "warning", "cbc", "signal 6")
    #expect(try run.status() == "optimal", "\(run)")
  }

  @Test func aBackendThatCallsAFeasibleInstanceInfeasibleIsCaught() async throws {
    let program = try Installation(files.folder, ["cbc": "infeasible"])
    let file = try files.write(Samples.tied)
    let run = try await program.solve(file, "--backend", "cbc")
    expect(run, exits: 70, saying: "wrong answer", "infeasible", "is known")
  }

  #if os(Linux)
    @Test func memoryIsLimited() async throws {
      let program = try Installation(files.folder, ["cbc": "eat"])
      let file = try files.write(Samples.hard)
      let run = try await program.solve(file, "--backend", "cbc", "--memory-limit", "200 MB")
      expect(run, exits: 70, saying: "cbc", "signal 6", "no memory available", "--memory-limit")
      #expect(run.output.contains("feasible"), "\(run)")
    }
  #endif

  /// A bound that the plan itself refutes proves nothing, in a comparison neither.
  @Test func aBoundAboveAKnownPlanIsCaught() async throws {
    let program = try Installation(files.folder, ["cbc": "bound"])
    let file = try files.write(Samples.hard)
    let compared = try await program.program.run([
      "compare", file, "--backend", "cbc", "--formulation", "layered", "--time-limit", "5",
    ])
    #expect(compared.exitStatus == 1, "\(compared)")
    #expect(compared.output.contains("WRONG"), "\(compared)")
  }

  @Test func anUnreadableMemoryLimitIsRefused() async throws {
    let file = try files.write(Samples.tied)
    for size in ["-1", "0", "many", "2 GFLOP", "nan"] {
      expect(try await layerroute("solve", file, "--memory-limit=\(size)"), exits: 64, saying: size)
    }
  }

  // MARK: Workers that hang

  @Test func hangingBackendsEndAtTheLimit() async throws {
    let program = try Installation(files.folder, everyBackend: "hang")
    let file = try files.write(Samples.hard)
    let start = ContinuousClock.now
    let run = try await program.solve(file, "--time-limit", "1", "--format", "json")
    // What is promised is half a second and 5 %; the rest is for a machine that runs other tests.
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(run.exitStatus == 3, "\(run)")
    #expect(try run.status() == "feasible", "\(run)")
    #expect(program.processes.isEmpty, "\(program.processes)")
  }

  /// A kind that has a plan of every instance answers with it if a solver finds none in time.
  @Test(arguments: ["batching/cell.yaml", "vision.yaml", "cluster.json"])
  func aLimitBeforeTheFirstPlanLeavesTheTrivialOne(_ example: String) async throws {
    let program = try Installation(files.folder, everyBackend: "hang")
    let file = PackageFolder.url.appending(path: "docs/examples/\(example)").path
    let plan = files.path("plan.json")
    let run = try await program.solve(
      file, "--backend", "cbc", "--time-limit", "0.2", "--format", "json", "-o", plan)
    #expect(run.exitStatus == 3, "\(run)")
    #expect(try run.status() == "feasible" && run.objective() == 0 && run.objective("gap") == 1, "\(run)")
    #expect(try run.objective("bound") > 0, "\(run)")
    let verified = try await layerroute("verify", file, plan)
    #expect(verified.exitStatus == 0 && verified.output.contains("The plan holds"), "\(verified)")
  }

  @Test(arguments: zip([SIGINT, SIGTERM], [Int32(130), 143]))
  func aSignalEndsAHangingBackend(_ signal: Int32, _ status: Int32) async throws {
    let program = try Installation(files.folder, everyBackend: "hang")
    let running = try program.start("solve", try files.write(Samples.hard), "--format", "json")
    try await program.untilAWorkerRuns()
    let run = try running.end(by: [signal])
    #expect(run.seconds < 3)
    #expect(run.exitStatus == status, "\(run)")
    #expect(run.output.contains("\"feasible\""), "\(run)")
    #expect(program.processes.isEmpty, "\(program.processes)")
  }

  /// Nor does it leave workers behind that notice neither signals nor the end of their input.
  @Test(arguments: zip([[SIGINT, SIGINT], [SIGINT, SIGTERM], [SIGHUP]], [Int32(130), 143, 129]))
  func aSecondSignalEndsTheProgramAtOnce(_ signals: [Int32], _ status: Int32) async throws {
    let program = try Installation(files.folder, everyBackend: "deaf")
    let running = try program.start("solve", try files.write(Samples.hard))
    try await program.untilAWorkerRuns()
    let run = try running.end(by: signals)
    #expect(run.exitStatus == status || run.exitStatus == 130, "\(run)")
    for _ in 0..<40 where !program.processes.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
    #expect(program.processes.isEmpty, "\(program.processes)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: Backends.built)
  func aKilledParentTakesItsWorkersWithIt(_ backend: String) async throws {
    let program = try Installation(files.folder, [:], real: Backends.built)
    let file = try files.write(Samples.hard)
    let running = try program.start("solve", file, "--backend", backend, "--formulation", "assignment")
    try await program.untilAWorkerRuns()
    _ = try running.end(by: [SIGKILL])
    for _ in 0..<100 where !program.processes.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
    #expect(program.processes.isEmpty, "\(program.processes)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func anInterruptedComparisonKeepsTheRowsThatAreDone() async throws {
    let backend = try #require(Backends.built.first)
    let other = try #require(Backends.all.first { $0 != backend })
    let program = try Installation(files.folder, [other: "hang"], real: [backend])
    let running = try program.start(
      "compare", try files.write(Samples.tied), "--formulation", "layered", "--backend",
      "\(backend),\(other)",
      "--format", "json")
    try await program.untilAWorkerRuns(named: other)
    let run = try running.end(by: [SIGINT])
    #expect(run.exitStatus == 130, "\(run)")
    #expect(run.output.contains("\"backend\": \"\(backend)\""), "\(run)")
    #expect(!run.output.contains("\"backend\": \"\(other)\""), "\(run)")
  }

  // MARK: Logs and progress

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: Backends.built)
  func theBackendsLogGoesToTheFile(_ backend: String) async throws {
    let log = files.folder.path("solve.log")
    let file = try files.write(Samples.tied)
    let run = try await layerroute("solve", file, "--backend", backend, "--log", log)
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let text = try String(contentsOfFile: log, encoding: .utf8)
    #expect(text.hasPrefix("layerroute: formulation layered, backend \(backend): "), "\(text)")
    #expect(text.count > 200, "\(text)")
    expect(
      try await layerroute("solve", file, "--log", "/nowhere/solve.log"), exits: 64,
      saying: "/nowhere/solve.log")
    expect(
      try await layerroute("solve", file, "--log", log, "--verbose"), exits: 64, saying: "--verbose", "--log")
  }

  @Test func aLogReplacesNeitherTheInstanceNorThePlan() async throws {
    let file = try files.write(Samples.tied)
    let before = try Data(contentsOf: URL(filePath: file))
    let plan = files.folder.path("plan.json")
    for arguments in [["solve", file, "--log", file], ["compare", file, "--log", file]] {
      expect(try await Program.layerroute.run(arguments), exits: 64, saying: "--log", "instance.json")
    }
    try files.folder.write("a plan", to: "plan.json")
    expect(try await layerroute("solve", file, "-o", plan, "--log", plan), exits: 64, saying: "plan.json")
    #expect(try Data(contentsOf: URL(filePath: file)) == before)
    #expect(try String(contentsOfFile: plan, encoding: .utf8) == "a plan")
  }

  @Test func aPlanThatCannotBeWrittenIsNotSearched() async throws {
    let program = try Installation(files.folder, ["cbc": "hang"])
    let file = try files.write(Samples.hard)
    let start = ContinuousClock.now
    let run = try await program.solve(
      file, "--backend", "cbc", "-o", "/nowhere/plan.json", "--time-limit", "20")
    expect(run, exits: 64, saying: "/nowhere/plan.json")
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  /// Progress is for people at a terminal.
  @Test func withoutATerminalNothingIsSaidMeanwhile() async throws {
    let program = try Installation(files.folder, ["cbc": "hang"])
    let file = try files.write(Samples.hard)
    let run = try await program.solve(file, "--backend", "cbc", "--time-limit", "2")
    #expect(run.errors.isEmpty, "\(run)")
  }

  @Test(.enabled(if: Program(onPath: "script") != nil, "needs `script` to make a terminal"))
  func aTerminalSeesHowFarALongSolveIs() async throws {
    let program = try Installation(files.folder, ["cbc": "hang"])
    let file = try files.write(Samples.hard)
    let script = try #require(Program(onPath: "script"))
    let command = "'\(program.program.url.path)' solve '\(file)' --backend cbc --time-limit 3"
    let run = try await script.run(["-qec", command, "/dev/null"])
    for word in ["layered with cbc, plan ", ", bound ", ", gap ", " s\r"] {
      #expect(run.output.contains(word), "\(word): \(run)")
    }
  }

  // MARK: Wrong answers

  #if GLPK
    /// On its raw model GLPK 5.0 calls a plan optimal that is many times worse than the optimum.
    @Test func wrongOptimaOfABadlyScaledInstanceAreCaught() async throws {
      let file = try files.write(Instance.absurd(seed: 0))
      let solved = try await layerroute(
        "solve", file, "--raw-numerics", "--backend", "glpk", "--format", "json")
      expect(solved, exits: 70, saying: "glpk with layered", "wrong answer", "optimal", "is known")
      #expect(try solved.status() == "feasible", "\(solved)")
      let careful = try await layerroute("solve", file, "--format", "json")
      #expect(try careful.status() == "optimal", "\(careful)")
      let compared = try await layerroute(
        "compare", file, "--raw-numerics", "--backend", "glpk", "--formulation", "layered")
      #expect(compared.exitStatus == 1, "\(compared)")
      #expect(compared.output.contains("WRONG"), "\(compared)")
      #expect(compared.output.contains("DISAGREE"), "\(compared)")
    }
  #endif

  private func isVerified(_ run: ProgramRun, _ instance: Instance) async throws -> Bool {
    let plan = try files.folder.write(run.output, to: "plan.json")
    return try await layerroute("verify", try files.write(instance), plan).exitStatus == 0
  }
}
