import Foundations
import Splitting

/// Prices of scarce resources: the multipliers of a subgradient method on the Lagrangian relaxation of the
/// coupling rows (Held, Wolfe and Crowder, 1974).
///
/// Prices rise for resources that the priced shortest paths overuse, and fall for those that they leave idle.
struct ScarcityPrices {
  private let jobs: [RoutingJob]
  private let resources: CouplingLimits
  /// Prices of whole capacities [s of weighted latency].
  private var multipliers: [Double]
  private var shares: MemoryShares?
  private var stepFactor = 1.0
  private var roundsWithoutGain = 0

  /// The prices with the best bound so far.
  private(set) var best: ResourcePrices
  /// A lower bound on the sum of the weighted latencies of every plan [s].
  private(set) var lowerBound: Double

  init(_ jobs: [RoutingJob], _ resources: CouplingLimits) {
    self.jobs = jobs
    self.resources = resources
    multipliers = Array(repeating: 0, count: resources.sharedCount)
    let shares = MemoryShares(jobs, resources)
    self.shares = shares
    best = ResourcePrices(multipliers, resources, shares: shares)
    lowerBound = jobs.reduce(0) { $0 + $1.weight * $1.shortestLatency }
  }

  var current: ResourcePrices {
    ResourcePrices(
      multipliers.indices.map { multipliers[$0] > 0 ? multipliers[$0] / resources.values[$0] : 0 },
      resources, shares: shares)
  }

  /// One step of the method; `target` is the sum of the weighted latencies of a known plan [s].
  ///
  /// - Returns: false if nothing is left to adjust, because nothing is overused, or if the budget is exhausted.
  /// - Complexity: O(J) searches with one label at a vertex.
  mutating func adjust(_ search: inout LabelSearch, target: Double?, _ budget: Budget) -> Bool {
    let prices = current
    var usage = [Double](repeating: 0, count: resources.sharedCount)
    var cost = 0.0
    // Deadlines are relaxed too: with them, a search with one label at a vertex would not be exact, and the bound
    // not valid.
    let unlimited = [Double](repeating: .infinity, count: resources.sharedCount)
    var query = LabelSearch.Query(room: unlimited, prices: prices, width: 1)
    var paths: [JobPath] = []
    for (index, job) in jobs.enumerated() {
      query.charges = shares?.charges(ofJob: index, job) ?? []
      guard let path = search.run(job, query, budget) else { return false }
      cost += job.weight * path.latency
      for use in path.pricedUses(query.charges, of: job) {
        usage[Int(use.resource)] += use.amount
        cost += prices.perUnit[Int(use.resource)] * use.amount
      }
      paths.append(path)
    }
    let value = cost - multipliers.reduce(0, +)
    raiseBound(to: value, spread: cost, prices)
    shares?.follow(paths, of: jobs)
    return step(usage, value: value, target)
  }

  private mutating func raiseBound(to bound: Double, spread: Double, _ prices: ResourcePrices) {
    // The difference of two sums has their rounding errors.
    let safe = bound - 1e-12 * spread
    let isGain = safe > lowerBound * (1 + 1e-4)
    if safe > lowerBound { (lowerBound, best) = (safe, prices) }
    roundsWithoutGain = isGain ? 0 : roundsWithoutGain + 1
    if roundsWithoutGain == 4 {
      stepFactor /= 2
      roundsWithoutGain = 0
    }
  }

  private mutating func step(_ usage: [Double], value: Double, _ target: Double?) -> Bool {
    var overuse = usage
    var square = 0.0
    for resource in usage.indices where resources.isScarce(resource) {
      overuse[resource] = usage[resource] / resources.values[resource] - 1
      if overuse[resource] > 0 || multipliers[resource] > 0 {
        square += overuse[resource] * overuse[resource]
      }
    }
    guard square > 0 else { return false }
    let scale = max(value, lowerBound, jobs.map(\.shortestLatency).max() ?? 0)
    let distance = max((target ?? 0) - value, 0.02 * scale)
    let length = stepFactor * distance / square
    for resource in usage.indices where resources.isScarce(resource) {
      multipliers[resource] = max(0, multipliers[resource] + length * overuse[resource])
    }
    return true
  }
}
