import Foundations

/// Shortest paths of many jobs that run one DNN under the same rules, through the few nodes that can host it.
///
/// It is a metric closure: for each host and each size of a tensor between layers, one run of Dijkstra's
/// algorithm gives the shortest paths to all hosts. Then a job is a dynamic program over its layers, with one
/// state for each host. The result is that of ``GoalDirectedSearch``.
public final class HostClosure: Sendable {
  private let network: SearchNetwork
  private let costs: LayerCosts
  private let stageBytes: [Double]
  private let rate: Double
  private let hosts: [Int]
  /// For each stage the position of its paths in `paths`; the first and the last stage have none.
  private let pathsOfStage: [Int]
  private let paths: [HostPaths]
  /// The costs c(l,h) of layers on hosts, L rows of H entries [s].
  private let hostCosts: FlatArray<Double>

  /// Makes the closure if it is likely to be faster than a search for each job.
  ///
  /// - Parameters:
  ///   - request: any of the requests, which share a DNN, a rate and rules.
  ///   - count: the number of the requests.
  ///   - network: the network with the capacities in force.
  ///   - workspace: memory that is reused.
  ///   - cancellation: stops the work.
  /// - Returns: `nil` if searching is likely to be faster, or the closure would take much memory.
  /// - Throws: if the work is cancelled.
  /// - Complexity: O(H D (N + E) log E) for H hosts and D sizes.
  public static func ifCheaper(
    _ request: LayeredRequest, count: Int, in network: SearchNetwork, workspace: SearchWorkspace,
    cancellation: Cancellation
  ) throws(CancellationError) -> HostClosure? {
    let layers = request.layers
    let sizes = Set(layers.dropLast().map(\.output)).count
    // In this case, a single host is already more work than searching; asked first, because the next lines
    // take O(N).
    guard !layers.isEmpty, sizes <= searchPasses * count else { return nil }
    let costs = LayerCosts(request, in: network)
    let hosts = (0..<network.nodeCount).filter { costs.mayHost($0) }
    let passes = Double(hosts.count * sizes) / Double(count)
    let steps = Double(layers.count * hosts.count * hosts.count) / stepsInSettling
    let isCheaper = passes + steps / Double(network.nodeCount) < Double(searchPasses)
    guard isCheaper, hosts.count * sizes * network.nodeCount <= largestTrees else { return nil }
    return try HostClosure(
      request, network, costs, hosts, heap: workspace.heap, cancellation: cancellation)
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
    self.costs = costs
    self.hosts = hosts
    rate = request.rate
    stageBytes = request.stageBytes
    var paths: [HostPaths] = []
    var position: [Double: Int] = [:]
    var pathsOfStage = [-1]
    for bytes in stageBytes.dropFirst().dropLast() {
      if position[bytes] == nil {
        position[bytes] = paths.count
        paths.append(
          try HostPaths(
            network, bytes: bytes, rate: request.rate, hosts, heap: heap,
            cancellation: cancellation))
      }
      pathsOfStage.append(position[bytes] ?? -1)
    }
    self.paths = paths
    self.pathsOfStage = pathsOfStage
    let hostCosts = FlatArray(repeating: 0.0, count: costs.count * hosts.count)
    for layer in 0..<costs.count {
      for (place, host) in hosts.enumerated() {
        hostCosts[layer * hosts.count + place] = costs.cost(ofLayer: layer, on: host)
      }
    }
    self.hostCosts = hostCosts
  }

  /// The shortest path of one of the jobs.
  ///
  /// - Throws: if the work is cancelled.
  /// - Complexity: O(L H^2), and two passes over the network, one of which jobs with the same target share.
  public func shortestPath(
    of request: LayeredRequest, workspace: SearchWorkspace, cancellation: Cancellation
  ) throws(CancellationError) -> (latency: Double, plan: LayeredPath?) {
    let first = Tree(network, from: request.source, bytes: stageBytes[0], rate: rate)
    let start = try first.grown(heap: workspace.heap, cancellation: cancellation)
    let key = FinalLeg.Key(target: request.target, bytes: stageBytes[costs.count], rate: rate)
    let leg = try workspace.finalLeg(key, in: network, cancellation: cancellation)
    var arrivals = hosts.indices.map { entering($0, at: start.cost[hosts[$0]]) + hostCosts[$0] }
    var origins: [[Int32]] = []
    for layer in 1..<costs.count { origins.append(advance(&arrivals, to: layer)) }
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

  /// Advances the arrival times at the hosts by a layer.
  ///
  /// - Returns: for each host the position of the host before.
  private func advance(_ arrivals: inout [Double], to layer: Int) -> [Int32] {
    let count = hosts.count
    let cost = paths[pathsOfStage[layer]].cost
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
    var routes = [Tree.path(first, to: hosts[places[0]])]
    for stage in 1..<costs.count {
      let tree = paths[pathsOfStage[stage]].trees[places[stage - 1]]
      routes.append(Tree.path(tree, to: hosts[places[stage]]))
    }
    routes.append(leg.route(from: hosts[places[places.count - 1]]))
    return LayeredPath(hosts: places.map { hosts[$0] }, routes: routes)
  }
}

/// The shortest paths of tensors of one size between all hosts.
private struct HostPaths: Sendable {
  /// The costs of the paths from each row's host, H rows of H entries [s].
  let cost: FlatArray<Double>
  /// For each host the tree of its paths: the node before each node, or -1.
  let trees: [FlatArray<Int32>]

  init(
    _ network: SearchNetwork, bytes: Double, rate: Double, _ hosts: [Int], heap: KeyHeap,
    cancellation: Cancellation
  ) throws(CancellationError) {
    let cost = FlatArray(repeating: 0.0, count: hosts.count * hosts.count)
    var trees: [FlatArray<Int32>] = []
    for (row, host) in hosts.enumerated() {
      let tree = try Tree(network, from: host, bytes: bytes, rate: rate)
        .grown(heap: heap, cancellation: cancellation)
      for (column, other) in hosts.enumerated() { cost[row * hosts.count + column] = tree.cost[other] }
      trees.append(tree.previous)
    }
    self.cost = cost
    self.trees = trees
  }
}

/// The shortest paths from one node for tensors of one size.
private struct Tree {
  private let network: SearchNetwork
  private let origin: Int
  private let bytes: Double
  private let rate: Double

  init(_ network: SearchNetwork, from origin: Int, bytes: Double, rate: Double) {
    self.network = network
    self.origin = origin
    self.bytes = bytes
    self.rate = rate
  }

  func grown(
    heap: KeyHeap, cancellation: Cancellation
  ) throws(CancellationError) -> (cost: FlatArray<Double>, previous: FlatArray<Int32>) {
    let cost = FlatArray(repeating: Double.infinity, count: network.nodeCount)
    let previous = FlatArray(repeating: Int32(-1), count: network.nodeCount)
    cost[origin] = 0
    try NearestSeeds(arcs: network.forward, bytes: bytes, rate: rate)
      .spread(cost, previous: previous, heap: heap, cancellation: cancellation)
    return (cost, previous)
  }

  static func path(_ previous: FlatArray<Int32>, to node: Int) -> [Int] {
    var path = [node]
    while previous[path[path.count - 1]] >= 0 { path.append(Int(previous[path[path.count - 1]])) }
    return path.reversed()
  }
}
