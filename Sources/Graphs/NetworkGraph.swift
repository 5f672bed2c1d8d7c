import Networks

/// A network as a graph in both directions, with the costs of its links; shared by all jobs.
public struct NetworkGraph: Sendable {
  public let forward: Digraph
  /// The same arcs in reverse.
  public let backward: Digraph
  /// The node that each arc of `forward` leaves.
  public let tails: [Int32]

  public let nodes: [Node]
  let speeds: NodeSpeeds
  /// The bandwidths of the links [bit/s], in the network's order.
  public let bandwidth: [Double]
  /// The propagation delay and the waiting time of the links [s], in the network's order.
  private let fixedCost: [Double]

  /// - Complexity: O(N + E).
  public init(_ network: Network) {
    let tails = network.links.map { Int32($0.tail) }
    let heads = network.links.map { Int32($0.head) }
    nodes = network.nodes
    let relays = network.hasRelaysAlone ? [] : nodes.map(\.isRelay)
    forward = Digraph(nodeCount: nodes.count, tails: tails, heads: heads, relays: relays)
    backward = Digraph(nodeCount: nodes.count, tails: heads, heads: tails, relays: relays)
    self.tails = forward.origin.map { tails[Int($0)] }
    speeds = NodeSpeeds(nodes)
    bandwidth = network.links.map(\.bandwidth)
    fixedCost = network.links.map(\.fixedCost)
  }

  public var nodeCount: Int { forward.nodeCount }
  public var linkCount: Int { bandwidth.count }

  /// The time of a tensor over a link [s]: transfer, propagation and the link's waiting.
  public func cost(ofLink link: Int, bytes: Double) -> Double {
    8 * bytes / bandwidth[link] + fixedCost[link]
  }

  /// The costs of all arcs of `graph` (`forward` or `backward`) for a tensor of that many bytes [s].
  ///
  /// - Complexity: O(E).
  public func costs(in graph: Digraph, bytes: Double) -> [Double] {
    graph.origin.map { cost(ofLink: Int($0), bytes: bytes) }
  }

  /// The shortest paths from one node for a tensor of that many bytes, all links allowed.
  ///
  /// - Complexity: O((N + E) log E).
  public func shortestPaths(from origin: Int, bytes: Double) -> ShortestPathTree {
    ShortestPathTree(in: forward, costs: costs(in: forward, bytes: bytes), seeds: forward.seeds(at: [origin]))
  }
}

extension Link {
  /// The propagation delay and the waiting time of the link [s].
  var fixedCost: Double { latency + 8 * backlog / bandwidth }
}
