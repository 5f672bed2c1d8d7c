import Problems
import Splitting
import SplittingAlgorithms
import TestSupport
import Testing

/// Expects that every way to the optimum of an instance reaches what enumeration finds.
struct Agreement {
  private let registry: Registry

  /// Leaves out the backends that this build has not.
  init(_ registry: Registry) {
    self.registry = Registry(
      formulations: registry.formulations,
      solvers: registry.solvers.filter { Backends.built.contains($0.name) })
  }

  func check(_ instance: Instance, _ context: String) async throws {
    let expected = BruteForce(instance).optimum()
    try await checkPlanner(instance, expected, context)
    try await checkFormulations(instance, expected, context)
  }

  private func checkPlanner(_ instance: Instance, _ expected: Double?, _ context: String) async throws {
    let answer = try await Planner(registry: registry).solve(instance)
    #expect(answer.warnings.isEmpty, "\(context): \(answer.warnings)")
    guard let expected else {
      #expect(answer.document.status == .infeasible, "\(context): enumeration finds no plan")
      #expect(answer.document.reason?.isEmpty == false, "\(context)")
      return
    }
    #expect(answer.document.status == .optimal, "\(context): \(answer.document.status)")
    let value = answer.document.objective?.value ?? .nan
    #expect(agree(value, expected), "\(context): \(value), enumeration \(expected)")
    let check = PlanCheck(answer.document, of: instance)
    #expect(check.findings.isEmpty, "\(context): \(check.findings)")
  }

  /// Twice each: from the value of a known plan, and from trial values.
  private func checkFormulations(_ instance: Instance, _ expected: Double?, _ context: String) async throws {
    let heuristic = ResidualRouting(instance).bestPlan()
    if let heuristic, let expected {
      #expect(heuristic.value >= expected * (1 - 1e-9), "\(context): better than the optimum")
    }
    for formulation in registry.formulations where formulation.refusal(of: instance) == nil {
      for solver in registry.solvers {
        for known in heuristic == nil ? [nil] : [nil, heuristic] {
          let planner = MIPPlanner(formulation: formulation, solver: solver)
          let name =
            "\(context): \(formulation.name) with \(solver.name), \(known == nil ? "no" : "a") plan known"
          do {
            let run = try await planner.run(instance, knownPlan: known)
            check(run, expected, name)
          } catch {
            Issue.record("\(name): \(error)")
          }
        }
      }
    }
  }

  private func check(_ run: MIPRun, _ expected: Double?, _ context: String) {
    switch (run.outcome, expected) {
    case (.solved(let plan), let expected?):
      #expect(agree(plan.value, expected), "\(context): \(plan.value), enumeration \(expected)")
      #expect(run.bound <= plan.value * (1 + 1e-6), "\(context): bound \(run.bound)")
    case (.infeasible, nil): break
    default: Issue.record("\(context): \(run.outcome), enumeration \(expected.map { "\($0)" } ?? "none")")
    }
  }
}
