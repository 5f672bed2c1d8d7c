import LayerRoute
import LinearModels
import Planning
import Splitting
import SplittingAlgorithms
import TestSupport
import Testing

/// Expects that every way to the optimum of an instance reaches what enumeration finds.
struct Agreement {
  private let solvers: [any ModelSolver]

  /// Leaves out the backends that this build has not.
  init(_ solvers: [any ModelSolver]) {
    self.solvers = solvers.filter { Backends.built.contains($0.name) }
  }

  /// Checks the planner, and every formulation with every solver; or with a turn each formulation with one solver only,
  /// so that all pairs have had their turn after some instances.
  func check(_ instance: Instance, _ context: String, turn: UInt64? = nil) async throws {
    let expected = BruteForce(instance).optimum()
    try await checkPlanner(instance, expected, context)
    try await checkFormulations(instance, expected, context, turn: turn.map(Int.init))
  }

  private func checkPlanner(_ instance: Instance, _ expected: Double?, _ context: String) async throws {
    let answer = try await Kinds.splitting.solve(instance, solvers: solvers)
    #expect(answer.warnings.isEmpty, "\(context): \(answer.warnings)")
    guard let expected else {
      #expect(answer.file.status == .infeasible, "\(context): enumeration finds no plan")
      #expect(answer.file.reason?.isEmpty == false, "\(context)")
      return
    }
    #expect(answer.file.status == .optimal, "\(context): \(answer.file.status)")
    let value = answer.file.objective?.value ?? .nan
    #expect(agree(value, expected), "\(context): \(value), enumeration \(expected)")
    let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
    #expect(check.findings.isEmpty, "\(context): \(check.findings)")
  }

  /// From the value of a known plan, and from trial values; in turn, if there are turns.
  private func checkFormulations(
    _ instance: Instance, _ expected: Double?, _ context: String, turn: Int?
  ) async throws {
    let outcome = ResidualRouting(instance).outcome()
    let heuristic = outcome.plan
    if let expected {
      #expect(outcome.lowerBound <= expected * (1 + 1e-9), "\(context): the heuristic's bound")
      #expect(
        (heuristic?.cost ?? .infinity) >= expected * (1 - 1e-9), "\(context): better than the optimum")
    } else {
      #expect(heuristic == nil, "\(context): enumeration finds no plan")
    }
    for (index, formulation) in Kinds.splitting.formulations.enumerated()
    where formulation.refusal(of: instance) == nil {
      for (place, solver) in solvers.enumerated()
      where turn.map({ ($0 + index) % solvers.count == place }) ?? true {
        let starts = turn.map { $0 / solvers.count % 2 == 0 ? [nil] : [heuristic] } ?? [nil, heuristic]
        for known in heuristic == nil ? [nil] : starts {
          let planner = ModelPlanner(Kinds.splitting, formulation, solver)
          let name =
            "\(context): \(formulation.name) with \(solver.name), \(known == nil ? "no" : "a") plan known"
          do {
            let run = try await planner.run(instance, known: known)
            check(run, expected, name)
          } catch {
            Issue.record("\(name): \(error)")
          }
        }
      }
    }
  }

  private func check(_ run: ModelRun<Plan>, _ expected: Double?, _ context: String) {
    switch (run.outcome, expected) {
    case (.solved(let plan), let expected?):
      #expect(agree(plan.cost, expected), "\(context): \(plan.cost), enumeration \(expected)")
      #expect(run.bound <= plan.cost * (1 + 1e-6), "\(context): bound \(run.bound)")
    case (.infeasible, nil): break
    default: Issue.record("\(context): \(run.outcome), enumeration \(expected.map { "\($0)" } ?? "none")")
    }
  }
}
