import Formulations
import Instances
import LinearModels
import Verification

/// Solves an instance by the best means at hand, or by those that the caller names.
///
/// First each job alone on its shortest path: if that keeps every coupling constraint, it is optimal. Otherwise a
/// heuristic plan bounds the optimum from above, and a formulation with a backend finds it.
public struct Planner: Sendable {
  /// What the caller asks for.
  public struct Request: Sendable {
    /// The formulation's name; `nil` for the best one that applies.
    public var formulation: String?
    /// The backend's name, `native` for shortest paths alone; `nil` for the best one at hand.
    public var backend: String?
    /// `nil` for what the instance says.
    public var objective: ObjectiveKind?
    public var limits: MIPPlanner.Limits

    public init(
      formulation: String? = nil, backend: String? = nil, objective: ObjectiveKind? = nil,
      limits: MIPPlanner.Limits = MIPPlanner.Limits()
    ) {
      self.formulation = formulation
      self.backend = backend
      self.objective = objective
      self.limits = limits
    }
  }

  /// The plan's document, and what a program needs to show it.
  public struct Answer: Sendable {
    public let document: PlanDocument
    /// Instance with the objective that was solved for.
    public let instance: Instance
    /// Answers of backends that were refused on the way, for the log.
    public let warnings: [String]
  }

  private let registry: Registry

  public init(registry: Registry = .standard) { self.registry = registry }

  /// Cancelling the task ends it soon, with the best plan so far.
  ///
  /// - Throws: ``PlanningError``.
  public func solve(
    _ instance: Instance, _ request: Request = Request()
  ) async throws(PlanningError) -> Answer {
    var instance = instance
    instance.options.objective = request.objective ?? instance.options.objective
    var solve = try Solve(instance, request, registry)
    return try await solve.answer()
  }
}

/// One call of ``Planner/solve(_:_:)``.
private struct Solve {
  private let instance: Instance
  private let request: Planner.Request
  private let registry: Registry
  private let stopwatch: Stopwatch
  private let formulation: any Formulation
  private let solvers: [any ModelSolver]
  private var warnings: [String] = []
  /// On every plan's value, whatever a solver says [s].
  private var lowerBound = 0.0

  init(_ instance: Instance, _ request: Planner.Request, _ registry: Registry) throws(PlanningError) {
    self.instance = instance
    self.request = request
    self.registry = registry
    stopwatch = Stopwatch(limit: request.limits.seconds)
    formulation = try registry.formulation(named: request.formulation ?? Registry.bestFormulation)
    if let backend = request.backend, backend != Registry.native {
      solvers = [try registry.solver(named: backend)]
    } else {
      solvers = request.backend == nil ? registry.solvers : []
    }
    if request.backend == Registry.native && formulation.name != Registry.bestFormulation {
      throw .refused("the native planner routes in the layered graph; it cannot solve \(formulation.name)")
    }
  }

  mutating func answer() async throws(PlanningError) -> Planner.Answer {
    try instance.checkFigures()
    if let reason = formulation.refusal(of: instance) {
      throw .refused("formulation \(formulation.name) cannot express this instance: \(reason)")
    }
    // A caller who names a backend, or another formulation, wants to see just that at work.
    let mayShortcut =
      request.backend == nil && (request.formulation ?? Registry.bestFormulation) == Registry.bestFormulation
    if mayShortcut || request.backend == Registry.native {
      if let answer = try nativeAnswer() { return answer }
    }
    if let answer = simpleInfeasibility() { return answer }
    let heuristic = ResidualRouting(instance).bestPlanAndBound(
      seconds: min(2, (stopwatch.remaining ?? 20) / 10))
    let known = heuristic.plan
    if heuristic.lowerBound < .infinity { lowerBound = heuristic.lowerBound }
    if mayShortcut, let known, gap(known.value, lowerBound) <= max(1e-6, request.limits.gap) {
      return answer(plan: known, bound: lowerBound, backend: Registry.native)
    }
    return try await answerBySolvers(known)
  }

  // MARK: Without a model

