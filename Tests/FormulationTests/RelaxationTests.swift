import Formulations
import Graphs
import Instances
import LayerRoute
import LinearModels
import TestSupport
import Testing

/// The claims of formulations/relaxations.md about the values of the linear relaxations.
@Suite(.enabled(if: Solvers.first != nil, "needs a backend")) struct RelaxationTests {
  /// Without pruning three relaxations are the same, and `assignment` is no stronger.
  @Test(arguments: Coupling.allCases)
  func threeAreEqualAndAssignmentIsNoStronger(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<40 {
      let instance = Instance.random(seed: seed, coupling)
      let problem = Problem(instance)
      guard problem.lowerBound < .infinity else { continue }
      let context = "\(coupling) seed \(seed): \(instance.json())"
      let layered = try await relaxation("layered", problem)
      let pairflow = try await relaxation("pairflow", problem)
      #expect(same(pairflow, layered), "\(context): \(pairflow), not \(layered)")
      guard let weak = try await relaxationUnlessRefused("assignment", problem),
        let tight = try await relaxationUnlessRefused("assignment-tight", problem)
      else { continue }
      #expect(same(tight, layered), "\(context): \(tight), not \(layered)")
      #expect(weak <= tight * (1 + 1e-6) + 1e-9, "\(context): \(weak), above \(tight)")
    }
  }

  /// With an upper bound, pairs of hosts can be left out whose single links all stay.
  @Test(arguments: Coupling.allCases)
  func pruningKeepsTheOrder(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<40 {
      let instance = Instance.random(seed: seed, coupling)
      guard let known = ResidualRouting(instance).bestPlan() else { continue }
      let problem = Problem(instance).limited(to: known.value)
      let context = "\(coupling) seed \(seed): \(instance.json())"
      let layered = try await relaxation("layered", problem)
      let pairflow = try await relaxation("pairflow", problem)
      #expect(layered <= pairflow * (1 + 1e-6) + 1e-9, "\(context): \(layered), above \(pairflow)")
      guard let tight = try await relaxationUnlessRefused("assignment-tight", problem) else { continue }
      #expect(layered <= tight * (1 + 1e-6) + 1e-9, "\(context): \(layered), above \(tight)")
    }
  }

  private func relaxationUnlessRefused(_ name: String, _ problem: Problem) async throws -> Double? {
    let formulation = try Registry.standard.formulation(named: name)
    return formulation.refusal(of: problem.instance) == nil ? try await relaxation(name, problem) : nil
  }

  /// The value of the relaxation [s]; infinite where it is infeasible.
  private func relaxation(_ name: String, _ problem: Problem) async throws -> Double {
    let model = try Registry.standard.formulation(named: name).encode(problem).scaledModel
    return try await Solvers.value(model.relaxed()) ?? .infinity
  }

  private func same(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-6 * max(left, right) + 1e-9
  }
}
