import Foundations
import Graphs
import Problems
import Splitting
import SplittingChecking

/// Finds a good plan for a coupled instance within milliseconds: it routes jobs in turn, each on its cheapest path
/// within the capacities that the others leave, then removes some and inserts them in other orders as long as that
/// improves the plan.
///
/// Prices of scarce resources from a Lagrangian relaxation guide the search (`ScarcityPrices`), paths come from
/// `LabelSearch`, and `JobExchange` exchanges jobs. A plan that it returns was accepted by the evaluator.
public struct ResidualRouting: Sendable {
  private let instance: Instance
  let resources: CouplingLimits
  let jobs: [RoutingJob]

  /// - Complexity: O(J L (N + E) log E), and O(N^3) for each size of a tensor on a small network.
  public init(_ instance: Instance) {
    let limits = instance.limits
    let capacities = limits.capacities
    let network = NetworkGraph(instance.network)
    var pathsBySize: [StageSize: StagePaths] = [:]
    let sharing = WeightSharing(instance)
    var arcOfLink = [Int32](repeating: 0, count: network.linkCount)
    for (arc, link) in network.forward.origin.enumerated() { arcOfLink[Int(link)] = Int32(arc) }
    self.instance = instance
    resources = limits.withTolerance
    jobs = instance.jobs.indices.map {
      RoutingJob(
        instance, job: $0, network: network, arcOfLink: arcOfLink, limits: limits, capacities: capacities,
        sharing: sharing, pathsBySize: &pathsBySize)
    }
  }

  /// The best plan found and a proven bound.
  public struct Outcome: Sendable {
    /// The best plan found; `nil` if none was found.
    public let plan: KnownPlan<Plan>?
    /// A lower bound on every plan's value [s]: the Lagrangian bound at the best prices for `total`, the
    /// longest shortest path for `max`. Infinite if a job has no path even alone.
    public let lowerBound: Double
    /// The multipliers that prove the bound.
    public let multipliers: Certificate.Multipliers
    /// The paths of the plan, with their jobs; or those of some jobs if there is no plan.
    var paths: [(job: Int, path: JobPath)] = []
  }

  /// The best plan after `rounds` price adjustments and up to five times as many exchanges of jobs, or that far
  /// after a time [s]; without a time limit the result is reproducible.
  public func outcome(rounds: Int = 40, seconds: Double? = nil) -> Outcome {
    guard jobs.allSatisfy({ $0.shortestLatency <= $0.longestLatency && $0.shortestLatency < .infinity })
    else {
      return Outcome(plan: nil, lowerBound: .infinity, multipliers: Certificate.Multipliers())
    }
    let budget = Budget(seconds: seconds)
    // Loads are limits here at most: under `bottleneck` paths are as short as possible.
    let objective: ObjectiveKind = instance.options.objective == .max ? .max : .total
    var exchange = JobExchange(jobs, resources, objective, budget)
    exchange.run(rounds: rounds)
    return Outcome(
      plan: exchange.best.flatMap(accepted), lowerBound: exchange.lowerBound,
      multipliers: multipliers(exchange.prices.best), paths: exchange.best?.placed ?? [])
  }

  private func multipliers(_ prices: ResourcePrices) -> Certificate.Multipliers {
    if instance.options.objective == .max { return .ofLongestJob(instance, jobs.map(\.shortestLatency)) }
    var perConstraint = PerConstraint(repeating: 0.0, of: instance)
    for (index, price) in prices.perUnit.enumerated() { perConstraint.values[index] = price }
    var multipliers = Certificate.Multipliers(perConstraint, of: instance)
    guard let shares = prices.shares else { return multipliers }
    for (index, job) in jobs.enumerated() {
      let (weights, activations) = (shares.weights[index], shares.activations[index])
      for place in job.computeCosts.indices {
        let (layer, node) = (place / job.hostCount, job.hosts[place % job.hostCount])
        let price = prices.perUnit[resources.index(of: .memory(node))]
        func add(_ value: Double, to list: inout [Certificate.LayerMultiplier]) {
          let (id, name) = (instance.jobs[index].id, instance.network.nodes[node].id)
          if value > 0 { list.append(.init(job: id, layer: layer, node: name, value: value)) }
        }
        if price == 0 { continue }
        if !weights.isEmpty {
          add(price * weights[place] * job.sharedWeights[layer], to: &multipliers.holding)
        }
        if !activations.isEmpty { add(price * activations[place], to: &multipliers.peak) }
      }
    }
    return multipliers
  }

  /// `nil` if the evaluator rejects the plan.
  private func accepted(_ found: PartialPlan) -> KnownPlan<Plan>? {
    let plan = Plan(jobs: zip(jobs, found.paths).compactMap { job, path in path?.plan(of: job) })
    return plan.jobs.count == jobs.count ? KnownPlan(plan, Evaluator(instance).assess(plan)) : nil
  }
}
