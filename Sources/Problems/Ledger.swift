import Foundations
import Synchronization

/// The method that found a result, for files and tables.
public struct Origin: Sendable, Hashable, CustomStringConvertible {
  /// The formulation's name; `nil` for a method that builds no model.
  public var formulation: String?
  /// The backend that solved the model, or ``native``.
  public var backend: String
  /// The kind's method, if it was asked for by name; `nil` for the default.
  public var method: String?

  /// The backend's name in files for a method that needs none.
  public static let native = "native"

  public init(formulation: String? = nil, backend: String = Origin.native, method: String? = nil) {
    self.formulation = formulation
    self.backend = backend
    self.method = method
  }

  public var description: String { formulation.map { "\(backend) with \($0)" } ?? method ?? backend }
}

/// The progress of a search.
public struct SearchProgress: Sendable {
  /// The method that runs.
  public var origin: Origin
  /// The cost of the best plan so far.
  public var cost: Double?
  /// A lower bound on the cost of every plan.
  public var bound: Double
  /// The number of branch-and-bound nodes of the current model.
  public var nodes: Int

  public init(origin: Origin, cost: Double? = nil, bound: Double = -.infinity, nodes: Int = 0) {
    self.origin = origin
    self.cost = cost
    self.bound = bound
    self.nodes = nodes
  }
}

/// The record of a search, which evaluates every plan that is offered and checks claims against known plans.
/// Planners on the same instance share it, and so do the threads of a planner.
public final class Ledger<P: Problem>: Sendable {
  public typealias Known = KnownPlan<P.Plan>

  /// Evaluates a plan of the instance.
  public let assess: @Sendable (P.Plan) -> Assessment
  public let objective: Objective
  private let state: Mutex<State>
  private let clock = Budget()
  private let report: @Sendable (SearchProgress) -> Void

  private struct State {
    var best: Known?
    var finder: Origin
    var secondsToBest = 0.0
    var hasFoundPlan = false
    /// The method that runs.
    var origin: Origin
    var bound: Double
    var prover: Origin
    var nodes = 0
    var warnings: [String] = []
    var notes: [String] = []
    var counts: [PlanFile.Count] = []

    var progress: SearchProgress {
      SearchProgress(origin: origin, cost: best?.cost, bound: bound, nodes: nodes)
    }
  }

  /// A ledger with a plan that was accepted before and a lower bound on the cost of every plan. Files name `origin` if
  /// nothing is found; `report` is called after each change, from any thread.
  public init(
    objective: Objective, origin: Origin = Origin(), known: Known? = nil, bound: Double = -.infinity,
    assess: @escaping @Sendable (P.Plan) -> Assessment,
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) {
    self.objective = objective
    self.assess = assess
    self.report = report
    state = Mutex(State(best: known, finder: origin, origin: origin, bound: bound, prover: origin))
  }

  /// The best plan so far.
  public var best: Known? { state.withLock { $0.best } }
  /// The method that found the best plan.
  public var finder: Origin { state.withLock { $0.finder } }
  /// The time from the creation of the ledger to the best plan [s].
  public var secondsToBest: Double { state.withLock { $0.secondsToBest } }
  /// Whether the best plan was found in this search, and not known before.
  public var hasFoundPlan: Bool { state.withLock { $0.hasFoundPlan } }
  /// A lower bound on the cost of every plan.
  public var bound: Double { state.withLock { $0.bound } }
  /// The method that proved the bound.
  public var prover: Origin { state.withLock { $0.prover } }
  /// Messages for the log.
  public var warnings: [String] { state.withLock { $0.warnings } }
  /// What the user asked to know beside the plan.
  public var notes: [String] { state.withLock { $0.notes } }
  /// What the method says about its work, in the kind's own terms.
  public var counts: [PlanFile.Count] { state.withLock { $0.counts } }
  public var progress: SearchProgress { state.withLock { $0.progress } }

  /// The relative gap between the best plan and the bound; `nil` without a plan.
  public var gap: Double? {
    let (best, bound) = state.withLock { ($0.best, $0.bound) }
    return best.map { objective.gap(cost: $0.cost, bound: min(bound, $0.cost)) }
  }

  public func warn(_ warning: String) { state.withLock { $0.warnings.append(warning) } }

  public func note(_ note: String) { state.withLock { $0.notes.append(note) } }

  /// Records what the method says about its work.
  public func record(_ counts: [PlanFile.Count]) { state.withLock { $0.counts = counts } }

  /// Records the method that runs from now on.
  public func announce(_ origin: Origin) { state.withLock { $0.origin = origin } }

  /// Evaluates a plan and keeps it if it is the best. Returns it if the evaluator accepts it.
  @discardableResult
  public func offer(_ plan: P.Plan, by origin: Origin) -> Known? {
    let known = Known(plan, assess(plan))
    if let known { keep(known, by: origin) }
    return known
  }

  /// Keeps an accepted plan if it is the best; returns whether it is. A bound that it refutes is dropped with a
  /// warning, so that no plan is called optimal because of it.
  @discardableResult
  public func keep(_ known: Known, by origin: Origin) -> Bool {
    let progress = state.withLock { state -> SearchProgress? in
      guard known.cost < state.best?.cost ?? .infinity else { return nil }
      state.best = known
      state.finder = origin
      state.secondsToBest = clock.elapsed
      state.hasFoundPlan = true
      if let error = contradiction(of: .bound(state.bound), by: state.prover, known) {
        state.warnings.append("\(error)")
        state.bound = objective.sense == .minimise ? objective.origin : -.infinity
      }
      return state.progress
    }
    if let progress { report(progress) }
    return progress != nil
  }

  /// Replaces the best plan by one that is as good within the tolerance, and better by the second cost.
  public func prefer(_ known: Known) {
    state.withLock { state in
      guard let best = state.best, known.assessment.secondCost < best.assessment.secondCost,
        known.cost <= max(best.cost, state.bound * Tolerance.slack)
      else { return }
      state.best = known
    }
  }

  /// Records that no plan costs less than `bound`.
  /// - Throws: ``PlanningError/wrongAnswer(backend:detail:)`` if a known plan costs less.
  public func raise(to bound: Double, by origin: Origin) throws(PlanningError) {
    let progress = try state.withLock { state throws(PlanningError) in
      try check(.bound(bound), by: origin, state.best)
      if bound > state.bound { (state.bound, state.prover) = (bound, origin) }
      return state.progress
    }
    report(progress)
  }

  /// Shows the progress of a running search whose claims are not checked: its bound is shown, but not kept.
  public func show(_ progress: SearchProgress) {
    let shown = state.withLock { state in
      state.origin = progress.origin
      state.nodes = progress.nodes
      var shown = state.progress
      shown.bound = min(max(shown.bound, progress.bound), state.best?.cost ?? .infinity)
      return shown
    }
    report(shown)
  }

  /// Checks the claim that the instance is infeasible.
  /// - Throws: ``PlanningError/wrongAnswer(backend:detail:)`` if a plan is known.
  public func checkInfeasible(by origin: Origin) throws(PlanningError) {
    try check(.infeasible, by: origin, best)
  }

  private func check(_ claim: Claim, by origin: Origin, _ known: Known?) throws(PlanningError) {
    if let error = contradiction(of: claim, by: origin, known) { throw error }
  }

  private func contradiction(of claim: Claim, by origin: Origin, _ known: Known?) -> PlanningError? {
    guard let cost = known?.cost,
      let detail = claim.contradiction(knownCost: cost, scale: abs(cost), objective: objective)
    else { return nil }
    return .wrongAnswer(backend: origin.description, detail: detail)
  }
}
