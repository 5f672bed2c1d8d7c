/// Shortest paths from a set of seeds to every node, by Dijkstra's algorithm (1959).
public struct ShortestPathTree: Sendable {
  /// The distance of each node; infinite if no path reaches it.
  public private(set) var distance: [Double]
  /// The arc by which each node is reached; -1 at seeds and at nodes that no path reaches.
  public private(set) var parentArc: [Int32]

  /// - Parameters:
  ///   - graph: the graph searched.
  ///   - costs: the cost of each arc, not negative, in the graph's order of arcs; infinite if the arc must
  ///     not be used.
  ///   - seeds: the distance at which each node starts; infinite if it is no seed.
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
      let node = entry.label
      if entry.key > distance[node] { continue }
      for arc in graph.arcs(from: node) {
        let head = Int(graph.head[arc])
        let candidate = entry.key + costs[arc]
        if candidate < distance[head] {
          distance[head] = candidate
          parentArc[head] = Int32(arc)
          heap.push(key: candidate, label: head)
        }
      }
    }
  }

  /// The path to a node, as the nodes from the seed that reaches it to the node itself.
  ///
  /// - Parameters:
  ///   - node: a node that a seed reaches.
  ///   - tails: the node that each arc leaves.
  public func path(to node: Int, tails: [Int32]) -> [Int] {
    var path = [node]
    var current = node
    while parentArc[current] >= 0 {
      current = Int(tails[Int(parentArc[current])])
      path.append(current)
    }
    return path.reversed()
  }
}
