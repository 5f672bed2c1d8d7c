import Foundations
import Splitting

/// The shortfall of one constraint of a conflict: the limit at which the others could hold.
struct Shortfall {
  let row: CouplingConstraint
  /// The constraint's limit, in the base unit of its quantity.
  let limit: Double
  /// A limit that is enough.
  let enough: Double
  /// Whether no smaller limit is enough, to a relative 2e-6.
  let isLeast: Bool

  /// The shortfalls of a conflict's constraints, as far as time was left.
  static func ofEach(of conflict: Conflict, _ probe: inout ConflictProbe) async -> [Shortfall] {
    let kept = Set(conflict.rows)
    var shortfalls: [Shortfall] = []
    // A reason lists no more constraints.
    let rows = conflict.rows.prefix(ConflictText.longestList)
    for (position, row) in rows.enumerated() where probe.refutation == nil {
      let seconds = probe.remaining / Double(rows.count - position)
      if let found = await probe.shortfall(of: row, in: kept, seconds: seconds) { shortfalls.append(found) }
    }
    return shortfalls
  }
}

extension ConflictProbe {
  fileprivate mutating func shortfall(
    of row: CouplingConstraint, in kept: Set<CouplingConstraint>, seconds: Double
  ) async -> Shortfall? {
    if case .deadline(let job) = row,
      let latency = await shortestLatency(ofJob: job, keeping: kept, seconds: seconds)
    {
      return Shortfall(row: row, limit: limits[row], enough: latency, isLeast: true)
    }
    // The least use of the constraint's resource among the plans found so far that satisfy all others.
    guard let best = plans(breaking: row, of: kept).map({ $0[row] }).min() else { return nil }
    if case .deadline = row { return Shortfall(row: row, limit: limits[row], enough: best, isLeast: false) }
    return await leastUse(of: row, in: kept, best, seconds: seconds)
  }

  /// Searches the least sufficient limit by bisection between a limit that is too small and the use of a plan.
  ///
  /// Uses are sums of sizes or loads, so there is a gap below the least of them; therefore the first question, and
  /// the question after each half without a plan, is whether any plan uses less than the best one.
  private mutating func leastUse(
    of row: CouplingConstraint, in kept: Set<CouplingConstraint>, _ best: Double, seconds: Double
  ) async -> Shortfall {
    let budget = Budget(seconds: seconds)
    let limit = limits[row]
    var (use, tooSmall) = (best, limit)
    var triesHalf = false
    // With a limit any closer, the tolerance of constraints would allow the same plan again.
    while tooSmall < Self.justBelow(use) {
      let trial = triesHalf ? (tooSmall + Self.justBelow(use)) / 2 : Self.justBelow(use)
      var limits = limits.keeping(kept)
      limits[row] = trial
      switch await answer(within: limits, seconds: budget.remaining ?? 0) {
      case .plan(let found):
        use = min(use, found[row])
        triesHalf = true
      case .noPlan:
        tooSmall = trial
        triesHalf = false
      case .unknown: return Shortfall(row: row, limit: limit, enough: use, isLeast: false)
      }
    }
    return Shortfall(row: row, limit: limit, enough: use, isLeast: true)
  }

  private static func justBelow(_ use: Double) -> Double { use * (1 - 2e-6) }
}
