import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking

/// Finds the least bottleneck by bisection of a limit on all loads: whether some plan keeps a limit is a question about
/// latencies, for which `paths` is exact.
///
/// The method answers for several jobs, and for a job with a deadline; the plans that it meets shorten the interval as well.
struct LoadLimitSearch: Planner {
  private let source: any LinearSessionSource
  private let isStep: Bool

  /// The search as a step leaves what it cannot decide to the next one.
  init(_ source: any LinearSessionSource, isStep: Bool) {
    self.source = source
    self.isStep = isStep
  }

  /// The part of the time after which the next step goes on.
  private static let share = 0.6

  func refusal(of instance: Instance) -> String? {
    isStep || instance.hostLimit == nil ? nil : "paths cannot limit the number of hosts"
  }

  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let (ledger, budget) = (task.ledger, task.budget)
    guard task.instance.hostLimit == nil else {
      if isStep { return .open }
      throw .refused("paths cannot limit the number of hosts")
    }
    ledger.announce(.paths)
    var part = budget.part(seconds: budget.remaining.map { isStep ? Self.share * $0 : $0 })
    try LoadHeuristic(task.instance).improve(ledger, within: part.part(seconds: (part.remaining ?? 20) / 10))
    // Any plan answers a question. The bound of a question without one must stay a number.
    part.gap = 0.99
    // Without a plan, the first question is whether there is one at all.
    guard ledger.best != nil else {
      return try await firstPlan(task, part)
    }
    return try await bisect(task, part)
  }

  private func firstPlan(
    _ task: SolveTask<SplittingProblem>, _ budget: Budget
  ) async throws(PlanningError) -> Conclusion {
    switch try await test(task, task.instance.withoutLoads, budget) {
    case .found: return try await bisect(task, budget)
    case .infeasible: return isStep ? .open : .infeasible(reason: "no plan keeps all limits", by: .paths)
    case .unknown: return budget.isExhausted && !task.budget.isExhausted && isStep ? .open : .stopped
    }
  }

  private func bisect(
    _ task: SolveTask<SplittingProblem>, _ budget: Budget
  ) async throws(PlanningError) -> Conclusion {
    let ledger = task.ledger
    while let best = ledger.best, !task.isSettled {
      let upper = best.cost * (1 - 1e-9)
      let lower = max(0, ledger.bound)
      // The upper end is tested as soon as the interval is short, which proves the optimum.
      let isShort = upper - lower <= 1e-3 * upper
      let limit = isShort ? upper : (lower + upper) / 2
      // The tolerance of limits would let the known plan pass.
      switch try await test(task, task.instance.limitingLoads(to: limit / Tolerance.slack), budget) {
      case .found(let cost):
        // Rounding may let the known plan pass; then nothing more can be told.
        if cost >= best.cost { return isStep ? .open : .stopped }
      // That a plan is better by less than rounding cannot be told.
      case .infeasible: try ledger.raise(to: isShort ? best.cost : limit, by: .paths)
      case .unknown: return isStep && !task.budget.isExhausted ? .open : .stopped
      }
    }
    return task.isSettled ? .final() : .open
  }

  private enum Answer {
    /// A plan, with its value.
    case found(Double)
    case infeasible
    case unknown
  }

  /// Whether an instance with limits has a plan; a plan goes into the task's ledger.
  private func test(
    _ task: SolveTask<SplittingProblem>, _ limited: Instance, _ budget: Budget
  ) async throws(PlanningError) -> Answer {
    if budget.isExhausted { return .unknown }
    let assess = { @Sendable in Evaluator(limited).assess($0) }
    let ledger = Ledger<SplittingProblem>(
      objective: SplittingProblem.objective(of: limited), assess: assess)
    let findings = Findings()
    let steps = Portfolio<SplittingProblem>([
      UnservedJobs(findings: findings), QuickLatency(), PathsPlanner(source, findings, isStep: false),
    ])
    let conclusion = try await steps.run(SolveTask(limited, budget.part(), ledger))
    if let found = ledger.best, let known = KnownPlan(found.plan, task.ledger.assess(found.plan)) {
      task.ledger.keep(known, by: .paths)
      return .found(known.cost)
    }
    if case .infeasible = conclusion { return .infeasible }
    return .unknown
  }
}

