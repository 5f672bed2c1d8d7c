import Instances
import LayerRoute
import TestSupport
import Testing
import Verification

/// The heuristic's plans against enumeration.
@Suite struct HeuristicTests {
  /// Of a heuristic on many instances.
  private struct Tally {
    var feasible = 0
    var found = 0
    var gaps: [Double] = []
  }

  private func tally(_ coupling: Coupling, seeds: Range<UInt64>) -> Tally {
    var tally = Tally()
    for seed in seeds {
      let instance = Instance.random(seed: seed, coupling)
      let optimum = BruteForce(instance).optimum()
      let (plan, bound) = ResidualRouting(instance).bestPlanAndBound()
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
      #expect(evaluation.objective(instance.options.objective) == plan.value, "\(context)")
      #expect(plan.value >= optimum * (1 - 1e-9), "\(context): \(plan.value) is below the optimum \(optimum)")
      tally.gaps.append(optimum > 0 ? (plan.value - optimum) / optimum : 0)
    }
    return tally
  }

  @Test(arguments: Coupling.allCases)
  func plansAreSoundAndNearTheOptimum(_ coupling: Coupling) {
    let tally = tally(coupling, seeds: 1000..<1200)
    let mean = tally.gaps.reduce(0, +) / Double(max(1, tally.gaps.count))
    print("TALLY", coupling, tally.feasible, tally.found, mean, tally.gaps.max() ?? 0)
    #expect(Double(tally.found) >= 0.98 * Double(tally.feasible), "\(tally.found) of \(tally.feasible)")
    #expect(mean < 0.01)
  }
}
