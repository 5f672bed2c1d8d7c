import Networks

/// A network in flat arrays for searches over millions of links, with neighbouring entries for the arcs of a
/// node and their costs, in both directions; shared by all jobs and threads.
public struct SearchNetwork: Sendable {
  /// The time of a tensor over a link: seconds for each byte, and those of propagation and of the link's waiting.
  struct LinkCost: BitwiseCopyable {
    var perByte: Double
    var fixed: Double

    @inline(__always)
    func seconds(bytes: Double) -> Double { bytes * perByte + fixed }
  }

  /// The arcs of one direction: `firstArc[u] ..< firstArc[u + 1]` lead from `u` to `head`.
  struct Arcs: Sendable {
    let firstArc: FlatArray<Int32>
    let head: FlatArray<Int32>
    let cost: FlatArray<LinkCost>
    /// The largest rate times size on each arc [bit/s]; `nil` if nothing is limited.
    let limit: FlatArray<Double>?

    fileprivate init(_ network: Network, from tails: [Int32], to heads: [Int32], _ limits: [Double]?) {
      let graph = Digraph(nodeCount: network.nodes.count, tails: tails, heads: heads)
      firstArc = FlatArray(graph.firstArc)
      head = FlatArray(graph.head)
      cost = FlatArray(
        graph.origin.lazy.map {
          let link = network.links[Int($0)]
          return LinkCost(perByte: 8 / link.bandwidth, fixed: link.fixedCost)
        })
      limit = limits.map { limits in FlatArray(graph.origin.lazy.map { limits[Int($0)] }) }
    }

    @inline(__always)
    func range(_ node: Int) -> Range<Int> {
      Range(uncheckedBounds: (Int(firstArc[node]), Int(firstArc[node &+ 1])))
    }

    /// Whether a load of `bits` a second fits an arc.
    @inline(__always)
    func admits(_ arc: Int, bits: Double) -> Bool {
      guard let limit else { return true }
      return bits <= limit[arc]
    }
  }

  let forward: Arcs
  /// The same arcs in reverse.
  let backward: Arcs
  let speeds: NodeSpeeds
  /// For each node whether stages may pass it; `nil` if all are relays.
  let relays: FlatArray<Bool>?
  /// The time that a job waits for each node's backlog [s].
  let waits: FlatArray<Double>
  /// The most memory [byte] and load [s of work a second] of layers on each node; infinite without a limit.
  let memoryLimit: FlatArray<Double>
  let loadLimit: FlatArray<Double>
  /// Whether a job waits on entering some node to compute.
  let hasEntryWaits: Bool
  /// The policy by which a job waits for backlogs.
  let waiting: WaitingPolicy

  public var nodeCount: Int { waits.count }

  /// Whether stages may pass a node.
  @inline(__always)
  func isRelay(_ node: Int) -> Bool { relays?[node] ?? true }

  /// The network without the choices that alone exceed one of `capacities`, which are hidden from the searches.
  ///
  /// - Complexity: O(N + E).
  public init(_ network: Network, waiting: WaitingPolicy, capacities: Capacities) {
    let tails = network.links.map { Int32($0.tail) }
    let heads = network.links.map { Int32($0.head) }
    let limits = capacities.linkLoad.contains { $0 < .infinity } ? capacities.linkLoad : nil
    forward = Arcs(network, from: tails, to: heads, limits)
    backward = Arcs(network, from: heads, to: tails, limits)
    speeds = NodeSpeeds(network.nodes)
    relays = network.hasRelaysAlone ? nil : FlatArray(network.nodes.lazy.map(\.isRelay))
    waits = FlatArray(network.nodes.lazy.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 })
    memoryLimit = FlatArray(capacities.memory)
    loadLimit = FlatArray(capacities.computeLoad)
    self.waiting = waiting
    hasEntryWaits = waiting == .visit && network.nodes.contains { $0.backlog > 0 }
  }
}

extension Network {
  /// Whether routes may pass through every node.
  var hasRelaysAlone: Bool { nodes.allSatisfy(\.isRelay) }
}
