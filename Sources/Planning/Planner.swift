import Foundations
import LinearModels
import Problems
import Splitting
import SplittingChecking
import SplittingFormulations
import Synchronization

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
    /// Whether the plan is to come with a bound that can be checked.
    public var certificate: Bool

    public init(
      formulation: String? = nil, backend: String? = nil, objective: ObjectiveKind? = nil,
      limits: MIPPlanner.Limits = MIPPlanner.Limits(), certificate: Bool = false
    ) {
      self.formulation = formulation
      self.backend = backend
      self.objective = objective
      self.limits = limits
      self.certificate = certificate
    }
  }

  /// The plan's document, and what a program needs to show it.
  public struct Answer: Sendable {
    public fileprivate(set) var document: PlanDocument
    /// The plan by indices; `nil` where there is none.
    public let plan: Plan?
    /// Instance with the objective that was solved for.
    public let instance: Instance
    /// Answers of backends that were refused on the way, for the log.
    public fileprivate(set) var warnings: [String]
    /// What broke, where the plan is only what there was by then.
    public let failure: PlanningError?
    /// Proved: no plan is worth less [s]; infinite where there is none.
    let bound: Double

    /// What the plan is worth [s]; infinite where there is none.
    var value: Double { document.objective?.value ?? .infinity }
  }

  private let registry: Registry
  var patience = Patience()

  /// How long it takes at most to look into a solver's word that there is no plan [s]; tests on busy machines allow more.
  struct Patience: Sendable {
    /// For the reason.
    var reason = 10.0
    /// For a second solver, on top of what the first one took.
    var secondOpinion = 1.0
  }

  public init(registry: Registry = .standard) { self.registry = registry }

  /// Solves the instance. Cancelling the task ends it soon, with the best plan so far.
  ///
  /// - Parameters:
  ///   - instance: what is solved.
  ///   - request: how.
  ///   - report: called now and then meanwhile, with the best plan so far.
  /// - Throws: ``PlanningError`` where not even a plan can be given.
  public func solve(
    _ instance: Instance, _ request: Request = Request(),
    report: @escaping @Sendable (PlanningProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> Answer {
    try await solve(instance, request, Prior(), report: report)
  }

  /// What a caller who solves an instance in parts knows of a part.
  struct Prior: Sendable {
    /// Plans that run layers on more different nodes do not count; `nil` for any number.
    var hostLimit: Int?
    /// A plan that counts.
    var plan: KnownPlan?
    /// No plan that counts is worth less [s].
    var bound = 0.0
    /// Plans worth more are of no interest [s].
    var cutoff = Double.infinity
  }

  /// The same among the plans that count.
  private func solve(
    _ instance: Instance, _ request: Request, _ prior: Prior,
    report: @escaping @Sendable (PlanningProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> Answer {
    let instance = request.applied(to: instance)
    let solve = try Solve(instance, request, prior, registry, patience, report)
    return try await withTimeLimit(request.limits.seconds) { () async -> Result<Answer, PlanningError> in
      await solve.result()
    }.get()
  }

  /// Plans in order of their value, and whether none is missing.
  public struct Ranking: Sendable {
    /// The best first.
    public internal(set) var answers: [Answer]
    /// False where a limit struck, so that a better plan may be missing.
    public internal(set) var isComplete: Bool
    /// What the log should say beside the warnings of the answers.
    public internal(set) var warnings: [String] = []
  }

  /// Finds the best plans of which no two have the same hosts; fewer where there are no more.
  ///
  /// - Parameters:
  ///   - instance: what is solved.
  ///   - count: how many plans are wanted, at least 1.
  ///   - request: how; its time limit is for all of them.
  ///   - report: called now and then while the first one is searched.
  /// - Throws: ``PlanningError`` where not even a plan can be given.
  /// - Complexity: `count` times the number of layers of all jobs searches for one job's shortest path, and in the worst
  ///   case as many solves; but only parts that might hold the next plan are solved.
  public func alternatives(
    _ instance: Instance, count: Int, _ request: Request = Request(),
    report: @escaping @Sendable (PlanningProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> Ranking {
    let stopwatch = Stopwatch(limit: request.limits.seconds)
    let best = try await solve(instance, request, report: report)
    var alternatives = Alternatives(request.applied(to: instance), stopwatch) {
      part, bound, cutoff throws(PlanningError) in
      try await solve(part: part, request, Prior(bound: bound, cutoff: cutoff), stopwatch)
    }
    return try await alternatives.ranking(from: best, count: count).boundedByTheBest()
  }

  /// Finds the plans that no other beats both in its value and in the number of different nodes that run layers: from
  /// the best one at all, which comes first, to the best of those on the fewest nodes.
  ///
  /// Of plans whose values agree within 1e-6 the one on the fewest nodes is kept.
  ///
  /// - Parameters:
  ///   - instance: what is solved.
  ///   - request: how; its time limit is for all of them.
  ///   - report: called now and then while the first one is searched.
  /// - Throws: ``PlanningError`` where not even a plan can be given.
  /// - Complexity: a solve for each number of nodes below that of the best plan.
  public func paretoFront(
    _ instance: Instance, _ request: Request = Request(),
    report: @escaping @Sendable (PlanningProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> Ranking {
    let stopwatch = Stopwatch(limit: request.limits.seconds)
    let best = try await solve(instance, request, report: report)
    let applied = request.applied(to: instance)
    var front = ParetoFront(applied, request, stopwatch) { prior throws(PlanningError) in
      try await solve(part: applied, request, prior, stopwatch)
    }
    return try await front.ranking(from: best).boundedByTheBest()
  }

  /// Solves a part within what is left of the time. Why a part is empty is of no interest, and a proof for it would prove
  /// nothing of the whole.
  private func solve(
    part: Instance, _ request: Request, _ prior: Prior, _ stopwatch: Stopwatch
  ) async throws(PlanningError) -> Answer {
    var planner = self
    planner.patience.reason = 0
    var request = request
    request.limits.seconds = stopwatch.remaining
    request.certificate = false
    return try await planner.solve(part, request, prior)
  }

  /// The answer that progress amounts to, for a caller that cannot wait for ``solve(_:_:report:)`` to return.
  ///
  /// - Parameters:
  ///   - progress: the last one reported.
  ///   - instance: the one that is solved.
  ///   - request: the same as that of the solve.
  ///   - seconds: how long it has run.
  public static func answer(
    after progress: PlanningProgress, of instance: Instance, _ request: Request, seconds: Double
  ) -> Answer {
    Answer(progress, request.applied(to: instance), seconds: seconds)
  }
}

extension Planner.Ranking {
  /// The same where the bound of each plan is one of the instance, and not of the plans that it was the best among.
  fileprivate func boundedByTheBest() -> Planner.Ranking {
    guard let bound = answers.first?.document.objective?.bound else { return self }
    var ranking = self
    for index in answers.indices.dropFirst() {
      guard var objective = answers[index].document.objective else { continue }
      objective.bound = min(bound, objective.value)
      objective.gap = PlanDocument.gap(value: objective.value, bound: objective.bound)
      ranking.answers[index].document.objective = objective
      ranking.answers[index].document.status = objective.gap <= 1e-6 ? .optimal : .feasible
    }
    return ranking
  }
}

extension Planner.Request {
  /// The instance with the objective that is asked for.
  fileprivate func applied(to instance: Instance) -> Instance {
    var instance = instance
    instance.options.objective = objective ?? instance.options.objective
    return instance
  }
}

extension Planner.Answer {
  /// The best plan so far with the bound so far: optimal where they meet, unknown where there is none.
  fileprivate init(
    _ progress: PlanningProgress, _ instance: Instance, seconds: Double, warnings: [String] = [],
    failure: PlanningError? = nil
  ) {
    let solver = PlanDocument.SolverReport(
      formulation: progress.formulation, backend: progress.backend, seconds: seconds)
    self.instance = instance
    self.warnings = warnings
    self.failure = failure
    self.bound = min(progress.bound, progress.plan?.value ?? .infinity)
    self.plan = progress.plan?.plan
    guard let plan = progress.plan else {
      document = PlanDocument(status: .unknown, solver: solver)
      return
    }
    let gap = PlanDocument.gap(value: plan.value, bound: bound)
    let objective = PlanDocument.Objective(
      kind: instance.options.objective, value: plan.value, bound: bound, gap: gap)
    document = PlanDocument(
      status: gap <= 1e-6 ? .optimal : .feasible, objective: objective,
      jobs: PlanDocument.reports(plan.plan, of: instance), solver: solver)
  }
}

/// One call of ``Planner/solve(_:_:report:)``.
private final class Solve: Sendable {
  private let instance: Instance
  private let request: Planner.Request
  private let prior: Planner.Prior
  private let registry: Registry
  private let patience: Planner.Patience
  private let report: @Sendable (PlanningProgress) -> Void
  private let stopwatch: Stopwatch
  private let formulation: any Formulation
  private let solvers: [any ModelSolver]
  /// The best plan and the best bound, whoever found them.
  private let best: Mutex<PlanningProgress>
  /// Whose plan the best one is.
  private let finder = Mutex(Registry.native)
  private let warnings = Mutex<[String]>([])
  /// The shortest latency of each job [s]; empty until they are known.
  private let latencies = Mutex<[Double]>([])
  /// What proves the heuristic's bound.
  private let multipliers = Mutex(Certificate.Multipliers())

  init(
    _ instance: Instance, _ request: Planner.Request, _ prior: Planner.Prior, _ registry: Registry,
    _ patience: Planner.Patience, _ report: @escaping @Sendable (PlanningProgress) -> Void
  ) throws(PlanningError) {
    self.instance = instance
    self.request = request
    self.prior = prior
    self.registry = registry
    self.patience = patience
    self.report = report
    stopwatch = Stopwatch(limit: request.limits.seconds)
    formulation = try registry.formulation(named: request.formulation ?? Registry.bestFormulation)
    best = Mutex(PlanningProgress(formulation: formulation.name, plan: prior.plan, bound: prior.bound))
    if let backend = request.backend, backend != Registry.native {
      solvers = [try registry.solver(named: backend)]
    } else {
      solvers = request.backend == nil ? registry.solvers : []
    }
    if request.backend == Registry.native && formulation.name != Registry.bestFormulation {
      throw .refused("the native planner routes in the layered graph; it cannot solve \(formulation.name)")
    }
  }

  func result() async -> Result<Planner.Answer, PlanningError> {
    do throws(PlanningError) {
      let answer = try await answer()
      return .success(request.certificate ? await certified(answer) : answer)
    } catch {
      return .failure(error)
    }
  }

  private func answer() async throws(PlanningError) -> Planner.Answer {
    try instance.checkFigures()
    if let reason = formulation.refusal(of: instance) {
      throw .refused("formulation \(formulation.name) cannot express this instance: \(reason)")
    }
    // A caller who names a backend, or another formulation, wants to see just that at work.
    let mayShortcut =
      request.backend == nil && (request.formulation ?? Registry.bestFormulation) == Registry.bestFormulation
    let mayBeNative = mayShortcut || request.backend == Registry.native
    if mayBeNative, prior.hostLimit == 1, let answer = answerOnOneNode() { return answer }
    guard let paths = try? NativePlanner(instance) else { return answer(by: Registry.native) }
    latencies.withLock { $0 = paths.latencies }
    if mayBeNative, let answer = try nativeAnswer(paths) { return answer }
    // With a limit to the hosts it is known that there are plans, though not of so few hosts.
    if prior.hostLimit == nil {
      if let reason = InfeasibilityReason.withoutSolver(instance, latencies: paths.latencies) {
        return infeasible(reason, Registry.native)
      }
      if Task.isCancelled { return answer(by: Registry.native) }
      let heuristic = heuristicOutcome()
      multipliers.withLock { $0 = heuristic.multipliers }
      if heuristic.lowerBound < .infinity { note(heuristic.plan, bound: heuristic.lowerBound) }
    }
    let (bound, gap) = best.withLock { ($0.bound, $0.gap ?? 1) }
    if mayShortcut, bound >= prior.cutoff || gap <= max(1e-6, request.limits.gap) {
      return answer(by: Registry.native)
    }
    return try await answerBySolvers()
  }

  /// A tenth of the time is for it, and more where it has no plan by then: a solver would hardly have one sooner.
  private func heuristicOutcome() -> ResidualRouting.Outcome {
    let routing = ResidualRouting(instance)
    let first = routing.outcome(seconds: min(2, (stopwatch.remaining ?? 20) / 10))
    guard first.plan == nil, first.lowerBound < .infinity, let remaining = stopwatch.remaining else {
      return first
    }
    return routing.outcome(seconds: min(10, remaining / 2))
  }

  private func note(_ plan: KnownPlan?, bound: Double) {
    let progress = best.withLock { best in
      best.keep(plan)
      best.bound = max(best.bound, bound)
      return best
    }
    report(progress)
  }

  // MARK: Without a model

  /// Shortest paths, where they keep every coupling constraint and the limit to the hosts.
  private func nativeAnswer(_ paths: NativePlanner) throws(PlanningError) -> Planner.Answer? {
    guard let plan = paths.plan else { return nil }
    let evaluation = Evaluator(instance).evaluate(plan)
    let isWithinLimit = plan.hosts.count <= prior.hostLimit ?? .max
    if evaluation.isFeasible, isWithinLimit {
      let value = evaluation.objective(instance.options.objective)
      note(KnownPlan(plan: plan, value: value), bound: value)
      return answer(by: Registry.native)
    }
    if request.backend == Registry.native, let limit = prior.hostLimit {
      throw .refused(
        "the native planner routes each job by itself, which cannot limit the number of hosts to \(limit); use a "
          + "formulation with a backend (\(backendNames))")
    }
    if request.backend == Registry.native, evaluation.violations.allSatisfy({ $0.kind != .deadline }) {
      let violation = evaluation.violations.first?.description ?? ""
      throw .refused(
        "the native planner routes each job by itself, but its shortest paths break a coupling constraint "
          + "(\(violation)); use a formulation with a backend (\(backendNames))")
    }
    return nil
  }

  /// All layers on one node; `nil` where the load of a link leaves open which is the best one.
  private func answerOnOneNode() -> Planner.Answer? {
    guard let search = try? SingleHost(instance) else { return answer(by: Registry.native) }
    guard let host = search.best else {
      return infeasible("no node can run all layers of all jobs", Registry.native)
    }
    guard let paths = try? NativePlanner(instance.hosting(on: [host])) else {
      return answer(by: Registry.native)
    }
    let evaluation = paths.plan.map(Evaluator(instance).evaluate)
    guard let plan = paths.plan, let evaluation, evaluation.isFeasible else {
      note(nil, bound: search.values[host])
      return nil
    }
    let value = evaluation.objective(instance.options.objective)
    note(KnownPlan(plan: plan, value: value), bound: search.values[host])
    return answer(by: Registry.native)
  }

  private var backendNames: String { registry.solvers.map(\.name).joined(separator: ", ") }

  // MARK: By formulation and backend

  private func answerBySolvers() async throws(PlanningError) -> Planner.Answer {
    var errors: [PlanningError] = []
    for (position, solver) in solvers.enumerated() {
      do {
        return try await answer(by: solver, solvers[(position + 1)...])
      } catch .tooLarge(let formulation, let size, let memory) {
        // Whoever asked for no formulation in particular is better served with a good plan than with none.
        let error = PlanningError.tooLarge(formulation: formulation, size: size, memory: memory)
        guard request.formulation == nil, prior.hostLimit == nil, best.withLock({ $0.plan != nil }) else {
          throw error
        }
        warn("\(error); this is the plan of a heuristic")
        return answer(by: Registry.native)
      } catch {
        guard error.mayTryAnother else { throw error }
        if solvers.count > 1 { warn(error.description) }
        errors.append(error)
      }
    }
    let failure = combined(errors)
    // What there is, is better than nothing; but a program that lacks its backend is to be completed first.
    if case .backend(.unavailable) = failure { throw failure }
    guard best.withLock({ $0.plan != nil }) else { throw failure }
    warnings.withLock { $0.removeAll { $0 == failure.description } }
    return answer(by: finder.withLock { $0 }, failure: failure)
  }

  private func warn(_ warning: String) { warnings.withLock { $0.append(warning) } }

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

  /// - Parameter others: solvers that have not been asked yet.
  private func answer(
    by solver: any ModelSolver, _ others: ArraySlice<any ModelSolver>
  ) async throws(PlanningError) -> Planner.Answer {
    let before = stopwatch.seconds
    let planner = MIPPlanner(formulation: formulation, solver: solver)
    let run = try await run(planner)
    switch run.outcome {
    case .solved(let found):
      note(found, bound: run.bound)
    case .stopped(let found):
      note(found, bound: run.bound)
    case .infeasible:
      // It may have reported a plan itself before it said so.
      if let plan = best.withLock({ $0.plan }) { throw refuted(planner, by: plan) }
      // Without a model it was proved here, and not by the solver.
      let seconds = stopwatch.seconds - before + patience.secondOpinion
      if run.model != nil, let plan = await planOfOne(of: others, seconds: seconds) {
        throw refuted(planner, by: plan)
      }
      if let limit = prior.hostLimit {
        return infeasible("no plan runs all layers on \(limit) nodes", solver.name)
      }
      return try await explainedInfeasible(planner)
    }
    return answer(by: solver.name)
  }

  private func run(_ planner: MIPPlanner) async throws(PlanningError) -> MIPRun {
    var limits = request.limits
    limits.seconds = stopwatch.remaining
    let known = best.withLock { $0.plan }
    return try await planner.run(
      instance, knownPlan: known, hostLimit: prior.hostLimit, cutoff: prior.cutoff, limits: limits
    ) {
      [self] progress in
      let merged = best.withLock { best in
        if best.keep(progress.plan) { finder.withLock { $0 = progress.backend } }
        best.backend = progress.backend
        best.nodes = progress.nodes
        // A solver's bound counts once its answer was held against what is known.
        var shown = best
        shown.bound = max(best.bound, progress.bound)
        return shown
      }
      report(merged)
    }
  }

  // MARK: No plan

  /// Nothing but its word speaks for a solver that calls an instance infeasible. So the first of the others that is
  /// installed is asked as well: the plan that it finds, `nil` where it agrees or cannot say in time.
  ///
  /// - Parameter seconds: wall-clock limit.
  private func planOfOne(of others: ArraySlice<any ModelSolver>, seconds: Double) async -> KnownPlan? {
    let deadline = stopwatch.seconds + min(seconds, stopwatch.remaining ?? .infinity)
    for solver in others {
      var limits = request.limits
      limits.seconds = max(0, deadline - stopwatch.seconds)
      let planner = MIPPlanner(formulation: formulation, solver: solver)
      guard let run = try? await planner.run(instance, hostLimit: prior.hostLimit, limits: limits) else {
        continue
      }
      switch run.outcome {
      case .solved(let plan): return plan
      case .stopped(let plan): return plan
      case .infeasible: return nil
      }
    }
    return nil
  }

  private func explainedInfeasible(_ planner: MIPPlanner) async throws(PlanningError) -> Planner.Answer {
    let budget = min(patience.reason, stopwatch.remaining ?? .infinity)
    let finding = await InfeasibilityReason.ofConflict(
      instance, planner: planner, budget: budget, limits: request.limits)
    switch finding {
    case .reason(let reason): return infeasible(reason, planner.solver.name)
    case .refuted(let plan): throw refuted(planner, by: plan)
    }
  }

  /// Keeps the plan, and blames whoever said that there is none.
  private func refuted(_ planner: MIPPlanner, by plan: KnownPlan) -> PlanningError {
    note(plan, bound: 0)
    return .wrongAnswer(
      backend: "\(planner.solver.name) with \(planner.formulation.name)",
      detail: "it calls infeasible what has a plan worth \(Figures.duration(plan.value))")
  }

  // MARK: Documents

  /// The answer with the best certificate that there is time for.
  private func certified(_ answer: Planner.Answer) async -> Planner.Answer {
    var answer = answer
    guard let value = answer.document.objective?.value else { return answer }
    answer.document.certificate = await certificate(of: value, foundBy: answer.document.solver?.backend)
    if answer.document.certificate == nil {
      answer.warnings.append("no certificate could be made in the time given")
    }
    return answer
  }

  /// Potentials where they prove all of the value [s], otherwise multipliers.
  private func certificate(of value: Double, foundBy backend: String?) async -> Certificate? {
    let latencies = latencies.withLock { $0 }
    guard latencies.count == instance.jobs.count else { return nil }
    if instance.objective(ofLatencies: latencies) >= value * (1 - 1e-9) {
      return try? PotentialCertificate(instance, latencies: latencies).certificate(of: value)
    }
    let maker = MultiplierCertificate(instance, latencies: latencies)
    var candidates = [multipliers.withLock { $0 }]
    if backend != Registry.native, let duals = await relaxationDuals(maker, known: value) {
      candidates.append(duals)
    }
    return maker.best(of: candidates)
  }

  /// From the first backend that is there.
  private func relaxationDuals(
    _ maker: MultiplierCertificate, known: Double
  ) async -> Certificate.Multipliers? {
    guard let layered = try? registry.formulation(named: Registry.bestFormulation) else { return nil }
    for solver in solvers {
      var limits = request.limits
      limits.seconds = stopwatch.remaining
      if let duals = await maker.relaxationDuals(layered, solver, known: known, limits) { return duals }
    }
    return nil
  }

  private func answer(by backend: String, failure: PlanningError? = nil) -> Planner.Answer {
    var progress = best.withLock { $0 }
    progress.backend = backend
    return Planner.Answer(
      progress, instance, seconds: stopwatch.seconds, warnings: warnings.withLock { $0 }, failure: failure)
  }

  private func infeasible(_ reason: String, _ backend: String) -> Planner.Answer {
    let solver = PlanDocument.SolverReport(
      formulation: formulation.name, backend: backend, seconds: stopwatch.seconds)
    return Planner.Answer(
      document: PlanDocument(status: .infeasible, reason: reason, solver: solver), plan: nil,
      instance: instance,
      warnings: warnings.withLock { $0 }, failure: nil, bound: .infinity)
  }
}

extension PlanningError {
  /// Whether another backend might do what this one could not.
  fileprivate var mayTryAnother: Bool {
    switch self {
    case .backend, .wrongAnswer: true
    case .refused, .tooLarge, .figures, .model, .cancelled: false
    }
  }
}
