import Splitting

/// Paths of some jobs, and the capacities that they leave.
struct PartialPlan {
  private(set) var paths: [JobPath?]
  private(set) var room: [Double]
  /// The number of jobs for which a node holds the weights of a layer, by cell; empty if no weights are shared.
  private var holders: [Int32]

  init(_ jobs: [RoutingJob], _ resources: CouplingLimits) {
    paths = Array(repeating: nil, count: jobs.count)
    // Sums in another order must not exceed the limits of the evaluator.
    room = resources.values.prefix(resources.sharedCount).map { $0 * (1 - 1e-12) }
    holders = Array(repeating: 0, count: jobs.lazy.map(\.cellsEnd).max() ?? 0)
  }

  mutating func place(_ path: JobPath, of job: Int) {
    for use in path.uses { room[Int(use.resource)] -= use.amount }
    Self.hold(path, &holders, &room)
    paths[job] = path
  }

  mutating func remove(_ job: Int) -> JobPath? {
    guard let path = paths[job] else { return nil }
    for use in path.uses { room[Int(use.resource)] += use.amount }
    for holding in path.holdings {
      holders[Int(holding.cell)] -= 1
      if holders[Int(holding.cell)] == 0 { room[Int(holding.resource)] += holding.amount }
    }
    paths[job] = nil
    return path
  }

  /// The paths that there are, with their jobs.
  var placed: [(job: Int, path: JobPath)] {
    paths.enumerated().compactMap { job, path in path.map { (job, $0) } }
  }

  /// Only the first job needs room for weights.
  private static func hold(_ path: JobPath, _ holders: inout [Int32], _ room: inout [Double]) {
    for holding in path.holdings {
      if holders[Int(holding.cell)] == 0 { room[Int(holding.resource)] -= holding.amount }
      holders[Int(holding.cell)] += 1
    }
  }

  /// The capacities that are left if more jobs take these paths; negative where they do not fit together.
  func room(after added: [JobPath]) -> [Double] {
    var (holders, room) = (holders, room)
    for path in added {
      for use in path.uses { room[Int(use.resource)] -= use.amount }
      Self.hold(path, &holders, &room)
    }
    return room
  }

  /// The weights that each layer of a job brings to its host, by layer and host [byte]: none where another job's path
  /// holds them. Empty if the job shares no weights.
  ///
  /// - Complexity: O(L H).
  func weights(broughtBy job: RoutingJob) -> [Double] {
    guard job.sharesWeights else { return [] }
    return (0..<job.layerCount).flatMap { layer in
      (0..<job.hostCount).map { holders[job.cell(layer, $0)] > 0 ? 0 : job.sharedWeights[layer] }
    }
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
