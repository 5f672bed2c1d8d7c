/// Shortest paths from a set of seeds to every node, by Dijkstra's algorithm (1959).
public struct ShortestPathTree: Sendable {
  /// The distance of each node; infinite if no path reaches it.
  public private(set) var distance: [Double]
  /// The arc by which each node is reached; -1 at seeds and at nodes that no path reaches.
  public private(set) var parentArc: [Int32]
  private let graph: Digraph

  /// The tree of the paths over arcs with these costs, which are not negative, in the graph's order of arcs, and
  /// infinite if an arc must not be used; a node starts at its distance in `seeds`, infinite if it is no seed.
  ///
  /// - Complexity: O((N + E) log E).
  public init(in graph: Digraph, costs: [Double], seeds: [Double]) {
    precondition(costs.count == graph.arcCount && seeds.count == graph.nodeCount)
    distance = seeds
    parentArc = [Int32](repeating: -1, count: graph.nodeCount)
    self.graph = graph
    let heap = KeyHeap()
    for node in 0..<graph.nodeCount where seeds[node] < .infinity {
      // Only a path that starts at a node without relaying leaves it, so that its seed is all that counts.
      if graph.isRelay(node) {
        heap.push(key: seeds[node], label: node)
      } else {
        relax(from: node, at: seeds[node], costs, heap)
      }
    }
    while let entry = heap.pop() {
      if entry.key > distance[entry.label] { continue }
      relax(from: entry.label, at: entry.key, costs, heap)
    }
  }

  @inline(__always)
  private mutating func relax(from node: Int, at start: Double, _ costs: [Double], _ heap: KeyHeap) {
    for arc in graph.arcs(from: node) {
      let head = Int(graph.head[arc])
      let candidate = start + costs[arc]
      guard candidate < distance[head] else { continue }
      distance[head] = candidate
      parentArc[head] = Int32(arc)
      if graph.isRelay(head) { heap.push(key: candidate, label: head) }
    }
  }

  /// The nodes of the path to a node that a seed reaches, from that seed on; `tails` are the nodes that arcs leave.
  public func path(to node: Int, tails: [Int32]) -> [Int] {
    var path = [node]
    while parentArc[path[path.count - 1]] >= 0 {
      path.append(Int(tails[Int(parentArc[path[path.count - 1]])]))
      // A path that leaves such a node starts there, whatever the shortest path to it is.
      if !graph.isRelay(path[path.count - 1]) { break }
    }
    return path.reversed()
  }
}
