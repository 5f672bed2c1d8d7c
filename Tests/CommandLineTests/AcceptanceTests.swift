import LayerRoute
import Splitting
import TestSupport
import Testing

// Skipped where the samples are absent: they are no part of the repository.
@Suite(.enabled(if: AcceptanceSamples.folder != nil, "the folder of acceptance samples is absent"))
struct AcceptanceTests {
  private typealias Sample = AcceptanceSamples.Sample

  @Test func thereAreSamples() {
    #expect(!AcceptanceSamples.samples.isEmpty)
    #expect(!AcceptanceSamples.rejections.isEmpty)
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: AcceptanceSamples.samples)
  func solvingGivesWhatIsExpected(_ sample: AcceptanceSamples.Sample) async throws {
    let files = try SampleFiles()
    for (kind, expected) in sample.optima {
      let options = ["--objective", kind, "--format", "json"]
      try check(try await solve(sample, options), sample, expected)
      let written = try await solve(sample, options + ["-o", files.path("plan.json")])
      try check(written, sample, expected)
      let verified = try await layerroute("verify", sample.path, files.path("plan.json"))
      #expect(verified.exitStatus == (sample.status == "optimal" ? 0 : 65), "\(verified)")
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: AcceptanceSamples.samples)
  func everyFormulationGivesTheSame(_ sample: AcceptanceSamples.Sample) async throws {
    let files = try SampleFiles()
    let instance = try Instance.read(file: sample.path)
    // Each formulation with one backend, in turn; comparisons run all pairs.
    let turn = AcceptanceSamples.samples.firstIndex { $0.path == sample.path } ?? 0
    for (index, formulation) in Kinds.splitting.formulations.enumerated() {
      let backend = Backends.built[(turn + index) % Backends.built.count]
      for (objective, expected) in sample.optima where objective != "max" {
        let means = ["--formulation", formulation.name, "--backend", backend, "--objective", objective]
        let run = try await solve(sample, means + ["--format", "json", "-o", files.path("plan.json")])
        if formulation.refusal(of: SplittingProblem.instance(instance, withObjective: objective)) != nil {
          expect(run, exits: 64, saying: formulation.name)
          continue
        }
        try check(run, sample, expected)
        guard sample.status == "optimal" else { continue }
        let verified = try await layerroute("verify", sample.path, files.path("plan.json"))
        #expect(verified.exitStatus == 0, "\(means): \(verified)")
      }
    }
  }

  @Test(
    .enabled(if: Backends.areThere, "needs a backend"),
    arguments: AcceptanceSamples.samples.filter { $0.bottleneck != nil })
  func pipelinesHaveTheExpectedLatencyAndFrontier(_ sample: AcceptanceSamples.Sample) async throws {
    let run = try await solve(sample, ["--format", "json"])
    let latency = try #require(sample.latency)
    let jobs = try #require(try json(run)["jobs"] as? [[String: Any]])
    #expect(agree(jobs.reduce(0) { $0 + ($1["latency"] as? Double ?? .nan) }, latency), "\(latency): \(run)")
    guard let expected = sample.frontier else { return }
    let frontier = try await solve(sample, ["--frontier", "--format", "json"])
    #expect(frontier.exitStatus == 0, "\(frontier)")
    let plans = try #require(try json(frontier)["plans"] as? [[String: Any]])
    #expect(plans.count == expected.count, "\(expected): \(frontier)")
    for (plan, point) in zip(plans, expected) {
      let objective = try #require(plan["objective"] as? [String: Any])
      #expect(objective["kind"] as? String == "total")
      #expect(agree(objective["value"] as? Double ?? .nan, point[0]), "\(point): \(frontier)")
      #expect(agree(plan["bottleneck"] as? Double ?? .nan, point[1]), "\(point): \(frontier)")
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: AcceptanceSamples.samples)
  func comparisonsAgree(_ sample: AcceptanceSamples.Sample) async throws {
    let run = try await layerroute("compare", sample.path, "--format", "json", "--time-limit", "2")
    #expect(run.exitStatus == (sample.status == "optimal" ? 0 : 2), "\(run)")
    #expect(try json(run)["agrees"] as? Bool == true, "\(run)")
  }

  @Test(arguments: AcceptanceSamples.samples.filter { $0.plan != nil })
  func plansOfOthersHold(_ sample: AcceptanceSamples.Sample) async throws {
    let run = try await layerroute("verify", sample.path, try #require(sample.planPath))
    #expect(run.exitStatus == 0, "\(run)")
  }

  @Test(arguments: AcceptanceSamples.rejections)
  func malformedFilesAreRejectedWithTheExpectedWords(_ sample: AcceptanceSamples.Rejection) async throws {
    let run = try await layerroute("solve", sample.path)
    #expect(run.exitStatus == sample.exit, "\(run)")
    #expect(run.output.isEmpty)
    // The name of the file must not be what satisfies the expectation.
    let message = run.errors.replacing(sample.path, with: "").lowercased()
    for word in sample.allOf ?? [] { #expect(message.contains(word), "\(word): \(run)") }
    if let words = sample.anyOf { #expect(words.contains { message.contains($0) }, "\(run)") }
  }

  private func solve(_ sample: Sample, _ options: [String]) async throws -> ProgramRun {
    try await Program.layerroute.run(["solve", sample.path] + options)
  }

  private func check(_ run: ProgramRun, _ sample: Sample, _ expected: Double?) throws {
    #expect(try run.status() == sample.status, "\(run)")
    #expect(run.exitStatus == (sample.status == "optimal" ? 0 : 2), "\(run)")
    if let expected {
      #expect(agree(try run.objective(), expected), "\(expected): \(run)")
    } else {
      let kind = sample.reason.map { $0.replacing("no-", with: "").replacing("-", with: " ") }
      let reason = try json(run)["reason"] as? String
      #expect(reason?.hasPrefix("\(try #require(kind)): ") == true, "\(sample.reason ?? ""): \(run)")
    }
  }
}
