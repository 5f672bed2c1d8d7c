import Networks

/// The layered graph of one job: L+1 copies of the network, none of which is stored.
///
/// Vertex (u,l) of copy l stands for "stage l is at node u". An arc (u,l) -> (v,l) moves the stage over a link
/// and costs transfer, propagation and the link's waiting; an arc (u,l) -> (u,l+1) computes layer l on u. Under
/// the policy `visit`, a node with a backlog has two vertices in each copy: *transit*, which stages pass, and
/// *compute*, the only one from which layers are computed. Entering compute from transit costs the waiting time,
/// leaving is free, and consecutive layers stay in compute. See Zhang et al. (2018) and Jung and Lee (2022) for
/// layered graphs.
///
/// Layers are counted from 0: layer l reads stage l and writes stage l+1; stage 0 is the input.
///
/// A node that is no relay is passed by no stage: what reached it over a link is computed on or ends there, and only
/// what was computed or starts there leaves it.
///
/// Choices that alone exceed a capacity are not in the graph: a layer that does not fit a node's memory or
/// compute load, or a stage that does not fit a link's bandwidth.
public struct LayeredGraph: Sendable {
  public let network: NetworkGraph
  /// Sizes of the stages [byte], L+1 entries.
  public let stageBytes: [Double]
  /// The waiting time on entering each node to compute [s]: Q/mu under the policy `visit`, otherwise 0.
  public let entryWaits: [Double]

  private let request: LayeredRequest
  private let layerTimes: LayerTimes
  /// The waiting time of each layer at each node [s]: Q/mu under the policy `layer`, otherwise 0.
  private let layerWaits: [Double]
  private let capacities: Capacities

  /// The graph of a request without the choices that alone exceed one of `capacities`.
  ///
  /// - Complexity: O(N + L).
  public init(
    _ request: LayeredRequest, in network: NetworkGraph, waiting: WaitingPolicy, capacities: Capacities
  ) {
    let waits = network.nodes.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 }
    let noWaits = [Double](repeating: 0, count: waits.count)
    self.network = network
    self.request = request
    self.capacities = capacities
    stageBytes = request.stageBytes
    entryWaits = waiting == .visit ? waits : noWaits
    layerWaits = waiting == .layer ? waits : noWaits
    layerTimes = LayerTimes(request, network.speeds)
  }

  public var source: Int { request.source }
  public var target: Int { request.target }
  public var layerCount: Int { request.layers.count }
  public var nodeCount: Int { network.nodeCount }

  /// The cost of a layer on each node [s], with the wait under the policy `layer`; infinite if it cannot be there.
  ///
  /// - Complexity: O(N).
  public func computeCosts(ofLayer layer: Int) -> [Double] {
    let memory = request.layers[layer].footprint
    return times(ofLayer: layer).enumerated().map { node, time in
      let fits = memory <= capacities.memory[node] && request.rate * time <= capacities.computeLoad[node]
      return fits ? time + layerWaits[node] : .infinity
    }
  }

  /// The time of a layer on each node without waiting [s]; infinite if the node cannot or may not run it.
  public func times(ofLayer layer: Int) -> [Double] { layerTimes.times(ofLayer: layer) }

  /// The cost of a stage on each arc of `graph`, which is the network's `forward` or `backward` [s].
  ///
  /// - Complexity: O(E).
  public func stageCosts(ofStage stage: Int, in graph: Digraph) -> [Double] {
    let bytes = stageBytes[stage]
    let bits = 8 * request.rate * bytes
    return graph.origin.map { link in
      bits > capacities.linkLoad[Int(link)] ? .infinity : network.cost(ofLink: Int(link), bytes: bytes)
    }
  }

  /// The shortest paths of a stage over the arcs of `graph`, which is the network's `forward` or `backward`, if
  /// nodes start at the distances in `seeds` [s].
  ///
  /// - Complexity: O((N + E) log E).
  public func paths(ofStage stage: Int, in graph: Digraph, seeds: [Double]) -> ShortestPathTree {
    ShortestPathTree(in: graph, costs: stageCosts(ofStage: stage, in: graph), seeds: seeds)
  }
}
