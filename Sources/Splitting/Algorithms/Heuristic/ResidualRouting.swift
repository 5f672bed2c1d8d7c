import Foundations
import Graphs
import Problems
import Splitting
import SplittingChecking

/// A good plan for a coupled instance within milliseconds: jobs in turn, each on its cheapest way through what the
/// others leave, then some taken out and put back in other orders while that helps.
///
/// Prices on scarce resources from a Lagrangian relaxation guide it (`ScarcityPrices`), ways come from
/// `LabelSearch`, and the exchange of jobs is `JobExchange`. What is returned was accepted by the evaluator.
public struct ResidualRouting: Sendable {
  private let instance: Instance
  private let resources: CouplingLimits
  private let jobs: [RoutingJob]

  /// - Parameter instance: whose jobs are routed.
  /// - Complexity: O(J L (N + E) log E), and O(N^3) for each size of a tensor on a small network.
  public init(_ instance: Instance) {
    let limits = instance.limits
    let capacities = limits.capacities
    let network = NetworkGraph(instance.network)
    var waysBySize: [StageSize: StageWays] = [:]
    var arcOfLink = [Int32](repeating: 0, count: network.linkCount)
    for (arc, link) in network.forward.origin.enumerated() { arcOfLink[Int(link)] = Int32(arc) }
    self.instance = instance
    resources = limits.withTolerance
    jobs = instance.jobs.indices.map {
      RoutingJob(
        instance, job: $0, network: network, arcOfLink: arcOfLink, limits: limits,
        capacities: capacities, waysBySize: &waysBySize)
    }
  }

  /// The best plan found; `nil` where none was.
  ///
  /// - Parameters:
  ///   - rounds: how often the prices are adjusted; up to five times as often jobs are exchanged.
  ///   - seconds: after that much time the best so far is returned; `nil` for no limit, so that the result repeats.
  public func bestPlan(rounds: Int = 40, seconds: Double? = nil) -> KnownPlan<Plan>? {
    outcome(rounds: rounds, seconds: seconds).plan
  }

  /// The best plan found, and what was proved on the way.
  public struct Outcome: Sendable {
    /// `nil` where none was found.
    public let plan: KnownPlan<Plan>?
    /// No plan is worth less [s]: the Lagrangian bound at the best prices for `total`, the longest shortest path for
    /// `max`. Infinite where a job has no way even alone.
    public let lowerBound: Double
    /// What proves it.
    public let multipliers: Certificate.Multipliers
  }

  /// The same as ``bestPlan(rounds:seconds:)`` with a bound.
  public func outcome(rounds: Int = 40, seconds: Double? = nil) -> Outcome {
    guard jobs.allSatisfy({ $0.shortestLatency <= $0.longestLatency && $0.shortestLatency < .infinity })
    else {
      return Outcome(plan: nil, lowerBound: .infinity, multipliers: Certificate.Multipliers())
    }
    let budget = Budget(seconds: seconds)
    var exchange = JobExchange(jobs, resources, instance.options.objective, budget)
    exchange.run(rounds: rounds)
    return Outcome(
      plan: exchange.best.flatMap(accepted), lowerBound: exchange.lowerBound,
      multipliers: multipliers(exchange.bestPrices))
  }

  private func multipliers(_ prices: ResourcePrices) -> Certificate.Multipliers {
    if instance.options.objective == .max { return .ofLongestJob(instance, jobs.map(\.shortestLatency)) }
    var perConstraint = PerConstraint(repeating: 0.0, of: instance)
    for (index, price) in prices.perUnit.enumerated() { perConstraint.values[index] = price }
    return Certificate.Multipliers(perConstraint, of: instance)
  }

  /// `nil` if the evaluator rejects the plan.
  private func accepted(_ found: PartialPlan) -> KnownPlan<Plan>? {
    let jobPlans = zip(jobs, found.routes).compactMap { job, route in route?.plan(of: job) }
    guard jobPlans.count == jobs.count else { return nil }
    let plan = Plan(jobs: jobPlans)
    return KnownPlan(plan, Evaluator(instance).assess(plan))
  }
}
