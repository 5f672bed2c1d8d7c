import Foundations
import LinearModels
import Problems

/// A formulation with the first solver that answers: if a solver is missing or breaks, the next one is asked. A solver
/// that gives a wrong answer is asked once more before, without the steps that are known to lead it astray.
public struct FirstSolver<P: Problem>: Planner {
  private let kind: Kind<P>
  private let formulation: any Formulation<P>
  private let request: MethodRequest<P>
  private let secondOpinion: Double
  private let explain: Explanation

  /// Searches the reason of an infeasibility.
  public typealias Explanation =
    @Sendable (P.Instance, ModelPlanner<P>, Budget) async -> InfeasibilityFinding<P.Plan>

  /// A planner that asks the solvers of a request. A second one may take `secondOpinion` [s] longer than the first to
  /// confirm that there is no plan; without `explain`, the reason of an infeasibility is the solver's word.
  public init(
    _ kind: Kind<P>, _ formulation: any Formulation<P>, _ request: MethodRequest<P>,
    secondOpinion: Double = 1,
    explain: @escaping Explanation = { _, planner, _ in
      .reason("\(planner.origin) proves that there is no plan")
    }
  ) {
    self.kind = kind
    self.formulation = formulation
    self.request = request
    self.secondOpinion = secondOpinion
    self.explain = explain
  }

  /// Whether the caller asked for this formulation or for one of the solvers.
  public var isDemanded: Bool { request.formulation != nil || request.namesSolver }

  public func refusal(of instance: P.Instance) -> String? { formulation.namedRefusal(of: instance) }

  public func run(_ task: SolveTask<P>) async throws(PlanningError) -> Conclusion {
    try formulation.checkExpresses(task.instance)
    let ledger = task.ledger
    var errors: [PlanningError] = []
    func note(_ error: PlanningError) {
      if !errors.contains(where: { $0.description == error.description }) { errors.append(error) }
    }
    for (position, solver) in request.solvers.enumerated() {
      let others = request.solvers[(position + 1)...]
      attempts: for isCautious in [false, true] {
        let planner = ModelPlanner(
          kind, formulation, solver, numerics: request.numerics, isCautious: isCautious)
        ledger.announce(planner.origin)
        do {
          let conclusion = try await conclusion(of: planner, others, task)
          for error in errors { ledger.warn(error.description) }
          if isCautious { ledger.warn("\(planner.origin) answered again, without presolving and cuts") }
          return conclusion
        } catch {
          switch error {
          // Raw models are there to show what solvers make of them.
          case .wrongAnswer where request.numerics != .raw: note(error)
          case .backend, .wrongAnswer:
            note(error)
            break attempts
          // If no formulation was named, a good plan is better than none; but a plan that the caller knew is no news.
          case .tooLarge where request.formulation == nil && ledger.hasFoundPlan:
            ledger.warn("\(error); this is the plan of a heuristic")
            return .final()
          case .refused, .tooLarge, .figures, .model, .cancelled: throw error
          }
        }
      }
    }
    let failure = combined(errors)
    // A plan is better than none, except that a missing backend is to be installed first.
    if case .backend(.unavailable) = failure { throw failure }
    guard ledger.best != nil else { throw failure }
    for error in errors where request.solvers.count > 1 && error.description != failure.description {
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
    guard case .infeasible = run.outcome else {
      if let known = run.known { ledger.keep(known, by: origin) }
      try ledger.raise(to: run.bound, by: origin)
      return .final()
    }
    // The solver may have reported a plan before it called the instance infeasible.
    try ledger.checkInfeasible(by: origin)
    // Without a model, infeasibility was proved without the solver.
    if run.model != nil {
      await askOthers(others, seconds: task.budget.elapsed - start + secondOpinion, task)
      try ledger.checkInfeasible(by: origin)
    }
    switch await explain(task.instance, planner, task.budget) {
    case .reason(let reason): return .infeasible(reason: reason, by: origin)
    case .refuted(let known):
      ledger.keep(known, by: origin)
      try ledger.checkInfeasible(by: origin)
      return .open
    }
  }

  /// Asks the first installed one of the others as well, because a solver gives no proof of infeasibility; a plan that
  /// it finds goes into the ledger.
  private func askOthers(_ others: ArraySlice<any ModelSolver>, seconds: Double, _ task: SolveTask<P>) async {
    let budget = task.budget.part(seconds: seconds)
    for solver in others {
      let planner = ModelPlanner(kind, formulation, solver, numerics: request.numerics)
      guard let run = try? await planner.run(task.instance, budget: budget.part()) else { continue }
      if let known = run.known { task.ledger.keep(known, by: planner.origin) }
      return
    }
  }

  /// The reason why no solver answered: the first failure or, if there is none, the missing backends.
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

/// The result of examining an infeasibility that a solver claims.
public enum InfeasibilityFinding<Plan: Sendable>: Sendable {
  /// The reason why there is no plan.
  case reason(String)
  /// A plan that satisfies every constraint, so the solver was wrong.
  case refuted(KnownPlan<Plan>)
}
