import Networks

/// The network's links by one of their ends.
///
/// Like everything in this module it is written for checking alone, and shares nothing with the searches whose
/// results are checked.
struct LinkLists {
  /// The links of each node, as positions in the network's links, and the other end of each of them.
  private var links: [[(link: Int, other: Int)]]

  /// The links of each node at their end `end`, with their end `other`.
  ///
  /// - Complexity: O(N + E).
  init(_ network: Network, at end: (Link) -> Int, other: (Link) -> Int) {
    links = Array(repeating: [], count: network.nodes.count)
    for (position, link) in network.links.enumerated() { links[end(link)].append((position, other(link))) }
  }

  subscript(node: Int) -> [(link: Int, other: Int)] { links[node] }

  /// Lowers the value of each node u to the least, over all nodes v, of the value of v (infinite if no path starts
  /// there) plus the cost of a path from v to u, by Dijkstra's algorithm.
  ///
  /// - Parameters:
  ///   - relays: for each node whether paths may pass it, and not only start or end there; `nil` if they may pass all.
  ///   - cost: the cost of a link, not negative; infinite if the link must not be used.
  /// - Complexity: O((N + E) log N).
  func spread(_ values: inout [Double], relays: [Bool]? = nil, cost: (_ link: Int) -> Double) {
    var queue = ValueQueue()
    func isRelay(_ node: Int) -> Bool { relays?[node] ?? true }
    func follow(from node: Int, at value: Double) {
      for (link, other) in links[node] {
        let next = value + cost(link)
        if next < values[other] {
          values[other] = next
          if isRelay(other) { queue.push(next, other, -1) }
        }
      }
    }
    // The loop runs over the values as they were: a path that leaves such a node starts there, even if another path
    // reaches the node for less.
    for (node, value) in values.enumerated() where value < .infinity {
      if isRelay(node) { queue.push(value, node, -1) } else { follow(from: node, at: value) }
    }
    while let (value, node, _) = queue.pop() {
      if value > values[node] { continue }
      follow(from: node, at: value)
    }
  }

  /// For each node the two cheapest ways to it that start at different nodes, at the values of these.
  ///
  /// - Parameters:
  ///   - hasOrigins: false if no node is the origin of what starts there.
  ///   - relays, cost: as of ``spread(_:relays:cost:)``.
  /// - Complexity: O((N + E) log N).
  func spreadByOrigin(
    _ values: [Double], relays: [Bool]?, hasOrigins: Bool, cost: (_ link: Int) -> Double
  ) -> [Arrivals] {
    var arrivals = [Arrivals](repeating: Arrivals(), count: values.count)
    var queue = ValueQueue()
    func isRelay(_ node: Int) -> Bool { relays?[node] ?? true }
    func follow(from node: Int, at value: Double, origin: Int) {
      for (link, other) in links[node] {
        let next = value + cost(link)
        if next < .infinity, arrivals[other].add(next, from: origin), isRelay(other) {
          queue.push(next, other, origin)
        }
      }
    }
    for (node, value) in values.enumerated() where value < .infinity {
      let origin = hasOrigins ? node : -1
      let isNew = arrivals[node].add(value, from: origin)
      if !isRelay(node) {
        follow(from: node, at: value, origin: origin)
      } else if isNew {
        queue.push(value, node, origin)
      }
    }
    while let (value, node, origin) = queue.pop() {
      if arrivals[node].has(value, from: origin) { follow(from: node, at: value, origin: origin) }
    }
    return arrivals
  }
}

/// A binary heap with the least value first.
struct ValueQueue {
  private var entries: [(value: Double, node: Int, origin: Int)] = []

  mutating func push(_ value: Double, _ node: Int, _ origin: Int) {
    entries.append((value, node, origin))
    var child = entries.count - 1
    while child > 0, entries[(child - 1) / 2].value > value {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> (Double, Int, Int)? {
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