  /// Shortest paths, where they keep every coupling constraint.
  private func nativeAnswer() throws(PlanningError) -> Planner.Answer? {
    guard let plan = NativePlanner(instance).plan else { return nil }
    let evaluation = Evaluator(instance).evaluate(plan)
    if evaluation.isFeasible {
      let value = evaluation.objective(instance.options.objective)
      return answer(plan: KnownPlan(plan: plan, value: value), bound: value, backend: Registry.native)
    }
    if request.backend == Registry.native, evaluation.violations.allSatisfy({ $0.kind != .deadline }) {
      let violation = evaluation.violations.first?.description ?? ""
      let backends = registry.solvers.map(\.name).joined(separator: ", ")
      throw .refused(
        "the native planner routes each job by itself, but its shortest paths break a coupling constraint "
          + "(\(violation)); use a formulation with a backend (\(backends))")
    }
    return nil
  }

  /// A job that cannot be served even alone.
  private func simpleInfeasibility() -> Planner.Answer? {
    InfeasibilityReason.ofSingleJobs(instance).map { infeasible($0, backend: Registry.native) }
  }

  // MARK: By formulation and backend

  private mutating func answerBySolvers(_ known: KnownPlan?) async throws(PlanningError) -> Planner.Answer {
    var errors: [PlanningError] = []
    for solver in solvers {
      do {
        return try await answer(by: solver, known)
      } catch .backend(.cancelled) {
        guard let known else { return unknown(solver.name) }
        return answer(plan: known, bound: lowerBound, backend: solver.name)
      } catch .tooLarge(let formulation, let size, let memory) {
        // Whoever asked for no formulation in particular is better served with a good plan than with none.
        let error = PlanningError.tooLarge(formulation: formulation, size: size, memory: memory)
        guard request.formulation == nil, let known else { throw error }
        warnings.append("\(error); this is the plan of a heuristic")
        return answer(plan: known, bound: lowerBound, backend: Registry.native)
      } catch {
        guard error.mayTryAnother, solvers.count > 1 else { throw error }
        warnings.append(error.description)
        errors.append(error)
      }
    }
    throw combined(errors)
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

  private func answer(by solver: any ModelSolver, _ known: KnownPlan?) async throws(PlanningError)
    -> Planner.Answer
  {
    var limits = request.limits
    limits.seconds = stopwatch.remaining
    let planner = MIPPlanner(formulation: formulation, solver: solver)
    let run = try await planner.run(instance, knownPlan: known, limits: limits)
    switch run.outcome {
    case .solved(let found):
      return answer(plan: better(found, known), bound: run.bound, backend: solver.name)
    case .infeasible:
      let reason = await InfeasibilityReason.ofConflict(
        instance, planner: planner, budget: min(10, stopwatch.remaining ?? 10))
      return infeasible(reason, backend: solver.name)
    case .stopped(let found):
      guard let plan = found.map({ better($0, known) }) ?? known else { return unknown(solver.name) }
      return answer(plan: plan, bound: run.bound, backend: solver.name)
    }
  }

  private func better(_ found: KnownPlan, _ known: KnownPlan?) -> KnownPlan {
    guard let known, known.value < found.value else { return found }
    return known
  }

  // MARK: Documents

  private func answer(plan: KnownPlan, bound: Double, backend: String) -> Planner.Answer {
    let bound = min(max(bound, lowerBound), plan.value)
    let gap = gap(plan.value, bound)
    let objective = PlanDocument.Objective(
      kind: instance.options.objective, value: plan.value, bound: bound, gap: gap)
    let document = PlanDocument(
      status: gap <= 1e-6 ? .optimal : .feasible, objective: objective,
      jobs: PlanDocument.reports(plan.plan, of: instance), solver: solverReport(backend))
    return Planner.Answer(document: document, instance: instance, warnings: warnings)
  }

  private func infeasible(_ reason: String, backend: String) -> Planner.Answer {
    let document = PlanDocument(status: .infeasible, reason: reason, solver: solverReport(backend))
    return Planner.Answer(document: document, instance: instance, warnings: warnings)
  }

  private func unknown(_ backend: String) -> Planner.Answer {
    let document = PlanDocument(status: .unknown, solver: solverReport(backend))
    return Planner.Answer(document: document, instance: instance, warnings: warnings)
  }

  private func solverReport(_ backend: String) -> PlanDocument.SolverReport {
    PlanDocument.SolverReport(
      formulation: formulation.name, backend: backend, seconds: stopwatch.seconds)
  }

  private func gap(_ value: Double, _ bound: Double) -> Double {
    value == 0 ? 0 : max(0, (value - bound) / value)
  }
}

extension PlanningError {
  /// Whether another backend might do what this one could not.
  fileprivate var mayTryAnother: Bool {
    switch self {
    case .backend, .wrongAnswer: true
    case .refused, .tooLarge, .figures, .model: false
    }
  }
}
