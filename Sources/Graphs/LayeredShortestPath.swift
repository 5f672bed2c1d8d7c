/// The shortest path of one job through its layered graph: its hosts, routes and latency.
public struct LayeredShortestPath: Sendable {
  /// The length of the path, which is the job's latency [s]; infinite if no path leads to the target.
  public let latency: Double
  /// The hosts and routes of the path; `nil` if no path leads to the target.
  public let plan: LayeredPath?

  /// - Complexity: O(L (N + E) log E) time, O(L N) memory.
  public init(in graph: LayeredGraph) {
    let search = ForwardSearch(graph)
    latency = search.transit[graph.layerCount].distance[graph.target]
    plan = latency < .infinity ? search.plan() : nil
  }
}

/// The search of a layered graph copy by copy: arcs between copies only lead forward, so a copy's distances are
/// final before the next one starts, and each copy is one run of Dijkstra's algorithm from the vertices on which
/// the previous layer was computed.
struct ForwardSearch {
  private let graph: LayeredGraph
  /// See ``LayeredGraph/computeCosts(ofLayer:)``; L arrays.
  let computeCosts: [[Double]]
  /// The paths to the transit vertices of each copy, L+1 trees.
  private(set) var transit: [ShortestPathTree] = []
  /// For each layer and node the distance after it was computed there [s].
  private(set) var computed: [[Double]] = []

  init(_ graph: LayeredGraph) {
    self.graph = graph
    computeCosts = (0..<graph.layerCount).map(graph.computeCosts(ofLayer:))
    let forward = graph.network.forward
    transit.append(graph.paths(ofStage: 0, in: forward, seeds: forward.seeds(at: [graph.source])))
    // Nothing was computed before the first layer, so no job starts inside a compute vertex.
    var staying = forward.seeds(at: [])
    for (layer, costs) in computeCosts.enumerated() {
      staying = costs.indices.map { min(staying[$0], entering($0, for: layer)) + costs[$0] }
      computed.append(staying)
      transit.append(graph.paths(ofStage: layer + 1, in: forward, seeds: staying))
    }
  }

  /// The distance of a node after waiting on coming there to compute a layer.
  private func entering(_ node: Int, for layer: Int) -> Double {
    transit[layer].distance[node] + graph.entryWaits[node]
  }

  /// The path that follows the parents from the target to the source.
  func plan() -> LayeredPath {
    var hosts: [Int] = []
    var routes = [transit[graph.layerCount].path(to: graph.target, tails: graph.network.tails)]
    for layer in (0..<graph.layerCount).reversed() {
      let host = routes[routes.count - 1][0]
      hosts.append(host)
      let stays = layer > 0 && computed[layer - 1][host] <= entering(host, for: layer)
      routes.append(stays ? [host] : transit[layer].path(to: host, tails: graph.network.tails))
    }
    return LayeredPath(hosts: hosts.reversed(), routes: routes.reversed())
  }
}
