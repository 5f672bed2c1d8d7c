import Foundations
import LinearModels
import Problems

/// A formulation with the first solver that answers: if one is missing, breaks or is caught in a wrong answer, the next
/// one is asked.
public struct FirstSolver<P: Problem>: Planner {
  private let kind: Kind<P>
  private let formulation: any Formulation<P>
  private let solvers: [any ModelSolver]
  private let numerics: Numerics
  /// Whether the caller asked for this formulation or for one of the solvers.
  public let isDemanded: Bool
  /// Says why there is no plan, once a solver has proved that there is none.
  private let explain: Explanation

  /// Looks for the reason of an infeasibility.
  public typealias Explanation =
    @Sendable (P.Instance, ModelPlanner<P>, Budget) async -> InfeasibilityFinding<P.Plan>

  /// - Parameters:
  ///   - kind: whose evaluator judges plans.
  ///   - formulation: what is solved.
  ///   - request: the solvers, and what else the caller asks.
  ///   - explain: looks for the reason of an infeasibility; without it, the reason is the solver's word.
  public init(
    _ kind: Kind<P>, _ formulation: any Formulation<P>, _ request: MethodRequest<P>,
    explain: @escaping Explanation = { _, planner, _ in .reason("\(planner.origin) proves that there is no plan") }
  ) {
    self.kind = kind
    self.formulation = formulation
    self.explain = explain
    solvers = request.solvers
    numerics = request.numerics
    isDemanded = request.formulation != nil || request.namesSolver
  }

  public func refusal(of instance: P.Instance) -> String? {
    formulation.refusal(of: instance).map {
      "formulation \(formulation.name) cannot express this instance: \($0)"
    }
  }

  public func run(_ task: SolveTask<P>) async throws(PlanningError) -> Conclusion {
    if let reason = refusal(of: task.instance) { throw .refused(reason) }
    let ledger = task.ledger
    var errors: [PlanningError] = []
    for (position, solver) in solvers.enumerated() {
      let planner = ModelPlanner(kind, formulation, solver, numerics: numerics)
      ledger.announce(planner.origin)
      do {
        return try await conclusion(of: planner, solvers[(position + 1)...], task)
      } catch .tooLarge(let formulation, let size, let memory) {
        let error = PlanningError.tooLarge(formulation: formulation, size: size, memory: memory)
        // A caller who asked for no formulation in particular is better served with a good plan than with none.
        guard !isDemanded, ledger.best != nil else { throw error }
        ledger.warn("\(error); this is the plan of a heuristic")
        return .final()
      } catch {
        guard error.mayTryAnother else { throw error }
        errors.append(error)
      }
    }
    let failure = combined(errors)
    // A plan is better than none; but a program that lacks its backend is to be completed first.
    if case .backend(.unavailable) = failure { throw failure }
    guard ledger.best != nil else { throw failure }
    for error in errors where solvers.count > 1 && error.description != failure.description {
      ledger.warn(error.description)
    }
    return .final(failure: failure)
  }

  private func conclusion(
    of planner: ModelPlanner<P>, _ others: ArraySlice<any ModelSolver>, _ task: SolveTask<P>
  ) async throws(PlanningError) -> Conclusion {
    let (ledger, origin) = (task.ledger, planner.origin)
    let start = task.budget.elapsed
    let run = try await planner.run(
      task.instance, known: ledger.best, cutoff: task.cutoff, budget: task.budget.part(),
      offer: { ledger.keep($0, by: origin) }, report: { ledger.show($0) })
    switch run.outcome {
    case .solved(let known), .stopped(let known?):
      ledger.keep(known, by: origin)
      try ledger.raise(to: run.bound, by: origin)
    case .stopped(nil):
      try ledger.raise(to: run.bound, by: origin)
    case .infeasible:
      // It may have reported a plan itself before it said so.
      try ledger.checkInfeasible(by: origin)
      // Without a model it was proved here, and not by the solver.
      if run.model != nil {
        let seconds = task.budget.elapsed - start + Self.secondOpinion
        await askOthers(others, seconds: seconds, task)
        try ledger.checkInfeasible(by: origin)
      }
      return try await explained(planner, task)
    }
    return .final()
  }

  /// How much longer than the first solver a second one may take to confirm that there is no plan [s].
  private static var secondOpinion: Double { 1 }

  /// Nothing but its word speaks for a solver that calls an instance infeasible. So the first of the others that is
  /// installed is asked as well; a plan that it finds goes into the ledger.
  private func askOthers(_ others: ArraySlice<any ModelSolver>, seconds: Double, _ task: SolveTask<P>) async {
    let budget = task.budget.part(seconds: seconds)
    for solver in others {
      let planner = ModelPlanner(kind, formulation, solver, numerics: numerics)
      guard let run = try? await planner.run(task.instance, budget: budget.part()) else { continue }
      if let known = run.known { task.ledger.keep(known, by: planner.origin) }
      return
    }
  }

  private func explained(
    _ planner: ModelPlanner<P>, _ task: SolveTask<P>
  ) async throws(PlanningError) -> Conclusion {
    switch await explain(task.instance, planner, task.budget) {
    case .reason(let reason): return .infeasible(reason: reason, by: planner.origin)
    case .refuted(let known):
      task.ledger.keep(known, by: planner.origin)
      try task.ledger.checkInfeasible(by: planner.origin)
      return .open
    }
  }

  /// Why no solver answered: what broke, or else what is missing.
  private func combined(_ errors: [PlanningError]) -> PlanningError {
    var missing: [(backend: String, remedy: String)] = []
    for error in errors {
      guard case .backend(.unavailable(let backend, let remedy)) = error else { return error }
      missing.append((backend, remedy))
    }
    let names = missing.map(\.backend).joined(separator: " or ")
    let remedies = missing.map { "\($0.backend): \($0.remedy)" }.joined(separator: "; ")
    return .backend(
      .unavailable(
        backend: names.isEmpty ? "for coupled instances" : names,
        remedy: "nothing simpler solves this instance, so it takes one of them. \(remedies)"))
  }
}

/// What became of a solver's word that there is no plan.
public enum InfeasibilityFinding<Plan: Sendable>: Sendable {
  /// Why there is none.
  case reason(String)
  /// A plan that keeps every constraint: the solver was wrong.
  case refuted(KnownPlan<Plan>)
}

extension PlanningError {
  /// Whether another solver might do what this one could not.
  fileprivate var mayTryAnother: Bool {
    switch self {
    case .backend, .wrongAnswer: true
    case .refused, .tooLarge, .figures, .model, .cancelled: false
    }
  }
}
