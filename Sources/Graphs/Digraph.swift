/// A directed graph in compressed adjacency lists: the arcs that leave a node are neighbours.
public struct Digraph: Sendable {
  /// Arcs `firstArc[u] ..< firstArc[u + 1]` leave node `u`; N+1 entries.
  public let firstArc: [Int32]
  /// The node that each arc enters.
  public let head: [Int32]
  /// The position of each arc in the lists from which the graph was made.
  public let origin: [Int32]
  /// For each node whether paths may pass it; empty if they may pass all.
  private let relays: [Bool]

  public var nodeCount: Int { firstArc.count - 1 }
  public var arcCount: Int { head.count }

  /// The graph of the nodes 0 ..< nodeCount, with an arc from each of `tails` to the entry of `heads` beside it.
  ///
  /// `relays` says for each node whether paths may pass it, and is empty if they may pass all; paths may start and
  /// end anywhere.
  ///
  /// - Complexity: O(N + E).
  public init(nodeCount: Int, tails: [Int32], heads: [Int32], relays: [Bool] = []) {
    precondition(tails.count == heads.count, "every arc has a tail and a head")
    var firstArc = [Int32](repeating: 0, count: nodeCount + 1)
    for tail in tails { firstArc[Int(tail) + 1] += 1 }
    for node in 0..<nodeCount { firstArc[node + 1] += firstArc[node] }
    var next = firstArc
    var origin = [Int32](repeating: 0, count: heads.count)
    for (arc, tail) in tails.enumerated() {
      origin[Int(next[Int(tail)])] = Int32(arc)
      next[Int(tail)] += 1
    }
    self.firstArc = firstArc
    self.relays = relays
    self.origin = origin
    head = origin.map { heads[Int($0)] }
  }

  /// Whether paths may pass a node.
  public func isRelay(_ node: Int) -> Bool { relays.isEmpty || relays[node] }

  /// The arcs that leave `node`.
  public func arcs(from node: Int) -> Range<Int> { Int(firstArc[node])..<Int(firstArc[node + 1]) }

  /// The distances at which searches from `origins` start: 0 at these, infinite at the other nodes.
  public func seeds(at origins: [Int]) -> [Double] {
    var seeds = [Double](repeating: .infinity, count: nodeCount)
    for origin in origins { seeds[origin] = 0 }
    return seeds
  }
}