/// The heuristic for latencies, for a moment.
private struct QuickLatency: Planner {
  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let seconds = min(1, (task.budget.remaining ?? 20) / 20)
    if let plan = ResidualRouting(task.instance).outcome(rounds: 8, seconds: seconds).plan {
      task.ledger.keep(plan, by: .paths)
    }
    return .open
  }
}

/// A plan with a small bottleneck within moments: the heuristic for latencies under limits on the load, which are halved in
/// between.
public struct LoadHeuristic {
  private let instance: Instance

  init(_ instance: Instance) { self.instance = instance }

  /// The number of limits that are tried.
  private static let steps = 10

  /// The best plan; without a time limit [s] the same each time.
  func plan(seconds: Double?) -> KnownPlan<Plan>? {
    let budget = Budget(seconds: seconds)
    let evaluator = Evaluator(instance)
    var best: KnownPlan<Plan>?
    func attempt(_ limited: Instance) -> Bool {
      let found = ResidualRouting(limited).outcome(rounds: 8, seconds: budget.remaining).plan
      guard let found, let known = KnownPlan(found.plan, evaluator.assess(found.plan)) else { return false }
      if known.cost < best?.cost ?? .infinity { best = known }
      return true
    }
    guard attempt(instance.withoutLoads), var upper = best?.cost, upper > 0 else { return best }
    var lower = 0.0
    for _ in 0..<Self.steps where !budget.isExhausted {
      let limit = lower > 0 ? (lower * upper).squareRoot() : upper / 2
      if attempt(instance.limitingLoads(to: limit)) {
        upper = min(limit, best?.cost ?? limit)
      } else {
        lower = limit
      }
    }
    return best
  }

  /// Offers a plan to a ledger.
  func improve(_ ledger: Ledger<SplittingProblem>, within budget: Budget) throws(PlanningError) {
    if let known = plan(seconds: budget.remaining) { ledger.keep(known, by: .paths) }
    try ledger.raise(to: min(LoadBound(instance).value, ledger.best?.cost ?? .infinity), by: .paths)
  }
}

/// A lower bound on the bottleneck from work alone: the least load of a layer, and all layers spread over all hosts.
struct LoadBound {
  let value: Double

  /// - Complexity: that of ``ResidualRouting``.
  init(_ instance: Instance) {
    var (largest, sum) = (0.0, 0.0)
    var hosts: Set<Int> = []
    for job in ResidualRouting(instance).jobs {
      hosts.formUnion(job.hosts)
      for layer in 0..<job.layerCount {
        let places = layer * job.hostCount..<(layer + 1) * job.hostCount
        let loads = places.filter { job.computeCosts[$0] < .infinity }.map { job.load[$0] }
        guard let least = loads.min() else { continue }
        largest = max(largest, least)
        sum += least
      }
    }
    value = max(largest, sum / Double(max(1, hosts.count)))
  }
}

/// Finds a plan with a small bottleneck within moments, and a bound from the work alone.
public struct LoadHeuristicPlanner: Planner {
  public init() {}

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    guard task.instance.hostLimit == nil else { return .open }
    let seconds = min(2, (task.budget.remaining ?? 20) / 10)
    try LoadHeuristic(task.instance).improve(task.ledger, within: task.budget.part(seconds: seconds))
    return .open
  }
}

extension LoadHeuristic {
  /// A plan with a small bottleneck; see ``plan(seconds:)``.
  public static func quickPlan(_ instance: Instance, _ seconds: Double?) -> KnownPlan<Plan>? {
    instance.options.objective == .bottleneck
      ? LoadHeuristic(instance).plan(seconds: seconds)
      : ResidualRouting(instance).outcome(seconds: seconds).plan
  }
}
