extension OperationGraph {
  /// An order of the operations that keeps the tensors alive between them small. The order is found separately for each
  /// segment between two narrow places, at which at most one primary tensor is alive. Within a segment it minimises the
  /// sum, over all cuts, of the bytes alive. If a segment has too many orders for an exact search, the best of three
  /// orders is taken: depth first from the results, which finishes one branch before it begins the next; greedy, with
  /// the operation next that leaves the fewest bytes alive; the given one. The problem is NP-hard, since it contains
  /// register allocation for straight-line code (Sethi 1975). Operations that depend on secondary inputs alone come
  /// just before the first operation that needs them.
  ///
  /// - Complexity: linear in the size of the graph, plus at most `setLimit` sets of operations times the number of
  ///   operations in a segment, plus quadratic in the number of operations of each segment with too many sets.
  func smallOrder(_ isPrimary: [Bool]) -> [Int] {
    var alive = LiveBytes(self)
    var budget = Self.setLimit
    return segments(depthFirstOrder(), isPrimary).flatMap { segment in
      let best = bestOrder(of: Array(segment), alive, &budget)
      for operation in best { alive.run(operation, of: self) }
      return best
    }
  }

  /// How many sets of operations the exact searches may examine in all.
  private static let setLimit = 200_000
  /// How many sets of operations the exact search of one segment may examine.
  private static let shareLimit = 20_000
  /// The largest number of operations for which the greedy order is tried.
  private static let greedyLimit = 1000

  private func bestOrder(of segment: [Int], _ alive: LiveBytes, _ budget: inout Int) -> [Int] {
    guard segment.count > 1 else { return segment }
    var share = min(budget, Self.shareLimit)
    budget -= share
    let exact = ExactOrder(segment, alive, self)?.order(&share)
    budget += max(0, share)
    if let exact { return exact }
    var candidates = [segment, segment.sorted()]
    if segment.count <= Self.greedyLimit { candidates.append(greedyOrder(of: segment, alive)) }
    let totals = candidates.map { alive.total(behind: $0, of: self) }
    return zip(candidates, totals).min { $0.1 < $1.1 }?.0 ?? segment
  }

  /// Puts every operation after those that it needs, which come in the order in which it reads them.
  private func depthFirstOrder() -> [Int] {
    let producers = producers(among: operations.indices)
    let roots = results.compactMap { producers[$0] } + operations.indices
    return DepthFirstSearch(from: roots, count: operations.count) { operation in
      operations[operation].inputs.compactMap { producers[$0] }
    }.order
  }

  /// Takes next the operation that leaves the fewest bytes alive. Of several, it takes the one that became ready last,
  /// so that it stays on the branch that it began.
  private func greedyOrder(of segment: [Int], _ alive: LiveBytes) -> [Int] {
    var alive = alive
    let producers = producers(among: segment)
    var missing: [Int: Int] = [:]
    var users: [Int: [Int]] = [:]
    for operation in segment {
      let needed = Set(operations[operation].inputs.compactMap { producers[$0] })
      missing[operation] = needed.count
      for producer in needed { users[producer, default: []].append(operation) }
    }
    var ready = segment.filter { missing[$0] == 0 }
    var order: [Int] = []
    while !ready.isEmpty {
      var (best, least) = (0, Double.infinity)
      for (place, operation) in ready.enumerated() {
        let change = alive.change(by: operation, of: self)
        if change <= least { (best, least) = (place, change) }
      }
      let operation = ready.remove(at: best)
      alive.run(operation, of: self)
      order.append(operation)
      for user in users[operation, default: []].sorted(by: >) {
        missing[user, default: 0] -= 1
        if missing[user] == 0 { ready.append(user) }
      }
    }
    return order
  }
}
