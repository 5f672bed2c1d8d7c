/// Shortest paths from a set of seeds to every node, by Dijkstra's algorithm (1959).
public struct ShortestPathTree: Sendable {
  /// The distance of each node; infinite if no path reaches it.
  public private(set) var distance: [Double]
  /// The arc by which each node is reached; -1 at seeds and at nodes that no path reaches.
  public private(set) var parentArc: [Int32]

  /// The tree of the paths over arcs with these costs, which are not negative, in the graph's order of arcs, and
  /// infinite if an arc must not be used; a node starts at its distance in `seeds`, infinite if it is no seed.
  ///
  /// - Complexity: O((N + E) log E).
  public init(in graph: Digraph, costs: [Double], seeds: [Double]) {
    precondition(costs.count == graph.arcCount && seeds.count == graph.nodeCount)
    distance = seeds
    parentArc = [Int32](repeating: -1, count: graph.nodeCount)
    let heap = KeyHeap()
    for node in 0..<graph.nodeCount where seeds[node] < .infinity {
      heap.push(key: seeds[node], label: node)
    }
    while let entry = heap.pop() {
      if entry.key > distance[entry.label] { continue }
      for arc in graph.arcs(from: entry.label) {
        let head = Int(graph.head[arc])
        let candidate = entry.key + costs[arc]
        guard candidate < distance[head] else { continue }
        distance[head] = candidate
        parentArc[head] = Int32(arc)
        heap.push(key: candidate, label: head)
      }
    }
  }

  /// The nodes of the path to a node that a seed reaches, from that seed on; `tails` are the nodes that arcs leave.
  public func path(to node: Int, tails: [Int32]) -> [Int] {
    var path = [node]
    while parentArc[path[path.count - 1]] >= 0 {
      path.append(Int(tails[Int(parentArc[path[path.count - 1]])]))
    }
    return path.reversed()
  }
}
