import Graphs

/// The lengths of shortest paths in a graph, each tree computed once.
struct PathLengths {
  let graph: Digraph
  /// The cost of each arc [s].
  let costs: [Double]
  private(set) var known: [Int: [Double]] = [:]

  /// The length of the shortest path from a node to each node [s]; infinite if there is none.
  ///
  /// - Complexity: O((N + E) log E) the first time for a node, O(1) afterwards.
  mutating func from(_ origin: Int) -> [Double] {
    if let lengths = known[origin] { return lengths }
    var seeds = [Double](repeating: .infinity, count: graph.nodeCount)
    seeds[origin] = 0
    let lengths = ShortestPathTree(in: graph, costs: costs, seeds: seeds).distance
    known[origin] = lengths
    return lengths
  }
}
