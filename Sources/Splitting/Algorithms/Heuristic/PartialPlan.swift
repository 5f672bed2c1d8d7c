import Splitting

/// Ways for some jobs, and what they leave of each resource.
struct PartialPlan {
  private(set) var routes: [JobRoute?]
  private(set) var room: [Double]

  init(jobCount: Int, _ resources: CouplingLimits) {
    routes = Array(repeating: nil, count: jobCount)
    // Sums in another order must not exceed what the evaluator accepts.
    room = resources.values.prefix(resources.sharedCount).map { $0 * (1 - 1e-12) }
  }

  mutating func place(_ route: JobRoute, of job: Int) {
    for use in route.uses { room[Int(use.resource)] -= use.amount }
    routes[job] = route
  }

  mutating func remove(_ job: Int) -> JobRoute? {
    guard let route = routes[job] else { return nil }
    for use in route.uses { room[Int(use.resource)] += use.amount }
    routes[job] = nil
    return route
  }

  func worth(_ jobs: [RoutingJob], _ objective: ObjectiveKind) -> Worth {
    var worth = Worth(missing: 0, value: 0, total: 0)
    for (job, route) in zip(jobs, routes) {
      guard let route else {
        worth.missing += 1
        continue
      }
      let weighted = job.weight * route.latency
      worth.total += weighted
      worth.value = objective == .total ? worth.total : max(worth.value, weighted)
    }
    return worth
  }

  /// What counts first, second and third.
  struct Worth {
    /// Jobs without a way.
    var missing: Int
    /// The objective over the rest [s].
    var value: Double
    /// The sum of their weighted latencies [s].
    var total: Double

    func isBetter(than other: Worth) -> Bool {
      if missing != other.missing { return missing < other.missing }
      if value < other.value * (1 - 1e-9) { return true }
      return value <= other.value && total < other.total * (1 - 1e-9)
    }
  }
}
