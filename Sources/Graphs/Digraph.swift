/// A directed graph in compressed adjacency lists: the arcs that leave a node are neighbours.
public struct Digraph: Sendable {
  /// Arcs `firstArc[u] ..< firstArc[u + 1]` leave node `u`; N+1 entries.
  public let firstArc: [Int32]
  /// The node that each arc enters.
  public let head: [Int32]
  /// The position of each arc in the lists from which the graph was made.
  public let origin: [Int32]

  public var nodeCount: Int { firstArc.count - 1 }
  public var arcCount: Int { head.count }

  /// - Parameters:
  ///   - nodeCount: the number of nodes, which are 0 ..< nodeCount.
  ///   - tails: for each arc the node it leaves, in `0 ..< nodeCount`.
  ///   - heads: for each arc the node it enters, in `0 ..< nodeCount`.
  /// - Complexity: O(N + E).
  public init(nodeCount: Int, tails: [Int32], heads: [Int32]) {
    precondition(tails.count == heads.count, "every arc has a tail and a head")
    var firstArc = [Int32](repeating: 0, count: nodeCount + 1)
    for tail in tails { firstArc[Int(tail) + 1] += 1 }
    for node in 0..<nodeCount { firstArc[node + 1] += firstArc[node] }
    var next = firstArc
    var head = [Int32](repeating: 0, count: heads.count)
    var origin = [Int32](repeating: 0, count: heads.count)
    for (arc, tail) in tails.enumerated() {
      let slot = Int(next[Int(tail)])
      head[slot] = heads[arc]
      origin[slot] = Int32(arc)
      next[Int(tail)] += 1
    }
    self.firstArc = firstArc
    self.head = head
    self.origin = origin
  }

  /// The arcs that leave `node`.
  public func arcs(from node: Int) -> Range<Int> { Int(firstArc[node])..<Int(firstArc[node + 1]) }
}
