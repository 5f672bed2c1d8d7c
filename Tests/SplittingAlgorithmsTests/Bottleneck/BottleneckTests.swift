import Foundations
import LayerRoute
import Networks
import Splitting
import SplittingChecking
import TestSupport
import Testing

/// The objective `bottleneck` against enumeration: its value, the latency that comes second, and the frontier between both.
@Suite(
  .enabled(if: !Backends.built.filter(["cbc", "glpk"].contains).isEmpty, "needs a backend with LP sessions"))
struct BottleneckTests {
  @Test(arguments: PipelineFamily.allCases)
  func theExactMethodReachesTheOptimumOfEnumeration(_ family: PipelineFamily) async throws {
    try await check(family, SolveRequest(), seeds: 0..<40)
  }

  @Test(arguments: PipelineFamily.allCases)
  func bisectionWithPathsReachesTheOptimumOfEnumeration(_ family: PipelineFamily) async throws {
    try await check(family, SolveRequest(method: "paths"), seeds: 100..<120)
  }

  @Test(arguments: PipelineFamily.allCases)
  func theNativeMethodReachesTheOptimumOfEnumeration(_ family: PipelineFamily) async throws {
    try await check(family, SolveRequest(backend: Origin.native), seeds: 200..<220)
  }

  private func check(
    _ family: PipelineFamily, _ request: SolveRequest, seeds: Range<UInt64>
  ) async throws {
    var feasible = 0
    for seed in seeds {
      let instance = Instance.pipeline(family, seed: seed)
      let frontier = BruteForce(instance).frontier()
      let answer = try await Kinds.splitting.solve(instance, request)
      let context = "\(family) seed \(seed): \(instance.json())"
      guard let value = frontier.map(\.bottleneck).min() else {
        #expect(answer.file.status == .infeasible, "\(answer.file.status), but there is no plan; \(context)")
        #expect(answer.file.reason?.isEmpty == false, "\(context)")
        continue
      }
      feasible += 1
      #expect(answer.file.status == .optimal, "\(answer.file.status); \(context)")
      #expect(agree(answer.cost, value), "\(answer.cost), enumeration \(value); \(context)")
      #expect(answer.bound <= value * (1 + 1e-6), "the bound \(answer.bound) is above \(value); \(context)")
      let best = frontier.filter { $0.bottleneck <= value * (1 + 1e-6) }.map(\.latency).min() ?? 0
      let latency = answer.known?.assessment.secondCost ?? .infinity
      #expect(latency <= best * (1 + 1e-6), "the latency is \(latency), the least \(best); \(context)")
      let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
      #expect(check.findings.isEmpty, "\(check.findings); \(context)")
    }
    #expect(feasible > seeds.count / 3, "\(family): \(feasible) with a plan")
  }

  @Test(arguments: PipelineFamily.allCases)
  func theFrontierIsThatOfEnumeration(_ family: PipelineFamily) async throws {
    var points = 0
    for seed in UInt64(300)..<320 {
      let instance = Instance.pipeline(family, seed: seed)
      let expected = BruteForce(instance).frontier()
      guard !expected.isEmpty else { continue }
      let best = try await Kinds.splitting.solve(instance)
      let found = try await Kinds.splitting.ranking("frontier", from: best)
      let context = "\(family) seed \(seed): \(instance.json())"
      #expect(found.isComplete, "\(context)")
      let loads = found.answers.compactMap { answer in
        answer.plan.map { Evaluator(instance).loads(of: $0).largest }
      }
      #expect(
        found.answers.count == expected.count,
        "\(found.answers.map(\.cost)), \(loads), not \(expected); \(context)")
      for (answer, (load, point)) in zip(found.answers, zip(loads, expected)) {
        #expect(agree(answer.cost, point.latency) && agree(load, point.bottleneck), "\(context)")
        let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
        #expect(check.findings.isEmpty, "\(check.findings); \(context)")
      }
      points += found.answers.count
    }
    #expect(points > 20, "\(points)")
  }

  @Test func withoutTimeForTheFrontierThePlanOfTheLeastBottleneckHasItsLatency() async throws {
    let instance = Instance.pipeline(.complete, seed: 301)
    let best = try await Kinds.splitting.solve(instance)
    let found = try await Kinds.splitting.ranking("frontier", from: best, budget: Budget(seconds: 0))
    let answer = try #require(found.answers.first)
    let plan = try #require(answer.plan)
    let latency = Evaluator(instance).evaluate(plan).objective(.total)
    #expect(found.answers.count == 1 && !found.isComplete)
    #expect(plan == best.plan)
    #expect(agree(answer.cost, latency), "\(answer.cost), not \(latency)")
    #expect(answer.file.objective?.kind == "total" && answer.bound <= answer.cost)
    let findings = try PlanVerification(answer.file, of: instance, Kinds.splitting).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}
