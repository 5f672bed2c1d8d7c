/// The paths of a task whose accuracies are not measured, as those of an acyclic graph from its first to its last state.
///
/// Without measured paths the states are the vertices between input and output of the task's service. The measured paths
/// form a prefix tree, which stands beside the graph: a state of the tree is a vertex that was reached along the beginning
/// of a measured path, and a path leaves the tree with the first arc that no measured path has there. A path that ends in the
/// tree is measured; the end of the graph lies outside it.
public struct PathGraph: Sendable {
  /// The vertex of each state. Every arc leads to a later state; without any path there is no state.
  public private(set) var vertices: [Int32] = []
  /// The arcs that leave each state: from `starts[s]` to before `starts[s + 1]`.
  public private(set) var starts: [Int32] = [0]
  /// The state to which each arc leads.
  public private(set) var heads: [Int32] = []
  /// The arc in the graph of blocks.
  public private(set) var arcs: [Int32] = []

  public var stateCount: Int { vertices.count }
  public var isEmpty: Bool { vertices.isEmpty }

  /// The graph of a service's paths besides the measured ones.
  ///
  /// - Parameters:
  ///   - graph: an acyclic graph.
  ///   - service: the index of the service.
  ///   - measured: the arcs of each measured path of the task.
  /// - Complexity: O(V + E + M d) for V vertices, E arcs, M arcs in measured paths and the largest number d of arcs that
  ///   leave a vertex.
  public init(_ graph: BlockGraph, service: Int, besides measured: [[Int32]] = []) {
    let tree = PrefixTree(graph, measured)
    let vertexCount = graph.vertexCount
    // States are numbered as vertices, then nodes of the tree, until those that no path has are left out.
    let count = vertexCount + tree.vertices.count
    let start = measured.isEmpty ? Int(graph.firstVertices[service]) : vertexCount
    let end = Int(graph.firstVertices[service + 1]) - 1
    let order = Self.states(in: graph.order, tree, vertexCount)
    func successor(_ state: Int, _ arc: Int32) -> Int {
      if state >= vertexCount, let child = tree.children[state - vertexCount][arc] {
        return vertexCount + child
      }
      return Int(graph.heads[Int(arc)])
    }
    func vertex(_ state: Int) -> Int { state < vertexCount ? state : Int(tree.vertices[state - vertexCount]) }
    func arcs(_ state: Int) -> Range<Int32> { graph.starts[vertex(state)]..<graph.starts[vertex(state) + 1] }

    var isReached = [Bool](repeating: false, count: count)
    isReached[start] = true
    for state in order where isReached[state] {
      for arc in arcs(state) { isReached[successor(state, arc)] = true }
    }
    var reachesEnd = [Bool](repeating: false, count: count)
    reachesEnd[end] = true
    for state in order.reversed() where state != end && isReached[state] {
      reachesEnd[state] = arcs(state).contains { reachesEnd[successor(state, $0)] }
    }
    guard isReached[end], reachesEnd[start] else { return }
    var numbers = [Int32](repeating: -1, count: count)
    for state in order where isReached[state] && reachesEnd[state] {
      numbers[state] = Int32(vertices.count)
      vertices.append(Int32(vertex(state)))
    }
    for state in order where numbers[state] >= 0 {
      for arc in arcs(state) {
        let head = successor(state, arc)
        guard numbers[head] >= 0 else { continue }
        heads.append(numbers[head])
        self.arcs.append(arc)
      }
      starts.append(Int32(heads.count))
    }
  }

  /// All states such that arcs lead to later ones: the nodes of the tree beside their vertices.
  private static func states(in order: [Int32], _ tree: PrefixTree, _ vertexCount: Int) -> [Int] {
    guard !tree.vertices.isEmpty else { return order.map(Int.init) }
    var nodes = [[Int]](repeating: [], count: vertexCount)
    for (node, vertex) in tree.vertices.enumerated() { nodes[Int(vertex)].append(vertexCount + node) }
    return order.flatMap { nodes[Int($0)] + [Int($0)] }
  }

  // MARK: What holds of all paths

  /// The number of paths, exact up to 2^53; infinite if a number cannot hold it.
  /// - Complexity: O(states + arcs).
  public var pathCount: Double {
    guard !isEmpty else { return 0 }
    var counts = [Double](repeating: 0, count: stateCount)
    counts[0] = 1
    for state in 0..<stateCount {
      for arc in starts[state]..<starts[state + 1] { counts[Int(heads[Int(arc)])] += counts[state] }
    }
    return counts[stateCount - 1]
  }

  /// The arcs, in the graph of blocks, of a path with the least sum of weights.
  ///
  /// - Parameter weights: one for each arc of the graph of blocks.
  /// - Complexity: O(states + arcs).
  public func leastPath(_ weights: [Double]) -> [Int32] {
    guard !isEmpty else { return [] }
    var lengths = [Double](repeating: .infinity, count: stateCount)
    var arrivals = [Int32](repeating: -1, count: stateCount)
    var tails = [Int32](repeating: -1, count: stateCount)
    lengths[0] = 0
    for state in 0..<stateCount {
      for index in Int(starts[state])..<Int(starts[state + 1]) {
        let length = lengths[state] + weights[Int(arcs[index])]
        let head = Int(heads[index])
        guard length < lengths[head] || tails[head] < 0 else { continue }
        lengths[head] = length
        arrivals[head] = arcs[index]
        tails[head] = Int32(state)
      }
    }
    var path: [Int32] = []
    var state = stateCount - 1
    while state > 0 {
      path.append(arrivals[state])
      state = Int(tails[state])
    }
    return path.reversed()
  }
}

/// The measured paths of a task as a tree: the paths with the same beginning share its nodes.
private struct PrefixTree {
  /// The vertex of each node; the root is node 0. Empty without paths.
  var vertices: [Int32] = []
  /// The node to which each arc leads.
  var children: [[Int32: Int]] = []

  init(_ graph: BlockGraph, _ paths: [[Int32]]) {
    guard let first = paths.first?.first else { return }
    vertices = [graph.tails[Int(first)]]
    children = [[:]]
    for path in paths {
      var node = 0
      for arc in path {
        if let next = children[node][arc] {
          node = next
        } else {
          children[node][arc] = vertices.count
          node = vertices.count
          vertices.append(graph.heads[Int(arc)])
          children.append([:])
        }
      }
    }
  }
}
