/// The distances from the source to every vertex of a job's layered graph, and from every vertex to the
/// target; with them, the length of the shortest path *through* any choice is a sum.
///
/// All figures are in seconds, and infinite if there is no path.
public struct LayeredPotentials: Sendable {
  public let graph: LayeredGraph
  /// Computing costs, L arrays of N entries: see ``LayeredGraph/computeCosts(ofLayer:)``.
  public let computeCosts: [[Double]]

  // Each has one array of N entries for each of the L+1 copies.
  private let toTransit: [[Double]]
  private let toCompute: [[Double]]
  private let fromTransit: [[Double]]
  private let fromCompute: [[Double]]

  /// - Complexity: O(L (N + E) log E) time, O(L N) memory.
  public init(_ graph: LayeredGraph) {
    self.graph = graph
    let computeCosts = (0..<graph.layerCount).map(graph.computeCosts(ofLayer:))
    self.computeCosts = computeCosts
    (toTransit, toCompute) = Self.forward(graph, computeCosts)
    (fromTransit, fromCompute) = Self.backward(graph, computeCosts)
  }

  /// The job's shortest latency.
  public var shortestLatency: Double { toTransit[graph.layerCount][graph.target] }

  /// The shortest latency of a plan that computes `layer` on `node`.
  public func latency(throughLayer layer: Int, on node: Int) -> Double {
    toCompute[layer][node] + computeCosts[layer][node] + fromComputed(layer, node)
  }

  /// The shortest latency of a plan that computes `layer` on `node` and the next one on another node,
  /// `nextNode`, if the route between them costs `routeCost`.
  public func latency(
    throughLayer layer: Int, on node: Int, thenOn nextNode: Int, routeCost: Double
  ) -> Double {
    toCompute[layer][node] + computeCosts[layer][node] + routeCost + graph.entryWaits[nextNode]
      + fromCompute[layer + 1][nextNode]
  }

  /// The shortest latency of a plan that computes `layer` and the next one on `node`.
  public func latency(throughLayer layer: Int, andNextOn node: Int) -> Double {
    toCompute[layer][node] + computeCosts[layer][node] + fromCompute[layer + 1][node]
  }

  /// The shortest latency of a plan that computes the first layer on `node`, which is not the source, if the
  /// route to it costs `routeCost`.
  public func latency(throughFirstLayerOn node: Int, routeCost: Double) -> Double {
    routeCost + graph.entryWaits[node] + fromCompute[0][node]
  }

  /// The shortest latency of a plan that computes the last layer on `node`, which is not the target, if the
  /// route from it costs `routeCost`.
  public func latency(throughLastLayerOn node: Int, routeCost: Double) -> Double {
    let layer = graph.layerCount - 1
    return toCompute[layer][node] + computeCosts[layer][node] + routeCost
  }

  /// The shortest latency of a plan whose stage `stage` crosses the link from `tail` to `head` at `cost`.
  public func latency(throughStage stage: Int, from tail: Int, to head: Int, cost: Double) -> Double {
    toTransit[stage][tail] + cost + fromTransit[stage][head]
  }

  /// The shortest latency of a walk that enters `node` to compute after `stage` passed it in transit.
  public func latency(throughEntering node: Int, stage: Int) -> Double {
    toTransit[stage][node] + graph.entryWaits[node] + fromCompute[stage][node]
  }

  /// The shortest latency of a walk whose stage `stage`, computed on `node`, leaves it.
  public func latency(throughLeaving node: Int, stage: Int) -> Double {
    toCompute[stage - 1][node] + computeCosts[stage - 1][node] + fromTransit[stage][node]
  }

  /// The shortest remaining latency to the target after `stage` reached `node` in transit.
  public func latencyToTarget(ofStage stage: Int, passing node: Int) -> Double { fromTransit[stage][node] }

  /// The shortest remaining latency to the target after `node` computed `layer`.
  public func latencyToTarget(afterLayer layer: Int, on node: Int) -> Double { fromComputed(layer, node) }

  /// An upper bound on the latency of the shortest path through any choice that lies on a path [s]: a
  /// placement, a pair of placements with the shortest path between them, a link in any stage, entering and
  /// leaving.
  ///
  /// - Complexity: O(L (N + E)).
  public var longestChoice: Double {
    var longest = 0.0
    for stage in 0...graph.layerCount {
      var reaching = Self.largestFinite(toTransit[stage])
      var remaining = max(Self.largestFinite(fromTransit[stage]), Self.largestFinite(fromCompute[stage]))
      if stage > 0 {
        let computed = zip(toCompute[stage - 1], computeCosts[stage - 1]).map { $0 + $1 }
        reaching = max(reaching, Self.largestFinite(computed))
        remaining = max(remaining, Self.largestFinite(fromCompute[stage - 1]))
      }
      longest = max(longest, reaching + longestPath(ofStage: stage) + remaining)
    }
    return longest
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

  /// The remaining latency after `node` computed `layer`: out into transit, or on with the next layer.
  private func fromComputed(_ layer: Int, _ node: Int) -> Double {
    min(fromTransit[layer + 1][node], fromCompute[layer + 1][node])
  }

  private static func forward(
    _ graph: LayeredGraph, _ computeCosts: [[Double]]
  ) -> (transit: [[Double]], compute: [[Double]]) {
    var transit: [[Double]] = []
    var compute: [[Double]] = []
    var arrivals = [Double](repeating: .infinity, count: graph.nodeCount)
    arrivals[graph.source] = 0
    var staying = [Double](repeating: .infinity, count: graph.nodeCount)
    for stage in 0...graph.layerCount {
      let costs = graph.stageCosts(ofStage: stage, in: graph.network.forward)
      let distance = ShortestPathTree(in: graph.network.forward, costs: costs, seeds: arrivals).distance
      let inCompute = (0..<graph.nodeCount).map { min(staying[$0], distance[$0] + graph.entryWaits[$0]) }
      transit.append(distance)
      compute.append(inCompute)
      if stage == graph.layerCount { break }
      arrivals = (0..<graph.nodeCount).map { inCompute[$0] + computeCosts[stage][$0] }
      staying = arrivals
    }
    return (transit, compute)
  }

  private static func backward(
    _ graph: LayeredGraph, _ computeCosts: [[Double]]
  ) -> (transit: [[Double]], compute: [[Double]]) {
    let unreachable = [Double](repeating: .infinity, count: graph.nodeCount)
    var transit = Array(repeating: unreachable, count: graph.layerCount + 1)
    var compute = transit
    var seeds = unreachable
    seeds[graph.target] = 0
    for stage in (0...graph.layerCount).reversed() {
      if stage < graph.layerCount {
        compute[stage] = (0..<graph.nodeCount).map {
          computeCosts[stage][$0] + min(transit[stage + 1][$0], compute[stage + 1][$0])
        }
        seeds = (0..<graph.nodeCount).map { graph.entryWaits[$0] + compute[stage][$0] }
      }
      let costs = graph.stageCosts(ofStage: stage, in: graph.network.backward)
      transit[stage] = ShortestPathTree(in: graph.network.backward, costs: costs, seeds: seeds).distance
    }
    return (transit, compute)
  }
}
