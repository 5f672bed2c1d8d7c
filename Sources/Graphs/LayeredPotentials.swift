/// The distances from the source to every vertex of a job's layered graph, and from every vertex to the target;
/// with them, the length of the shortest path *through* any choice is a sum.
///
/// All figures are in seconds, and infinite if there is no path.
public struct LayeredPotentials: Sendable {
  public let graph: LayeredGraph
  /// Computing costs, L arrays of N entries: see ``LayeredGraph/computeCosts(ofLayer:)``.
  public let computeCosts: [[Double]]

  /// The shortest remaining latencies to the target, by stage and the node where the stage is in transit, and may leave.
  public let fromTransit: [[Double]]
  // The same from compute vertices, and distances from the source, the latter also after each layer was computed.
  private let fromCompute: [[Double]]
  private let toTransit: [[Double]]
  private let toComputed: [[Double]]

  /// - Complexity: O(L (N + E) log E) time, O(L N) memory.
  public init(_ graph: LayeredGraph) {
    let search = ForwardSearch(graph)
    self.graph = graph
    computeCosts = search.computeCosts
    toTransit = search.transit.map(\.distance)
    toComputed = search.computed
    (fromTransit, fromCompute) = Self.backward(graph, search.computeCosts)
  }

  /// The job's shortest latency.
  public var shortestLatency: Double { toTransit[graph.layerCount][graph.target] }

  /// The shortest latency of a plan that computes `layer` on `node`.
  public func latency(throughLayer layer: Int, on node: Int) -> Double {
    toComputed[layer][node] + latencyToTarget(afterLayer: layer, on: node)
  }

  /// The shortest latency of a plan that computes `layer` on `node` and, after a route, the next one on `nextNode`.
  public func latency(throughLayer layer: Int, on node: Int, thenOn nextNode: Int, routeCost: Double)
    -> Double
  {
    toComputed[layer][node] + routeCost + graph.entryWaits[nextNode] + fromCompute[layer + 1][nextNode]
  }

  /// The shortest latency of a plan that computes `layer` and the next one on `node`.
  public func latency(throughLayer layer: Int, andNextOn node: Int) -> Double {
    toComputed[layer][node] + fromCompute[layer + 1][node]
  }

  /// The shortest latency of a plan that computes the first layer on `node`, at the end of a route from the source.
  public func latency(throughFirstLayerOn node: Int, routeCost: Double) -> Double {
    routeCost + graph.entryWaits[node] + fromCompute[0][node]
  }

  /// The shortest latency of a plan that computes the last layer on `node`, before a route to the target.
  public func latency(throughLastLayerOn node: Int, routeCost: Double) -> Double {
    toComputed[graph.layerCount - 1][node] + routeCost
  }

  /// The shortest latency of a plan whose stage `stage` crosses the link from `tail` to `head` at `cost`.
  public func latency(throughStage stage: Int, from tail: Int, to head: Int, cost: Double) -> Double {
    departing(stage, tail) + cost + arrived(stage, head)
  }

  /// The distance of a stage that is about to leave a node, which it may not if it only passes a node that is no relay.
  private func departing(_ stage: Int, _ node: Int) -> Double {
    if graph.network.forward.isRelay(node) { return toTransit[stage][node] }
    return stage > 0 ? toComputed[stage - 1][node] : node == graph.source ? 0 : .infinity
  }

  /// The remaining latency of a stage that has come to a node over a link, and may not leave it if it is no relay.
  private func arrived(_ stage: Int, _ node: Int) -> Double {
    if graph.network.forward.isRelay(node) { return fromTransit[stage][node] }
    if stage == graph.layerCount { return node == graph.target ? 0 : .infinity }
    return graph.entryWaits[node] + fromCompute[stage][node]
  }

  /// The shortest latency of a walk that enters `node` to compute after `stage` passed it in transit.
  public func latency(throughEntering node: Int, stage: Int) -> Double {
    toTransit[stage][node] + graph.entryWaits[node] + fromCompute[stage][node]
  }

  /// The shortest latency of a walk whose stage `stage`, computed on `node`, leaves it.
  public func latency(throughLeaving node: Int, stage: Int) -> Double {
    toComputed[stage - 1][node] + fromTransit[stage][node]
  }

  /// The shortest remaining latency after `node` computed `layer`: out into transit, or on with the next layer.
  public func latencyToTarget(afterLayer layer: Int, on node: Int) -> Double {
    min(fromTransit[layer + 1][node], fromCompute[layer + 1][node])
  }

  /// An upper bound on the latency of the shortest path through any choice that lies on a path [s]: a placement, a
  /// pair of placements with the shortest path between them, a link in any stage, entering and leaving.
  ///
  /// - Complexity: O(L (N + E)).
  public var longestChoice: Double {
    (0...graph.layerCount).reduce(0) { longest, stage in
      let before = max(0, stage - 1)..<stage
      let reaching = Self.largestFinite((toComputed[before] + [toTransit[stage]]).joined())
      let remaining = Self.largestFinite(
        (fromCompute[before] + [fromTransit[stage], fromCompute[stage]]).joined())
      return max(longest, reaching + longestPath(ofStage: stage) + remaining)
    }
  }

  /// An upper bound on the cost of a stage on a simple path, and of a wait after it.
  private func longestPath(ofStage stage: Int) -> Double {
    let forward = graph.network.forward
    let costs = graph.stageCosts(ofStage: stage, in: forward)
    let path = (0..<graph.nodeCount).reduce(0.0) { sum, node in
      sum + Self.largestFinite(forward.arcs(from: node).lazy.map { costs[$0] })
    }
    return path + Self.largestFinite(graph.entryWaits)
  }

  private static func largestFinite(_ values: some Sequence<Double>) -> Double {
    values.reduce(0) { $1 < .infinity ? max($0, $1) : $0 }
  }

  private static func backward(
    _ graph: LayeredGraph, _ computeCosts: [[Double]]
  ) -> (transit: [[Double]], compute: [[Double]]) {
    let backward = graph.network.backward
    var transit = Array(repeating: backward.seeds(at: []), count: graph.layerCount + 1)
    var compute = transit
    var seeds = backward.seeds(at: [graph.target])
    for stage in (0...graph.layerCount).reversed() {
      if stage < graph.layerCount {
        compute[stage] = (0..<graph.nodeCount).map {
          computeCosts[stage][$0] + min(transit[stage + 1][$0], compute[stage + 1][$0])
        }
        seeds = (0..<graph.nodeCount).map { graph.entryWaits[$0] + compute[stage][$0] }
      }
      transit[stage] = graph.paths(ofStage: stage, in: backward, seeds: seeds).distance
    }
    return (transit, compute)
  }
}
