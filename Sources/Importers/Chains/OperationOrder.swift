extension OperationGraph {
  /// An order of the operations in which the tensors alive between them are small: the sum over all cuts of the bytes
  /// alive, between two narrow places (where at most one primary tensor is alive), is the least possible.
  ///
  /// Where there are too many orders to find it, operations are put in the best of three: depth first from the results,
  /// so that one branch is done before the next begins; greedily, always the operation that leaves the fewest bytes; and
  /// the given one. The problem is NP-hard (it contains register allocation for straight-line code: Sethi 1975).
  ///
  /// Operations on secondary inputs alone come just before what needs them first.
  ///
  /// - Complexity: linear in the size of the graph, plus at most `setLimit` sets of operations times their number, and
  ///   quadratic in the operations between two narrow places where these are not enough.
  func smallOrder(_ isPrimary: [Bool]) -> [Int] {
    let order = depthFirstOrder()
    let isNarrow = narrowPlaces(order, isPrimary)
    var alive = LiveBytes(self)
    var budget = Self.setLimit
    var result: [Int] = []
    var start = 0
    for end in order.indices where isNarrow[end] || end == order.count - 1 {
      let segment = Array(order[start...end])
      let best = bestOrder(of: segment, alive, &budget)
      for operation in best { alive.run(operation, of: self) }
      result += best
      start = end + 1
    }
    return result
  }

  /// How many sets of operations are looked at for the best orders, in all and between two narrow places.
  private static let setLimit = 200_000
  private static let shareLimit = 20_000
  /// Up to how many operations the greedy order is tried.
  private static let greedyLimit = 1000

  private func bestOrder(of segment: [Int], _ alive: LiveBytes, _ budget: inout Int) -> [Int] {
    guard segment.count > 1 else { return segment }
    var share = min(budget, Self.shareLimit)
    budget -= share
    let exact = ExactOrder.find(segment, alive, of: self, budget: &share)
    budget += max(0, share)
    if let exact { return exact }
    var candidates = [segment, segment.sorted()]
    if segment.count <= Self.greedyLimit { candidates.append(greedyOrder(of: segment, alive)) }
    var (best, least) = (segment, Double.infinity)
    for candidate in candidates {
      let total = alive.total(behind: candidate, of: self)
      if total < least { (best, least) = (candidate, total) }
    }
    return best
  }

  /// Every operation after those that it needs, these in the order in which it reads them.
  private func depthFirstOrder() -> [Int] {
    let producers = producers
    var isVisited = [Bool](repeating: false, count: operations.count)
    var order: [Int] = []
    var stack: [(operation: Int, next: Int)] = []
    for root in results.compactMap({ producers[$0] }) + Array(operations.indices) where !isVisited[root] {
      isVisited[root] = true
      stack.append((root, 0))
      while let (operation, next) = stack.last {
        let inputs = operations[operation].inputs
        guard next < inputs.count else {
          order.append(operation)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        if let producer = producers[inputs[next]], !isVisited[producer] {
          isVisited[producer] = true
          stack.append((producer, 0))
        }
      }
    }
    return order
  }

  /// Always the operation that leaves the fewest bytes; of several the one that could run last, which stays on the
  /// branch that was begun.
  private func greedyOrder(of segment: [Int], _ alive: LiveBytes) -> [Int] {
    var alive = alive
    let producers = producers(within: segment)
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

  private func producers(within segment: [Int]) -> [Int: Int] {
    var producers: [Int: Int] = [:]
    for operation in segment {
      for tensor in operations[operation].outputs { producers[tensor] = operation }
    }
    return producers
  }
}
