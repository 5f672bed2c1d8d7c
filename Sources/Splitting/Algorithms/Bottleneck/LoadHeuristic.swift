import Foundations
import Planning
import Problems
import Splitting
import SplittingChecking

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
    guard attempt(instance.limitingLoads(to: .infinity)), var upper = best?.cost, upper > 0 else {
      return best
    }
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
  /// A plan with a small bottleneck, or with a small latency if the instance asks for that; without a time limit [s] the
  /// same each time.
  public static func quickPlan(_ instance: Instance, _ seconds: Double?) -> KnownPlan<Plan>? {
    instance.options.objective == .bottleneck
      ? LoadHeuristic(instance).plan(seconds: seconds)
      : ResidualRouting(instance).outcome(seconds: seconds).plan
  }
}
