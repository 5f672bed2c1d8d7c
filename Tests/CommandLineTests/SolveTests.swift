import Foundation
import Splitting
import TestSupport
import Testing

/// Exit statuses, messages and results of `solve`.
@Suite struct SolveTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  // MARK: 0

  @Test func theContractsExampleGivesTheContractsPlan() async throws {
    let file = try files.folder.write(Instance.contractExampleFile, to: "example.json")
    let run = try await layerroute("solve", file, "--format", "json")
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let plan = try WrittenPlan(run.output)
    #expect(plan.status == "optimal")
    #expect(agree(plan.value ?? .nan, 0.050468096))
    #expect(plan.hosts == [["camera", "edge"]])
    #expect(plan.solver["backend"] as? String == "native")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func withAFileThePlanGoesThereAndASummaryToOutput() async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute("solve", file, "-o", files.path("plan.json"), "--format", "json")
    #expect(run.exitStatus == 0, "\(run)")
    let summary = try json(run)
    #expect(summary["jobs"] == nil && summary["plan"] as? String == files.path("plan.json"))
    let plan = try WrittenPlan(file: files.path("plan.json"))
    #expect(agree(plan.value ?? .nan, try run.objective()))
    let text = try await layerroute("solve", file, "-o", files.path("plan.json"))
    #expect(text.exitStatus == 0 && text.output.contains("optimal"), "\(text)")
    #expect(text.output.contains("\"other\""), "\(text)")
  }

  @Test func aCoupledInstanceWhoseHeuristicPlanMeetsTheBoundNeedsNoBackend() async throws {
    let run = try await layerroute("solve", try files.write(Samples.tied), "--format", "json")
    #expect(run.exitStatus == 0, "\(run)")
    let plan = try WrittenPlan(run.output)
    #expect(plan.status == "optimal" && plan.solver["backend"] as? String == "native", "\(run)")
    #expect(Set(plan.hosts.flatMap { $0 }) == ["left", "right"], "\(run)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func theParetoFrontIsATableOrDocumentsAndGoesToFiles() async throws {
    var instance = Samples.coupled
    // The camera alone can run everything, though slowly.
    for job in instance.jobs.indices {
      instance.jobs[job].deadline = nil
      instance.jobs[job].hosts = []
    }
    let file = try files.write(instance)
    // Without a name the program would say which of its backends are missing.
    let backend = try #require(Backends.built.first)
    let text = try await layerroute("solve", file, "--pareto", "--backend", backend)
    #expect(text.exitStatus == 0 && text.errors.isEmpty, "\(text)")
    #expect(text.output.contains(/hosts +total +more +where/), "\(text)")
    let run = try await layerroute(
      "solve", file, "--pareto", "--backend", backend, "--certificate", "--format", "json", "-o",
      files.path("plan.json"))
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let front = try json(run)
    #expect(front["complete"] as? Bool == true, "\(run)")
    let plans = try #require(front["plans"] as? [[String: Any]], "\(run)")
    #expect(plans.count == 2, "\(run)")
    // The file without a number is the best plan at all.
    let best = try await layerroute("solve", file, "--format", "json")
    for (name, count) in [("plan.json", 2), ("plan.json.2", 1)] {
      let plan = try WrittenPlan(file: files.path(name))
      #expect(Set(plan.hosts.flatMap { $0 }).count == count, "\(name): \(run)")
      if count == 2 { #expect(agree(plan.value ?? .nan, try best.objective())) }
      #expect(try await layerroute("verify", file, files.path(name)).exitStatus == 0, "\(name)")
    }
  }

  @Test func noJobsAreAPlanWorthNothing() async throws {
    var instance = Instance.contractExample()
    instance.jobs = []
    var means = [[]] + Backends.built.map { ["--formulation", "layered", "--backend", $0] }
    if Backends.areThere { means.append(["--formulation", "assignment"]) }
    for means in means {
      for kind in ["total", "max"] {
        let file = try files.write(instance)
        let arguments = ["solve", file, "--format", "json", "--objective", kind]
        let run = try await Program.layerroute.run(arguments + means)
        #expect(run.exitStatus == 0, "\(run)")
        #expect(try run.objective() == 0 && (try run.objective("gap")) == 0, "\(run)")
      }
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func aGapThatIsReachedIsDone() async throws {
    let file = try files.write(.demo())
    let backend = try #require(Backends.built.first)
    let run = try await layerroute("solve", file, "--gap", "0.2", "--format", "json", "--backend", backend)
    #expect(run.exitStatus == 0, "\(run)")
    #expect(["optimal", "feasible"].contains(try run.status()), "\(run)")
    #expect(try run.objective("gap") <= 0.2, "\(run)")
    #expect(try run.objective("bound") <= (try run.objective()) * (1 + 1e-9), "\(run)")
  }

  // MARK: 2

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func infeasibilityIsProvedAndExplained() async throws {
    let file = try files.write(Samples.infeasible)
    let run = try await layerroute("solve", file, "--format", "json", "-o", files.path("plan.json"))
    #expect(run.exitStatus == 2, "\(run)")
    #expect(try run.status() == "infeasible")
    let plan = try WrittenPlan(file: files.path("plan.json"))
    #expect(plan.hosts.isEmpty && plan.value == nil)
    #expect(plan.reason?.hasPrefix("memory: ") == true, "\(plan.reason ?? "")")
    let front = try await layerroute("solve", file, "--pareto")
    #expect(front.exitStatus == 2 && front.output.contains("memory: "), "\(front)")
    let text = try await layerroute("solve", file)
    #expect(text.exitStatus == 2 && text.output.contains("memory: "), "\(text)")
    expect(try await layerroute("verify", file, files.path("plan.json")), exits: 65, saying: "infeasible")
  }

  @Test func deadlinesThatNobodyCanKeepAreExplained() async throws {
    var instance = Instance.contractExample()
    instance.jobs[0].deadline = 0.05
    let run = try await layerroute("solve", try files.write(instance), "--format", "json")
    #expect(run.exitStatus == 2, "\(run)")
    let reason = try json(run)["reason"] as? String
    #expect(reason?.hasPrefix("deadline: ") == true && reason?.contains("detect") == true, "\(run)")
  }

  // MARK: 3

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: Backends.built)
  func aTimeLimitStopsTheSearchWithWhatThereIs(_ backend: String) async throws {
    let file = try files.write(Samples.hard)
    let means = ["--formulation", "assignment", "--backend", backend, "--time-limit", "0.3"]
    let run = try await Program.layerroute.run(["solve", file, "--format", "json"] + means, seconds: 60)
    #expect(run.exitStatus == 3, "\(run)")
    let status = try run.status()
    #expect(["feasible", "unknown"].contains(status), "\(run)")
    let front = try await Program.layerroute.run(["solve", file, "--pareto"] + means, seconds: 60)
    #expect(front.exitStatus == 3, "\(front)")
    guard status == "feasible" else { return }
    try run.output.write(toFile: files.path("plan.json"), atomically: true, encoding: .utf8)
    let verified = try await layerroute("verify", file, files.path("plan.json"))
    #expect(verified.exitStatus == 0, "\(verified)")
  }

  // MARK: 64

  @Test(arguments: [
    (["--time-limit", "0"], "--time-limit"), (["--time-limit", "-1"], "--time-limit"),
    (["--time-limit", "nan"], "--time-limit"), (["--time-limit", "soon"], "--time-limit"),
    (["--gap", "1"], "--gap"), (["--gap=-0.1"], "--gap"), (["--gap", "nan"], "--gap"),
    (["--formulation", "nonesuch"], "nonesuch"), (["--backend", "nonesuch"], "nonesuch"),
    (["--objective", "mean"], "mean"), (["--format", "xml"], "xml"), (["--nonesuch"], "--nonesuch"),
    (["another.json"], "another.json"), (["--alternatives", "0"], "--alternatives"),
    (["--pareto", "--alternatives", "2"], "--alternatives"),
    (["--formulation", "assignment", "--backend", "native"], "native"),
    (["--method", "nonesuch"], "nonesuch"),
  ])
  func requestsThatMakeNoSenseAreUsageErrors(_ options: [String], _ word: String) async throws {
    let file = try files.write(.contractExample())
    expect(try await Program.layerroute.run(["solve", file] + options), exits: 64, saying: word)
  }

  @Test func commandsThatDoNotExistAreUsageErrors() async throws {
    expect(try await layerroute("nonesuch"), exits: 64, saying: "nonesuch")
    expect(try await layerroute("solve"), exits: 64, saying: "file")
    expect(try await layerroute("generate", "nonesuch"), exits: 64, saying: "nonesuch")
    expect(try await layerroute("generate", "demo", "--seed", "-1"), exits: 64, saying: "seed")
  }

  @Test func whatAFormulationCannotExpressIsRefusedWithAReason() async throws {
    let file = try files.write(Samples.linkLoaded)
    let refused = try await layerroute("solve", file, "--formulation", "assignment")
    expect(refused, exits: 64, saying: "assignment", "link", "\"switch\"", "\"edge\"", "layered")
    #expect(refused.output.isEmpty)
    expect(
      try await layerroute("export", file, "--formulation", "assignment", "--format", "lp"), exits: 64,
      saying: "layered")
    #expect(try await layerroute("solve", file).exitStatus == 0)
  }

  @Test(
    .enabled(if: !Backends.built.filter(["cbc", "glpk", "highs"].contains).isEmpty, "needs LP sessions"))
  func theNativePlannerSolvesCoupledInstances() async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute("solve", file, "--backend", "native", "--format", "json")
    #expect(run.exitStatus == 0, "\(run)")
    #expect(run.output.contains("\"backend\": \"native\""), "\(run)")
  }

  @Test func shortestPathsAloneAreRefusedIfTheyBreakAConstraint() async throws {
    let file = try files.write(Samples.coupled)
    let run = try await layerroute("solve", file, "--formulation", "layered", "--backend", "native")
    expect(run, exits: 64, saying: "native", "memory", "glpk", "paths")
  }

  @Test func anOutputThatCannotBeWrittenIsAUsageError() async throws {
    let file = try files.write(.contractExample())
    let run = try await layerroute("solve", file, "-o", files.path("no/such/folder/plan.json"))
    expect(run, exits: 64, saying: "no/such/folder")
  }

  // MARK: 65

  @Test func filesThatAreNoInstanceAreBadInput() async throws {
    expect(
      try await layerroute("solve", files.path("missing.json")), exits: 65, saying: "missing.json")
    expect(try await layerroute("solve", files.folder.url.path), exits: 65, saying: "folder")
    let empty = try files.folder.write("", to: "empty.json")
    expect(try await layerroute("solve", empty), exits: 65, saying: "empty.json")
    let yaml = try files.folder.write("layerroute: 1\nnetwork: [unclosed\n", to: "broken.yaml")
    expect(try await layerroute("solve", yaml), exits: 65, saying: "broken.yaml:")
    let list = try files.folder.write("[]", to: "list.json")
    expect(try await layerroute("compare", list), exits: 65, saying: "list.json:1:1")
    expect(
      try await layerroute("export", list, "--formulation", "layered", "--format", "lp"), exits: 65,
      saying: "list.json:1:1")
  }

  @Test func unknownKeysAreNamedWithTheirPlaceAndTheNearestKnownOne() async throws {
    let text = Instance.contractExampleFile.replacing("\"deadline\"", with: "\"deadlin\"")
    let file = try files.folder.write(text, to: "typo.json")
    expect(
      try await layerroute("solve", file), exits: 65, saying: "\"deadlin\"", "\"deadline\"", "jobs[0]",
      "typo.json:")
  }
}
