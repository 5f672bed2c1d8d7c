import Foundations
import Synchronization

/// Who found something: for files and tables.
public struct Origin: Sendable, Hashable {
  /// `nil` for a method that states no model.
  public var formulation: String?
  /// The backend that solved it, or ``native``.
  public var backend: String
  /// The method of the kind that was asked for by name; `nil` for the usual one.
  public var method: String?

  /// What files call a method that needs no backend.
  public static let native = "native"

  public init(formulation: String? = nil, backend: String = Origin.native, method: String? = nil) {
    self.formulation = formulation
    self.backend = backend
    self.method = method
  }
}

/// How far a search is.
public struct SearchProgress: Sendable {
  /// What runs.
  public var origin: Origin
  /// The cost of the best plan by now.
  public var cost: Double?
  /// No plan costs less.
  public var bound: Double
  /// Branch-and-bound nodes of the model that is solved.
  public var nodes: Int

  public init(origin: Origin, cost: Double? = nil, bound: Double = -.infinity, nodes: Int = 0) {
    self.origin = origin
    self.cost = cost
    self.bound = bound
    self.nodes = nodes
  }
}

/// The one place of trust in a search: plans offered are evaluated, and claims are held against what is known.
///
/// Planners on the same instance share a ledger, and so do the threads of a planner.
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
    /// Whose plan it is.
    var finder: Origin
    /// When it was found.
    var seconds = 0.0
    /// What runs.
    var origin: Origin
    var bound: Double
    /// Whose bound it is.
    var prover: Origin
    var nodes = 0
    var warnings: [String] = []

    var progress: SearchProgress { SearchProgress(origin: origin, cost: best?.cost, bound: bound, nodes: nodes) }
  }

  /// - Parameters:
  ///   - objective: of the instance.
  ///   - origin: what files name if nobody finds anything.
  ///   - known: a plan that was accepted before.
  ///   - bound: no plan costs less.
  ///   - assess: evaluates a plan of the instance.
  ///   - report: called when something was found, from any thread.
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
  /// Who found it.
  public var finder: Origin { state.withLock { $0.finder } }
  /// How long after the ledger was made the best plan was found [s].
  public var secondsToBest: Double { state.withLock { $0.seconds } }
  /// No plan costs less.
  public var bound: Double { state.withLock { $0.bound } }
  /// Who proved that.
  public var prover: Origin { state.withLock { $0.prover } }
  /// What a log should say of the search.
  public var warnings: [String] { state.withLock { $0.warnings } }
  public var progress: SearchProgress { state.withLock { $0.progress } }

  /// The relative gap between the best plan and the bound; `nil` without a plan.
  public var gap: Double? {
    let (best, bound) = state.withLock { ($0.best, $0.bound) }
    return best.map { objective.gap(cost: $0.cost, bound: min(bound, $0.cost)) }
  }

  public func warn(_ warning: String) { state.withLock { $0.warnings.append(warning) } }

  /// Says what runs from now on.
  public func announce(_ origin: Origin) { state.withLock { $0.origin = origin } }

  /// Evaluates a plan and keeps it if it is the best.
  ///
  /// - Returns: the plan, if the evaluator accepts it.
  @discardableResult
  public func offer(_ plan: P.Plan, by origin: Origin) -> Known? {
    let known = Known(plan, assess(plan))
    if let known { keep(known, by: origin) }
    return known
  }

  /// Keeps an accepted plan if it is the best; false if it is not.
  @discardableResult
  public func keep(_ known: Known, by origin: Origin) -> Bool {
    let progress = state.withLock { state -> SearchProgress? in
      guard known.cost < state.best?.cost ?? .infinity else { return nil }
      state.best = known
      state.finder = origin
      state.seconds = clock.elapsed
      return state.progress
    }
    if let progress { report(progress) }
    return progress != nil
  }

  /// Takes in that no plan costs less than `bound`.
  ///
  /// - Throws: ``PlanningError/wrongAnswer(backend:detail:)`` if a plan is known that does.
  public func raise(to bound: Double, by origin: Origin) throws(PlanningError) {
    let progress = state.withLock { state -> Result<SearchProgress, PlanningError> in
      if let known = state.best?.cost,
        let detail = Claim.bound(bound).contradiction(
          knownCost: known, scale: abs(known), objective: objective)
      {
        return .failure(.wrongAnswer(backend: origin.description, detail: detail))
      }
      if bound > state.bound { (state.bound, state.prover) = (bound, origin) }
      return .success(state.progress)
    }
    report(try progress.get())
  }

  /// Takes in a report of a running search, whose claims were not checked: its bound is shown and not kept.
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

  /// - Throws: ``PlanningError/wrongAnswer(backend:detail:)`` if a plan is known, so that the instance is not infeasible.
  public func checkInfeasible(by origin: Origin) throws(PlanningError) {
    guard let known = best?.cost,
      let detail = Claim.infeasible.contradiction(knownCost: known, objective: objective)
    else { return }
    throw .wrongAnswer(backend: origin.description, detail: detail)
  }
}

extension Origin: CustomStringConvertible {
  public var description: String { formulation.map { "\(backend) with \($0)" } ?? method ?? backend }
}
