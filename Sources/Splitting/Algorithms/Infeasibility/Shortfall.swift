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
    var search = ShortfallSearch(probe: probe, kept: Set(conflict.rows))
    var shortfalls: [Shortfall] = []
    // A reason lists no more constraints.
    let rows = conflict.rows.prefix(ConflictText.longestList)
    for (position, row) in rows.enumerated() where search.probe.refutation == nil {
      let seconds = search.probe.remaining / Double(rows.count - position)
      if let shortfall = await search.shortfall(of: row, seconds: seconds) { shortfalls.append(shortfall) }
    }
    probe = search.probe
    return shortfalls
  }
}

private struct ShortfallSearch {
  var probe: ConflictProbe
  let kept: Set<CouplingConstraint>

  mutating func shortfall(of row: CouplingConstraint, seconds: Double) async -> Shortfall? {
    let limit = probe.limits[row]
    if case .deadline(let job) = row {
      if let latency = await probe.shortestLatency(ofJob: job, keeping: kept, seconds: seconds) {
        return Shortfall(row: row, limit: limit, enough: latency, isLeast: true)
      }
      return best(of: row).map { Shortfall(row: row, limit: limit, enough: $0, isLeast: false) }
    }
    return await leastUse(of: row, limit: limit, seconds: seconds)
  }

  /// The least use of the constraint's resource among the plans found so far that satisfy all others.
  private func best(of row: CouplingConstraint) -> Double? {
    probe.plans(breaking: row, of: kept).map { $0[row] }.min()
  }

  /// Searches the least sufficient limit by bisection between a limit that is too small and the use of a
  /// plan.
  ///
  /// Uses are sums of sizes or loads, so there is a gap below the least of them; therefore the first
  /// question, and the question after each half without a plan, is whether any plan uses less than the best
  /// one.
  private mutating func leastUse(of row: CouplingConstraint, limit: Double, seconds: Double) async
    -> Shortfall?
  {
    let budget = Budget(seconds: seconds)
    guard var use = best(of: row) else { return nil }
    var tooSmall = limit
    var triesHalf = false
    // With a limit any closer, the tolerance of constraints would allow the same plan again.
    while tooSmall < Self.justBelow(use) {
      let trial = triesHalf ? (tooSmall + Self.justBelow(use)) / 2 : Self.justBelow(use)
      var limits = probe.limits.keeping(kept)
      limits[row] = trial
      switch await probe.answer(within: limits, seconds: budget.remaining ?? 0) {
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
