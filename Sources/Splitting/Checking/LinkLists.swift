import Networks

/// The network's links by one of their ends.
///
/// Like everything in this module it is written for checking alone, and shares nothing with the searches
/// whose results are checked.
struct LinkLists {
  /// The links of node u are at `first[u] ..< first[u + 1]`, as positions in the network's links.
  private var first: [Int]
  private var positions: [Int]
  /// The other end of each of them.
  private var others: [Int]

  /// - Complexity: O(N + E).
  static func leaving(_ network: Network) -> LinkLists {
    LinkLists(network.nodes.count, ends: network.links.map(\.tail), others: network.links.map(\.head))
  }

  /// - Complexity: O(N + E).
  static func entering(_ network: Network) -> LinkLists {
    LinkLists(network.nodes.count, ends: network.links.map(\.head), others: network.links.map(\.tail))
  }

  private init(_ nodeCount: Int, ends: [Int], others: [Int]) {
    first = Array(repeating: 0, count: nodeCount + 1)
    for end in ends { first[end + 1] += 1 }
    for node in 0..<nodeCount { first[node + 1] += first[node] }
    var next = first
    positions = Array(repeating: 0, count: ends.count)
    self.others = positions
    for (position, end) in ends.enumerated() {
      positions[next[end]] = position
      self.others[next[end]] = others[position]
      next[end] += 1
    }
  }

  /// Calls `body` with each link of a node and its other end.
  @inline(__always)
  func forEach(of node: Int, _ body: (_ link: Int, _ other: Int) -> Void) {
    for index in first[node]..<first[node + 1] { body(positions[index], others[index]) }
  }

  /// Lowers the value of each node u to the least, over all nodes v, of the value of v plus the cost of a
  /// path from v to u, by Dijkstra's algorithm.
  ///
  /// - Parameters:
  ///   - values: one for each node; infinite if no path starts there.
  ///   - cost: the cost of a link, not negative; infinite if the link must not be used.
  /// - Complexity: O((N + E) log N).
  func spread(_ values: inout [Double], cost: (_ link: Int) -> Double) {
    var queue = ValueQueue()
    for (node, value) in values.enumerated() where value < .infinity { queue.push(value, node) }
    while let (value, node) = queue.pop() {
      if value > values[node] { continue }
      forEach(of: node) { link, other in
        let next = value + cost(link)
        if next < values[other] {
          values[other] = next
          queue.push(next, other)
        }
      }
    }
  }
}

/// A binary heap with the least value first.
private struct ValueQueue {
  private var entries: [(value: Double, node: Int)] = []

  mutating func push(_ value: Double, _ node: Int) {
    entries.append((value, node))
    var child = entries.count - 1
    while child > 0, entries[(child - 1) / 2].value > value {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> (Double, Int)? {
    guard let least = entries.first else { return nil }
    let last = entries.removeLast()
    if entries.isEmpty { return least }
    entries[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= entries.count { return least }
      if child + 1 < entries.count, entries[child + 1].value < entries[child].value { child += 1 }
      if entries[child].value >= last.value { return least }
      entries.swapAt(parent, child)
      parent = child
    }
  }
}
