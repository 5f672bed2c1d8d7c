import Networks

/// A network as flat arrays for searches over millions of links: the arcs of a node side by side with what they cost,
/// in both directions. Shared by all jobs and threads.
public struct SearchNetwork: Sendable {
  /// What a link costs a tensor: seconds a byte, and seconds (propagation and the link's waiting).
  struct LinkCost: BitwiseCopyable {
    var perByte: Double
    var fixed: Double

    @inline(__always)
    func seconds(bytes: Double) -> Double { bytes * perByte + fixed }
  }

  /// One direction: arcs `firstArc[u] ..< firstArc[u + 1]` lead from `u` to `head`.
  struct Arcs: Sendable {
    let firstArc: FlatArray<Int32>
    let head: FlatArray<Int32>
    let cost: FlatArray<LinkCost>
    /// What rate times size may cross each arc [bit/s]; `nil` where nothing is limited.
    let limit: FlatArray<Double>?

    @inline(__always)
    func range(_ node: Int) -> Range<Int> {
      Range(uncheckedBounds: (Int(firstArc[node]), Int(firstArc[node &+ 1])))
    }

    /// Whether `bits` a second fit.
    @inline(__always)
    func admits(_ arc: Int, bits: Double) -> Bool {
      guard let limit else { return true }
      return bits <= limit[arc]
    }
  }

  let forward: Arcs
  /// The same arcs turned round.
  let backward: Arcs
  /// Compute rates [FLOP/s]; 0 where a node only hosts layers measured on it.
  let compute: FlatArray<Double>
  /// What each node's backlog makes a job wait [s].
  let waits: FlatArray<Double>
  /// Memory that layers may take [byte], and the load they may cause [s of work a second]; infinite without a limit.
  let memoryLimit: FlatArray<Double>
  let loadLimit: FlatArray<Double>
  /// The largest compute rate [FLOP/s].
  let largestRate: Double
  /// Whether entering some node to compute waits.
  let hasEntryWaits: Bool
  /// How often a job waits.
  let waiting: WaitingPolicy

  public var nodeCount: Int { compute.count }
  public var linkCount: Int { forward.head.count }

  /// - Parameters:
  ///   - network: what is searched.
  ///   - waiting: how often a job waits for a node's backlog.
  ///   - capacities: choices that alone exceed one of these are not offered to the searches.
  /// - Complexity: O(N + E).
  public init(_ network: Network, waiting: WaitingPolicy, capacities: Capacities) {
    let tails = network.links.map { Int32($0.tail) }
    let heads = network.links.map { Int32($0.head) }
    let hasLimits = capacities.linkLoad.contains { $0 < .infinity }
    let limits = hasLimits ? capacities.linkLoad : []
    forward = Arcs(network, from: tails, to: heads, limits)
    backward = Arcs(network, from: heads, to: tails, limits)
    compute = FlatArray(network.nodes.lazy.map(\.compute))
    waits = FlatArray(network.nodes.lazy.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 })
    memoryLimit = FlatArray(capacities.memory)
    loadLimit = FlatArray(capacities.computeLoad)
    self.waiting = waiting
    largestRate = network.nodes.lazy.map(\.compute).max() ?? 0
    hasEntryWaits = waiting == .visit && network.nodes.contains { $0.backlog > 0 }
  }
}

extension SearchNetwork.Arcs {
  fileprivate init(_ network: Network, from tails: [Int32], to heads: [Int32], _ limits: [Double]) {
    let graph = Digraph(nodeCount: network.nodes.count, tails: tails, heads: heads)
    firstArc = FlatArray(graph.firstArc)
    head = FlatArray(graph.head)
    cost = FlatArray(
      graph.origin.lazy.map {
        let link = network.links[Int($0)]
        return SearchNetwork.LinkCost(
          perByte: 8 / link.bandwidth, fixed: link.latency + 8 * link.backlog / link.bandwidth)
      })
    limit = limits.isEmpty ? nil : FlatArray(graph.origin.lazy.map { limits[Int($0)] })
  }
}
