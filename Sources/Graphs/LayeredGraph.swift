import Instances

/// The layered graph of one job, implicit: L+1 copies of the network, of which nothing is stored.
///
/// Vertex (u, l) of copy l stands for "stage l is at node u". An arc (u,l) -> (v,l) moves the stage over a
/// link and costs transfer, propagation and the link's waiting; an arc (u,l-1) -> (u,l) computes layer l on u.
/// Under the policy `visit`, a node with a backlog has two vertices a copy: *transit*, where stages pass, and
/// *compute*, from where alone layers are computed. Entering compute from transit waits once; leaving is free;
/// a run of layers stays in compute. See Zhang et al. (2018) and Jung and Lee (2022) for layered graphs.
///
/// Layers are counted from 0 here: layer l turns stage l into stage l+1.
///
/// Choices that alone break a coupling row in force are not in the graph: a layer that does not fit a node's
/// memory or rate, a stage that does not fit a link's bandwidth.
public struct LayeredGraph: Sendable {
  public let network: NetworkGraph
  public let source: Int
  public let target: Int
  /// Sizes of the stages [byte], L+1 entries.
  public let stageBytes: [Double]
  /// What entering a node to compute waits [s], one entry a node: Q/mu under the policy `visit`, else 0.
  public let entryWaits: [Double]

  private let layers: [Layer]
  private let hostRules: [Int: [Int]]
  private let defaultHosts: [Int]?
  private let rate: Double
  private let nodes: [Node]
  /// What each layer waits at a node [s]: Q/mu under the policy `layer`, else 0.
  private let layerWaits: [Double]
  private let rows: CouplingRows

  /// - Complexity: O(N + L).
  public init(_ instance: Instance, job: Int, network: NetworkGraph, rows: CouplingRows) {
    let description = instance.jobs[job]
    let dnn = instance.dnns[description.dnn]
    let waits = instance.network.nodes.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 }
    let noWaits = [Double](repeating: 0, count: waits.count)
    self.network = network
    source = description.source
    target = description.target
    stageBytes = [dnn.input] + dnn.layers.map(\.output)
    layers = dnn.layers
    nodes = instance.network.nodes
    rate = description.rate
    self.rows = rows
    entryWaits = instance.options.waiting == .visit ? waits : noWaits
    layerWaits = instance.options.waiting == .layer ? waits : noWaits
    var rules: [Int: [Int]] = [:]
    var otherLayers: [Int]?
    for rule in description.hosts {
      if let layer = rule.layer { rules[layer] = rule.nodes } else { otherLayers = rule.nodes }
    }
    hostRules = rules
    defaultHosts = otherLayers
  }

  public var layerCount: Int { layers.count }
  public var nodeCount: Int { nodes.count }

  /// What computing a layer costs on each node [s], waiting under the policy `layer` included; infinite on
  /// nodes that cannot host it.
  ///
  /// - Complexity: O(N).
  public func computeCosts(ofLayer layer: Int) -> [Double] {
    var costs = times(ofLayer: layer)
    for node in 0..<nodeCount where costs[node] < .infinity {
      if breaksRow(layer: layer, node: node, time: costs[node]) {
        costs[node] = .infinity
      } else {
        costs[node] += layerWaits[node]
      }
    }
    return costs
  }

  /// How long a layer takes on each node without any waiting [s]; infinite where it cannot or may not run.
  public func times(ofLayer layer: Int) -> [Double] {
    let description = layers[layer]
    var times = [Double](repeating: .infinity, count: nodeCount)
    if let work = description.work ?? (description.times.isEmpty ? 0 : nil) {
      for node in 0..<nodeCount where nodes[node].compute > 0 { times[node] = work / nodes[node].compute }
    }
    for measured in description.times { times[measured.node] = measured.seconds }
    if let allowed = hostRules[layer] ?? defaultHosts {
      let unrestricted = times
      times = [Double](repeating: .infinity, count: nodeCount)
      for node in allowed { times[node] = unrestricted[node] }
    }
    return times
  }

  private func breaksRow(layer: Int, node: Int, time: Double) -> Bool {
    if let limit = rows.memory[node], layers[layer].memory > limit * CouplingRows.slack { return true }
    guard let limit = rows.computeLoad[node] else { return false }
    return rate * time > limit * CouplingRows.slack
  }

  /// What a stage pays on each arc of `graph` (the network's `forward` or `backward`) [s].
  ///
  /// - Complexity: O(E).
  public func stageCosts(ofStage stage: Int, in graph: Digraph) -> [Double] {
    let bytes = stageBytes[stage]
    var costs = network.costs(in: graph, bytes: bytes)
    for arc in 0..<costs.count where breaksRow(bytes: bytes, link: Int(graph.origin[arc])) {
      costs[arc] = .infinity
    }
    return costs
  }

  private func breaksRow(bytes: Double, link: Int) -> Bool {
    guard let limit = rows.linkLoad[link] else { return false }
    return 8 * rate * bytes > limit * CouplingRows.slack
  }
}
