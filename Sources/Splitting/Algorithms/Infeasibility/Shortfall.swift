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
  /// What a plan within the limit that is enough holds there, if the constraint is that of a node's memory.
  var memory: MemoryNeed?

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
    guard let best = plans(breaking: row, of: kept).min(by: { $0[row] < $1[row] }) else { return nil }
    if case .deadline = row {
      return Shortfall(row: row, limit: limits[row], enough: best[row], isLeast: false)
    }
    return await leastUse(of: row, in: kept, best, seconds: seconds)
  }

  /// Searches the least sufficient limit by bisection between a limit that is too small and the use of a plan.
  ///
  /// There are finitely many uses, so there is a gap below the least of them; therefore the first question, and
  /// the question after each half without a plan, is whether any plan uses less than the best one.
  private mutating func leastUse(
    of row: CouplingConstraint, in kept: Set<CouplingConstraint>, _ first: PlanUse, seconds: Double
  ) async -> Shortfall {
    let budget = Budget(seconds: seconds)
    let limit = limits[row]
    var (best, tooSmall) = (first, limit)
    var triesHalf = false
    func shortfall(isLeast: Bool) -> Shortfall {
      let memory: MemoryNeed? = if case .memory(let node) = row { best.memory[node] } else { nil }
      return Shortfall(row: row, limit: limit, enough: best[row], isLeast: isLeast, memory: memory)
    }
    // With a limit any closer, the tolerance of constraints would allow the same plan again.
    while tooSmall < Self.justBelow(best[row]) {
      let trial = triesHalf ? (tooSmall + Self.justBelow(best[row])) / 2 : Self.justBelow(best[row])
      var limits = limits.keeping(kept)
      limits[row] = trial
      switch await answer(within: limits, seconds: budget.remaining ?? 0) {
      case .plan(let found):
        if found[row] < best[row] { best = found }
        triesHalf = true
      case .noPlan:
        tooSmall = trial
        triesHalf = false
      case .unknown: return shortfall(isLeast: false)
      }
    }
    return shortfall(isLeast: true)
  }

  private static func justBelow(_ use: Double) -> Double { use * (1 - 2e-6) }
}
