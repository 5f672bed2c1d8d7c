/// The shortest path of one job through its layered graph: its hosts, routes and latency.
public struct LayeredShortestPath: Sendable {
  /// The length of the path, which is the job's latency [s]; infinite if no path leads to the target.
  public let latency: Double
  /// The hosts and routes of the path; `nil` if no path leads to the target.
  public let plan: LayeredPath?

  /// Searches copy by copy: arcs between copies only lead forward, so a copy's distances are final before the
  /// next one starts, and each copy is one run of Dijkstra's algorithm from the vertices on which the
  /// previous layer was computed.
  ///
  /// - Complexity: O(L (N + E) log E) time, O(L N) memory.
  public init(in graph: LayeredGraph) {
    var forward = ForwardSearch(graph)
    latency = forward.run()
    plan = latency < .infinity ? forward.plan() : nil
  }
}

private struct ForwardSearch {
  private let graph: LayeredGraph
  /// For each copy and node the arc by which transit is reached; -1 if the layer before was computed there.
  private var parents: [[Int32]] = []
  /// For each layer and node whether it is computed without leaving the node after the previous layer.
  private var staysInCompute: [[Bool]] = []

  init(_ graph: LayeredGraph) { self.graph = graph }

  /// The distance of the target in the last copy.
  mutating func run() -> Double {
    var arrivals = [Double](repeating: .infinity, count: graph.nodeCount)
    arrivals[graph.source] = 0
    // Nothing was computed before the first layer, so no job starts inside a compute vertex.
    var staying = [Double](repeating: .infinity, count: graph.nodeCount)
    for stage in 0..<graph.layerCount {
      let transit = reachTransit(stage: stage, from: arrivals)
      let costs = graph.computeCosts(ofLayer: stage)
      var stays = [Bool](repeating: false, count: graph.nodeCount)
      for node in 0..<graph.nodeCount {
        let entering = transit[node] + graph.entryWaits[node]
        stays[node] = staying[node] <= entering
        arrivals[node] = min(staying[node], entering) + costs[node]
      }
      staying = arrivals
      staysInCompute.append(stays)
    }
    return reachTransit(stage: graph.layerCount, from: arrivals)[graph.target]
  }

  private mutating func reachTransit(stage: Int, from arrivals: [Double]) -> [Double] {
    let costs = graph.stageCosts(ofStage: stage, in: graph.network.forward)
    let tree = ShortestPathTree(in: graph.network.forward, costs: costs, seeds: arrivals)
    parents.append(tree.parentArc)
    return tree.distance
  }

  /// The path that follows the parents from the target to the source.
  func plan() -> LayeredPath {
    var hosts: [Int] = []
    var routes = [route(stage: graph.layerCount, to: graph.target)]
    for layer in (0..<graph.layerCount).reversed() {
      let host = routes[routes.count - 1][0]
      hosts.append(host)
      let stays = layer > 0 && staysInCompute[layer][host]
      routes.append(stays ? [host] : route(stage: layer, to: host))
    }
    return LayeredPath(hosts: hosts.reversed(), routes: routes.reversed())
  }

  private func route(stage: Int, to node: Int) -> [Int] {
    var path = [node]
    var current = node
    while parents[stage][current] >= 0 {
      current = Int(graph.network.tails[Int(parents[stage][current])])
      path.append(current)
    }
    return path.reversed()
  }
}
