import Foundations

/// Shortest paths of many jobs that run one DNN under the same rules, through the few nodes that can host it.
///
/// It is a metric closure: for each host and each size of a tensor between layers, one run of Dijkstra's
/// algorithm gives the shortest paths to all hosts. Then a job is a dynamic program over its layers, with one
/// state for each host. The result is that of ``GoalDirectedSearch``.
public final class HostClosure: Sendable {
  private let network: SearchNetwork
  private let stageBytes: [Double]
  private let rate: Double
  private let hosts: [Int]
  /// The paths between hosts for the stages between layers: those of stage l at l - 1; stages of one size share them.
  private let paths: [HostPaths]
  /// The costs c(l,h) of layers on hosts, L rows of H entries [s].
  private let hostCosts: FlatArray<Double>

  /// Makes the closure if it is likely to be faster than a search for each of `count` requests, which share a
  /// DNN, a rate and rules, and of which `request` is any one.
  ///
  /// - Returns: `nil` if searching is likely to be faster, or the closure would take much memory.
  /// - Throws: if the work is cancelled.
  /// - Complexity: O(H D (N + E) log E) for H hosts and D sizes.
  public static func ifCheaper(
    _ request: LayeredRequest, count: Int, in network: SearchNetwork, workspace: SearchWorkspace,
    cancellation: Cancellation
  ) throws(CancellationError) -> HostClosure? {
    let layers = request.layers
    let sizes = Set(layers.dropLast().map(\.output)).count
    // Otherwise a single host is already more work than searching; asked first, because the next lines take O(N).
    guard !layers.isEmpty, sizes <= searchPasses * count else { return nil }
    let costs = LayerCosts(request, in: network)
    let hosts = (0..<network.nodeCount).filter { costs.mayHost($0) }
    let passes = Double(hosts.count * sizes) / Double(count)
    let steps = Double(layers.count * hosts.count * hosts.count) / stepsInSettling
    let isCheaper = passes + steps / Double(network.nodeCount) < Double(searchPasses)
    guard isCheaper, hosts.count * sizes * network.nodeCount <= largestTrees else { return nil }
    return try HostClosure(request, network, costs, hosts, heap: workspace.heap, cancellation: cancellation)
  }

  /// The time of a search that the closure replaces, in passes over the network; measured with few hosts.
  private static let searchPasses = 2
  /// The number of steps of the dynamic program that take as long as settling a label; measured.
  private static let stepsInSettling = 50.0
  /// The largest number of entries of all trees, 4 bytes each.
  private static let largestTrees = 1 << 24

  private init(
    _ request: LayeredRequest, _ network: SearchNetwork, _ costs: LayerCosts, _ hosts: [Int],
    heap: KeyHeap, cancellation: Cancellation
  ) throws(CancellationError) {
    self.network = network
    self.hosts = hosts
    rate = request.rate
    stageBytes = request.stageBytes
    var paths: [HostPaths] = []
    var pathsOfSize: [Double: HostPaths] = [:]
    for bytes in stageBytes.dropFirst().dropLast() {
      let search = NearestSeeds(
        arcs: network.forward, bytes: bytes, rate: rate, relays: network.relays)
      let found =
        if let known = pathsOfSize[bytes] { known } else {
          try HostPaths(search, hosts, heap: heap, cancellation: cancellation)
        }
      pathsOfSize[bytes] = found
      paths.append(found)
    }
    self.paths = paths
    hostCosts = FlatArray(
      (0..<costs.count).flatMap { layer in hosts.map { costs.cost(ofLayer: layer, on: $0) } })
  }

  /// The shortest path of one of the jobs.
  ///
  /// - Throws: if the work is cancelled.
  /// - Complexity: O(L H^2), and two passes over the network, one of which jobs with the same target share.
  public func shortestPath(
    of request: LayeredRequest, workspace: SearchWorkspace, cancellation: Cancellation
  ) throws(CancellationError) -> (latency: Double, plan: LayeredPath?) {
    let start = try NearestSeeds(
      arcs: network.forward, bytes: stageBytes[0], rate: rate, relays: network.relays
    ).paths(from: request.source, heap: workspace.heap, cancellation: cancellation)
    let leg = try workspace.finalLeg(of: request, in: network, cancellation: cancellation)
    var arrivals = hosts.indices.map { entering($0, at: start.cost[hosts[$0]]) + hostCosts[$0] }
    var origins: [[Int32]] = []
    for layer in 1..<stageBytes.count - 1 { origins.append(advance(&arrivals, to: layer)) }
    var (latency, last) = (Double.infinity, -1)
    for (place, host) in hosts.enumerated() where arrivals[place] + leg.cost[host] < latency {
      (latency, last) = (arrivals[place] + leg.cost[host], place)
    }
    guard last >= 0 else { return (.infinity, nil) }
    var places = [last]
    for origin in origins.reversed() { places.append(Int(origin[places[places.count - 1]])) }
    return (latency, plan(places.reversed(), start.previous, leg))
  }

  private func entering(_ place: Int, at time: Double) -> Double {
    network.hasEntryWaits ? time + network.waits[hosts[place]] : time
  }

  /// Advances the arrival times at the hosts by a layer; returns for each host the position of the host before.
  private func advance(_ arrivals: inout [Double], to layer: Int) -> [Int32] {
    let count = hosts.count
    let cost = paths[layer - 1].cost
    var next = arrivals
    var origin = [Int32](repeating: 0, count: count)
    for place in 0..<count {
      var (least, best) = (Double.infinity, place)
      for before in 0..<count where before != place {
        let time = arrivals[before] + cost[before * count + place]
        if time < least { (least, best) = (time, before) }
      }
      let coming = entering(place, at: least)
      origin[place] = Int32(arrivals[place] <= coming ? place : best)
      next[place] = min(arrivals[place], coming) + hostCosts[layer * count + place]
    }
    arrivals = next
    return origin
  }

  private func plan(_ places: [Int], _ first: FlatArray<Int32>, _ leg: FinalLeg) -> LayeredPath {
    let trees = [first] + zip(paths, places).map { $0.trees[$1] }
    let hosts = places.map { self.hosts[$0] }
    let routes = zip(trees, hosts).map { Array($0.chain(from: $1).reversed()) }
    return LayeredPath(hosts: hosts, routes: routes + [leg.next.chain(from: hosts[hosts.count - 1])])
  }
}

/// The shortest paths of tensors of one size between all hosts.
private struct HostPaths: Sendable {
  /// The costs of the paths from each row's host, H rows of H entries [s].
  let cost: FlatArray<Double>
  /// For each host the tree of its paths: the node before each node, or -1.
  let trees: [FlatArray<Int32>]

  init(
    _ search: NearestSeeds, _ hosts: [Int], heap: KeyHeap, cancellation: Cancellation
  ) throws(CancellationError) {
    var costs: [Double] = []
    var trees: [FlatArray<Int32>] = []
    for host in hosts {
      let paths = try search.paths(from: host, heap: heap, cancellation: cancellation)
      costs += hosts.map { paths.cost[$0] }
      trees.append(paths.previous)
    }
    cost = FlatArray(costs)
    self.trees = trees
  }
}
