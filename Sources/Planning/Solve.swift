import Foundations
import LinearModels
import Problems
import Solvers

/// The options of a solve.
public struct SolveRequest: Sendable {
  /// The formulation's name; `nil` for the best one that applies.
  public var formulation: String?
  /// The backend's name, `native` for none; `nil` for the best one available.
  public var backend: String?
  /// The method's name; `nil` for the kind's usual one.
  public var method: String?
  /// The objective's name; `nil` for the instance's own.
  public var objective: String?
  /// Whether the plan should have a certificate.
  public var certificate: Bool
  public var numerics: Numerics
  public var parameters: ParameterValues

  public init(
    formulation: String? = nil, backend: String? = nil, method: String? = nil, objective: String? = nil,
    certificate: Bool = false, numerics: Numerics = .careful, parameters: ParameterValues = ParameterValues()
  ) {
    self.formulation = formulation
    self.backend = backend
    self.method = method
    self.objective = objective
    self.certificate = certificate
    self.numerics = numerics
    self.parameters = parameters
  }
}

/// A running solve: the instance, the planner that the request chose, and the ledger with the result.
public struct PlanSearch<P: Problem>: Sendable {
  public let task: SolveTask<P>
  private let planner: any Planner<P>
  private let request: SolveRequest
  /// The formulation that files name if a method builds no model.
  private let formulation: String?

  /// A solve with the preferred solver first, a plan and bounds that are known before, and the limits of the whole
  /// solve; `report` is called at intervals, from any thread.
  /// - Throws: ``/Problems/PlanningError/refused(_:)`` if the request names something unknown or contradicts itself.
  public init(
    _ instance: P.Instance, _ kind: Kind<P>, _ request: SolveRequest = SolveRequest(),
    solvers: [any ModelSolver] = WorkerBackend.all, budget: Budget = Budget(),
    prior: PriorKnowledge<P.Plan> = PriorKnowledge(),
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) throws(PlanningError) {
    if request.certificate, kind.certificateCheck == nil {
      throw .refused("plans of the problem \(P.name) have no certificates")
    }
    let instance = try kind.asking(request.objective, of: instance)
    planner = try kind.method(request, of: instance).planner(kind.methodRequest(request, solvers))
    self.request = request
    try kind.checkFigures(instance)
    formulation = request.formulation ?? kind.bestFormulation
    let origin = Origin(formulation: formulation, method: request.method)
    let start = kind.start(of: instance, prior)
    let ledger = Ledger<P>(
      objective: P.objective(of: instance), origin: origin, known: start.known, bound: start.bound,
      assess: kind.evaluator(instance), report: report)
    task = SolveTask(instance, budget, ledger, cutoff: prior.cutoff)
  }

  /// Solves the instance. Cancelling the task stops the solve soon, with the best plan so far.
  /// - Throws: ``/Problems/PlanningError`` if there is neither a plan nor a proof that there is none.
  public func answer() async throws(PlanningError) -> Answer<P> {
    if let reason = planner.refusal(of: task.instance) { throw .refused(reason) }
    return try await task.budget.enforced { () async throws(PlanningError) in try await answerInTime() }
  }

  private func answerInTime() async throws(PlanningError) -> Answer<P> {
    switch try await planner.run(task) {
    case .infeasible(let reason, let origin): return answer(by: origin, infeasible: reason)
    case .open, .final(nil): return await certified(answerSoFar())
    case .stopped:
      var answer = answerSoFar()
      answer.isStopped = true
      return await certified(answer)
    case .final(let failure?): return answer(by: task.ledger.finder, failure: failure)
    }
  }

  private func answer(
    by origin: Origin, infeasible reason: String? = nil, failure: PlanningError? = nil
  ) -> Answer<P> {
    var origin = origin
    origin.method = request.method
    // A method that builds no model finds plans of the usual one all the same, and files name a formulation.
    origin.formulation = origin.formulation ?? formulation
    return Answer(
      task.ledger, of: task.instance, by: origin, seconds: task.budget.elapsed, infeasible: reason,
      failure: failure)
  }

