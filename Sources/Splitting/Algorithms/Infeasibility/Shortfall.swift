import Foundations
import Splitting

/// How far one constraint of a conflict is off: what it would have to allow, so that the others can hold.
struct Shortfall {
  let row: CouplingConstraint
  /// What it allows, in the base unit of its quantity.
  let limit: Double
  /// What is enough.
  let enough: Double
  /// Whether nothing less is, to a relative 2e-6.
  let isLeast: Bool

  /// One for each row of a conflict for which time was left.
  static func ofEach(of conflict: Conflict, _ probe: inout ConflictProbe) async -> [Shortfall] {
    var search = ShortfallSearch(probe: probe, kept: Set(conflict.rows))
    var shortfalls: [Shortfall] = []
    // A reason lists no more of them.
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

  /// The least use of the row among the plans met so far that keep all others.
  private func best(of row: CouplingConstraint) -> Double? {
    probe.plans(breaking: row, of: kept).map { $0[row] }.min()
  }

  /// Halves what lies between a limit that is too small and the use of a plan. Plans use sums of sizes or of loads, so
  /// that a gap opens below the least of them: at first, and after each half without a plan, the question is whether
  /// anything is left below the best plan at all.
  private mutating func leastUse(of row: CouplingConstraint, limit: Double, seconds: Double) async -> Shortfall? {
    let budget = Budget(seconds: seconds)
    guard var use = best(of: row) else { return nil }
    var tooSmall = limit
    var triesHalf = false
    // Under a limit any closer, the tolerance of rows would allow the same plan again.
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
