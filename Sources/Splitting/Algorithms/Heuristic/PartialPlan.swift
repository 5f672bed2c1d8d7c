import Splitting

/// Paths of some jobs, and the capacities that they leave.
struct PartialPlan {
  private(set) var paths: [JobPath?]
  private(set) var room: [Double]

  init(jobCount: Int, _ resources: CouplingLimits) {
    paths = Array(repeating: nil, count: jobCount)
    // Sums in another order must not exceed the limits of the evaluator.
    room = resources.values.prefix(resources.sharedCount).map { $0 * (1 - 1e-12) }
  }

  mutating func place(_ path: JobPath, of job: Int) {
    for use in path.uses { room[Int(use.resource)] -= use.amount }
    paths[job] = path
  }

  mutating func remove(_ job: Int) -> JobPath? {
    guard let path = paths[job] else { return nil }
    for use in path.uses { room[Int(use.resource)] += use.amount }
    paths[job] = nil
    return path
  }

  func score(_ jobs: [RoutingJob], _ objective: ObjectiveKind) -> Score {
    var score = Score()
    for (job, path) in zip(jobs, paths) {
      guard let path else {
        score.missing += 1
        continue
      }
      let weighted = job.weight * path.latency
      score.total += weighted
      score.value = objective == .total ? score.total : max(score.value, weighted)
    }
    return score
  }

  /// The criteria by which partial plans are compared, in lexicographic order.
  struct Score {
    /// The number of jobs without a path.
    var missing = 0
    /// The objective over the other jobs [s].
    var value = 0.0
    /// The sum of their weighted latencies [s].
    var total = 0.0

    func isBetter(than other: Score) -> Bool {
      if missing != other.missing { return missing < other.missing }
      if value < other.value * (1 - 1e-9) { return true }
      return value <= other.value && total < other.total * (1 - 1e-9)
    }
  }
}
