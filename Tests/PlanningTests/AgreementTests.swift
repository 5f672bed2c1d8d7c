import AssignmentFormulation
import CBCBackend
import Formulations
import GLPKBackend
import Instances
import LayerRoute
import LayeredFormulation
import LinearModels
import TestSupport
import Testing
import Verification

private let registry = Registry(
  formulations: [AssignmentFormulation(), LayeredFormulation()],
  solvers: [InProcess(GLPKBackend()), WorkerBackend.cbc])

/// Every way to the optimum reaches what enumeration finds.
@Suite struct AgreementTests {
  @Test(arguments: Coupling.allCases)
  func everyPlannerReachesTheOptimumOfEnumeration(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<60 {
      let instance = Instance.random(seed: seed, coupling)
      let expected = BruteForce(instance).optimum()
      try await checkPlanner(instance, expected, "\(coupling) seed \(seed)")
      try await checkFormulations(instance, expected, "\(coupling) seed \(seed)")
    }
  }

  @Test(arguments: [1e-6, 1e-3, 1e4])
  func theUnitsOfTimeDoNotMatter(_ factor: Double) async throws {
    for coupling in Coupling.allCases {
      for seed in UInt64(0)..<8 {
        let instance = Instance.random(seed: seed, coupling).slowed(by: factor)
        let expected = BruteForce(instance).optimum()
        try await checkPlanner(instance, expected, "\(coupling) seed \(seed), slowed by \(factor)")
        try await checkFormulations(instance, expected, "\(coupling) seed \(seed), slowed by \(factor)")
      }
    }
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

  private func agree(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 1e-6 * max(abs(left), abs(right))
  }
}

extension Instance {
  /// The same instance on machines and links that are `factor` times slower.
  fileprivate func slowed(by factor: Double) -> Instance {
    var slowed = self
    for node in slowed.network.nodes.indices { slowed.network.nodes[node].compute /= factor }
    for link in slowed.network.links.indices {
      slowed.network.links[link].bandwidth /= factor
      slowed.network.links[link].latency *= factor
    }
    for dnn in slowed.dnns.indices {
      for layer in slowed.dnns[dnn].layers.indices {
        for time in slowed.dnns[dnn].layers[layer].times.indices {
          slowed.dnns[dnn].layers[layer].times[time].seconds *= factor
        }
      }
    }
    for job in slowed.jobs.indices {
      slowed.jobs[job].rate /= factor
      slowed.jobs[job].deadline = slowed.jobs[job].deadline.map { $0 * factor }
    }
    return slowed
  }
}
