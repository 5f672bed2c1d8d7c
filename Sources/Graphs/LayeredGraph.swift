import Networks

/// The layered graph of one job: L+1 copies of the network, none of which is stored.
///
/// Vertex (u,l) of copy l stands for "stage l is at node u". An arc (u,l) -> (v,l) moves the stage over a
/// link and costs transfer, propagation and the link's waiting; an arc (u,l) -> (u,l+1) computes layer l on
/// u. Under the policy `visit`, a node with a backlog has two vertices in each copy: *transit*, which stages
/// pass, and *compute*, the only one from which layers are computed. Entering compute from transit costs the
/// waiting time, leaving is free, and consecutive layers stay in compute. See Zhang et al. (2018) and Jung
/// and Lee (2022) for layered graphs.
///
/// Layers are counted from 0: layer l reads stage l and writes stage l+1; stage 0 is the input.
///
/// Choices that alone exceed a capacity are not in the graph: a layer that does not fit a node's memory or
/// compute load, or a stage that does not fit a link's bandwidth.
public struct LayeredGraph: Sendable {
  public let network: NetworkGraph
  public let source: Int
  public let target: Int
  /// Sizes of the stages [byte], L+1 entries.
  public let stageBytes: [Double]
  /// The waiting time on entering each node to compute [s]: Q/mu under the policy `visit`, otherwise 0.
  public let entryWaits: [Double]

  private let layers: [Layer]
  private let layerTimes: LayerTimes
  private let rate: Double
  /// The waiting time of each layer at each node [s]: Q/mu under the policy `layer`, otherwise 0.
  private let layerWaits: [Double]
  private let capacities: Capacities

  /// - Parameters:
  ///   - request: the source, target, layers and rules to route.
  ///   - network: the network of the copies.
  ///   - waiting: how often a job waits for a node's backlog.
  ///   - capacities: choices that alone exceed one of these are left out.
  /// - Complexity: O(N + L).
  public init(
    _ request: LayeredRequest, in network: NetworkGraph, waiting: WaitingPolicy, capacities: Capacities
  ) {
    let waits = network.nodes.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 }
    let noWaits = [Double](repeating: 0, count: waits.count)
    self.network = network
    source = request.source
    target = request.target
    stageBytes = request.stageBytes
    layers = request.layers
    rate = request.rate
    self.capacities = capacities
    entryWaits = waiting == .visit ? waits : noWaits
    layerWaits = waiting == .layer ? waits : noWaits
    layerTimes = LayerTimes(request, compute: network.compute, largestRate: network.largestRate)
  }

  public var layerCount: Int { layers.count }
  public var nodeCount: Int { network.nodeCount }

  /// The cost of a layer on each node [s], including waiting under the policy `layer`; infinite if the node
  /// cannot host it.
  ///
  /// - Complexity: O(N).
  public func computeCosts(ofLayer layer: Int) -> [Double] {
    var costs = times(ofLayer: layer)
    for node in 0..<nodeCount where costs[node] < .infinity {
      if exceedsCapacity(layer: layer, node: node, time: costs[node]) {
        costs[node] = .infinity
      } else {
        costs[node] += layerWaits[node]
      }
    }
    return costs
  }

  /// The time of a layer on each node without waiting [s]; infinite if the node cannot or may not run it.
  public func times(ofLayer layer: Int) -> [Double] { layerTimes.times(ofLayer: layer) }

  private func exceedsCapacity(layer: Int, node: Int, time: Double) -> Bool {
    layers[layer].memory > capacities.memory[node] || rate * time > capacities.computeLoad[node]
  }

  /// The cost of a stage on each arc of `graph`, which is the network's `forward` or `backward` [s].
  ///
  /// - Complexity: O(E).
  public func stageCosts(ofStage stage: Int, in graph: Digraph) -> [Double] {
    let bytes = stageBytes[stage]
    var costs = network.costs(in: graph, bytes: bytes)
    let bits = 8 * rate * bytes
    for arc in 0..<costs.count where bits > capacities.linkLoad[Int(graph.origin[arc])] {
      costs[arc] = .infinity
    }
    return costs
  }
}
