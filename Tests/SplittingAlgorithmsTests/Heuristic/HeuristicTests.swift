import Splitting
import SplittingAlgorithms
import SplittingChecking
import SplittingGenerators
import TestSupport
import Testing

/// The heuristic's plans against enumeration.
@Suite struct HeuristicTests {
  /// Of a heuristic on many instances.
  private struct Tally {
    var feasible = 0
    var found = 0
    var gaps: [Double] = []
  }

  private func tally(_ coupling: Coupling, seeds: Range<UInt64>, _ variant: (Instance) -> Instance = { $0 })
    -> Tally
  {
    var tally = Tally()
    for seed in seeds {
      let optimum = BruteForce(Instance.random(seed: seed, coupling)).optimum()
      let instance = variant(Instance.random(seed: seed, coupling))
      let outcome = ResidualRouting(instance).outcome()
      let (plan, bound) = (outcome.plan, outcome.lowerBound)
      let context = "\(coupling) seed \(seed)"
      guard let optimum else {
        #expect(plan == nil, "\(context): enumeration finds no plan")
        continue
      }
      #expect(bound <= optimum * (1 + 1e-9), "\(context): bound \(bound), optimum \(optimum)")
      tally.feasible += 1
      guard let plan else { continue }
      tally.found += 1
      let evaluation = Evaluator(instance).evaluate(plan.plan)
      #expect(evaluation.isFeasible, "\(context): \(evaluation.violations)")
      #expect(evaluation.objective(instance.options.objective) == plan.cost, "\(context)")
      #expect(plan.cost >= optimum * (1 - 1e-9), "\(context): \(plan.cost) is below the optimum \(optimum)")
      tally.gaps.append(optimum > 0 ? (plan.cost - optimum) / optimum : 0)
    }
    return tally
  }

  @Test(arguments: Coupling.allCases)
  func plansAreSoundAndNearTheOptimum(_ coupling: Coupling) {
    let tally = tally(coupling, seeds: 1000..<1200)
    let mean = tally.gaps.reduce(0, +) / Double(max(1, tally.gaps.count))
    // When this was written it found a plan for all of them, and all were optimal.
    #expect(Double(tally.found) >= 0.98 * Double(tally.feasible), "\(tally.found) of \(tally.feasible)")
    #expect(mean < 0.002, "mean gap \(mean)")
  }

  /// On large networks ways are searched link by link, and not looked up.
  @Test(arguments: [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together])
  func largeNetworksAreNoWorse(_ coupling: Coupling) {
    let tally = tally(coupling, seeds: 2000..<2060) { $0.padded(by: 70) }
    let mean = tally.gaps.reduce(0, +) / Double(max(1, tally.gaps.count))
    #expect(Double(tally.found) >= 0.98 * Double(tally.feasible), "\(tally.found) of \(tally.feasible)")
    #expect(mean < 0.002, "mean gap \(mean)")
  }

  @Test func thePlanRepeats() throws {
    for objective in ObjectiveKind.allCases {
      var instance = Instance.demo(seed: 3)
      instance.options.objective = objective
      let first = try #require(ResidualRouting(instance).outcome(rounds: 4).plan)
      let second = try #require(ResidualRouting(instance).outcome(rounds: 4).plan)
      #expect(first.plan == second.plan)
    }
  }

  @Test func aTimeLimitEndsIt() throws {
    let workload = Workload(jobs: 12, dnn: .vgg19, tightness: Tightness(memory: 0.75))
    let instance = try Instance.geometric(seed: 1, nodes: 100, workload: workload)
    let routing = ResidualRouting(instance)
    let start = ContinuousClock.now
    _ = routing.outcome(rounds: 1_000_000, seconds: 0.2).plan
    // Without the limit it would take days.
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}