  /// The answer from the current state of the ledger, for a caller that cannot wait for ``answer()``.
  public func answerSoFar() -> Answer<P> { answer(by: task.ledger.progress.origin) }

  /// The answer with the best certificate that can be made in the remaining time.
  private func certified(_ answer: Answer<P>) async -> Answer<P> {
    guard request.certificate, let known = answer.known else { return answer }
    var answer = answer
    switch await planner.certificate(of: known, task) {
    case .made(let certificate): answer.file.certificate = certificate
    case .stopped: answer.warnings.append("no certificate could be made in the time given")
    case .unsupported:
      answer.warnings.append(
        "this method makes no certificates for the objective \(task.ledger.objective.name)")
    }
    return answer
  }

  /// The solver with a name, or ``/Problems/PlanningError/refused(_:)`` if there is no such backend.
  public static func solver(
    named name: String, among solvers: [any ModelSolver] = WorkerBackend.all
  ) throws(PlanningError) -> any ModelSolver {
    try solvers.named(name, "backend", besides: [Origin.native]) { $0.name }
  }
}

extension Kind {
  /// Solves an instance; see ``PlanSearch``.
  public func solve(
    _ instance: P.Instance, _ request: SolveRequest = SolveRequest(),
    solvers: [any ModelSolver] = WorkerBackend.all, budget: Budget = Budget(),
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> Answer<P> {
    try await PlanSearch(instance, self, request, solvers: solvers, budget: budget, report: report).answer()
  }

  /// Ranks further plans, at most `count`, by one of `rankings`, from the best answer to the same request. The solvers
  /// are in the order in which they are tried; the budget limits all solves together.
  /// - Throws: ``/Problems/PlanningError`` if the kind has no such ranking, or a solve fails.
  public func ranking(
    _ name: String, count: Int = .max, from best: Answer<P>, _ request: SolveRequest = SolveRequest(),
    solvers: [any ModelSolver] = WorkerBackend.all, budget: Budget = Budget()
  ) async throws(PlanningError) -> Ranking<P> {
    guard let method = rankings.first(where: { $0.name == name }) else {
      throw .refused("the problem \(P.name) has no \(name)")
    }
    var request = request
    let instance = try asking(request.objective, of: best.instance)
    request.certificate = false
    // Parts have objectives of their own.
    request.objective = nil
    let (kind, partRequest) = (self, request)
    let task = RankingTask<P>(
      instance: instance, best: best, count: count, budget: budget, assess: evaluator(instance)
    ) { part, prior throws(PlanningError) in
      try await PlanSearch(part, kind, partRequest, solvers: solvers, budget: budget.part(), prior: prior)
        .answer()
    }
    return try await method.rank(task).boundedByTheBest()
  }

  /// The instance with another objective; `nil` keeps the instance's own.
  /// - Throws: ``/Problems/PlanningError/refused(_:)`` if there is no such objective.
  public func asking(_ name: String?, of instance: P.Instance) throws(PlanningError) -> P.Instance {
    guard let name else { return instance }
    return P.instance(instance, withObjective: try P.objectives.named(name, "objective") { $0 })
  }

  /// What is known before a solve: the trivial plan of a kind that has one, unless a better one is known.
  fileprivate func start(
    of instance: P.Instance, _ prior: PriorKnowledge<P.Plan>
  ) -> PriorKnowledge<P.Plan> {
    guard let (plan, bound) = trivialPlan?(instance) else { return prior }
    let trivial = KnownPlan(plan, evaluator(instance)(plan))
    return PriorKnowledge(
      known: [prior.known, trivial].compactMap(\.self).min { $0.cost < $1.cost },
      bound: max(prior.bound, bound), cutoff: prior.cutoff)
  }

  fileprivate func method(_ request: SolveRequest, of instance: P.Instance) throws(PlanningError) -> Method<P>
  {
    let native = nativeName(request, of: instance)
    if let native, request.method ?? native == native { return try method(named: native) }
    if let formulation = request.formulation {
      if isFound(formulation) {
        throw .refused(
          "\(formulation) is solved by its own method alone: leave out other methods and the backend, or export its "
            + "model")
      }
      if request.backend == Origin.native, request.method == nil, !nativeMethods.isEmpty {
        let formulations = nativeMethods(for: instance).map(\.formulation).joined(separator: " and ")
        throw .refused(
          "the native methods route in the formulations \(formulations); they cannot solve \(formulation)")
      }
    }
    guard let usual = methods.first else { throw .refused("the problem \(P.name) has no method") }
    let method =
      try request.method.map { name throws(PlanningError) in try self.method(named: name) } ?? usual
    try checkUses(of: method, request)
    return method
  }

  /// The method that a formulation and a backend stand for, if they ask for no model.
  private func nativeName(_ request: SolveRequest, of instance: P.Instance) -> String? {
    guard let formulation = request.formulation else {
      return request.backend == Origin.native ? nativeMethod : nil
    }
    guard request.backend == Origin.native || isFound(formulation) && request.backend == nil else {
      return nil
    }
    return nativeMethods(for: instance).first { $0.formulation == formulation }?.name
  }

  /// Refuses a formulation or a backend that means nothing to a method.
  private func checkUses(of method: Method<P>, _ request: SolveRequest) throws(PlanningError) {
    func refuse(
      _ what: String, _ name: String, for takers: (Method<P>) -> Bool
    ) throws(PlanningError) {
      let names = methods.filter(takers).map(\.name)
      let advice = names.isEmpty ? "" : "; leave it out, or use the method \(names.joined(separator: " or "))"
      throw .refused("the \(what) \(name) means nothing to the method \(method.name)\(advice)")
    }
    if let formulation = request.formulation, method.solvers != .formulations {
      try refuse("formulation", formulation) { $0.solvers == .formulations }
    }
    guard let backend = request.backend else { return }
    if backend == Origin.native {
      if method.solvers == .formulations { try refuse("backend", backend) { $0.solvers != .formulations } }
    } else if method.solvers == .none {
      try refuse("backend", backend) { $0.solvers != .none }
    }
  }

  /// Whether a formulation has no model before a method has run.
  private func isFound(_ formulation: String) -> Bool {
    foundFormulations.contains { $0.name == formulation }
  }

  fileprivate func methodRequest(
    _ request: SolveRequest, _ solvers: [any ModelSolver]
  ) throws(PlanningError) -> MethodRequest<P> {
    var chosen = MethodRequest<P>(
      solvers: solvers, numerics: request.numerics, parameters: request.parameters)
    if let name = request.formulation, request.backend != Origin.native, !isFound(name) {
      chosen.formulation = try formulation(named: name)
    }
    chosen.namesSolver = request.backend != nil
    if let name = request.backend, name != Origin.native {
      chosen.solvers = [try PlanSearch<P>.solver(named: name, among: solvers)]
    }
    return chosen
  }
}

extension Ranking {
  /// Each plan with the bound of the whole instance, instead of that of the plans among which it was the best.
  fileprivate func boundedByTheBest() -> Ranking {
    guard let best = answers.first, let bound = best.file.objective?.bound else { return self }
    let objective = P.objective(of: best.instance)
    var ranking = self
    for index in answers.indices.dropFirst() {
      guard var report = answers[index].file.objective else { continue }
      report.bound = objective.sense == .minimise ? min(bound, report.value) : max(bound, report.value)
      report.gap = objective.gap(value: report.value, bound: report.bound)
      ranking.answers[index].file.objective = report
      ranking.answers[index].file.status = report.gap <= Tolerance.relative ? .optimal : .feasible
    }
    return ranking
  }
}
