import Graphs
import Splitting

/// The routes of a tensor of one size from a node that no other route dominates: one that takes no longer and crosses
/// none of the tracked links that the other does not cross.
///
/// Without tracked links there is one route to each node, the shortest. Routes from a node are found when they are first
/// asked for, by Dijkstra's algorithm with several labels at a node.
final class HostRoutes {
  struct Route {
    /// [s]
    var seconds: Double
    /// A bit for each tracked link that the route crosses, in the order of `tracked`.
    var tracked: UInt64
    var node: Int32
    /// The route before the last arc; -1 at the origin.
    var parent: Int32
    /// The last arc of the network's forward graph.
    var arc: Int32
  }

  /// The routes from one node.
  struct Fan {
    fileprivate(set) var routes: [Route] = []
    /// The routes to node `v` are `ofNode[firstOfNode[v] ..< firstOfNode[v + 1]]`.
    fileprivate(set) var firstOfNode: [Int32] = []
    fileprivate(set) var ofNode: [Int32] = []

    @inline(__always)
    func range(to node: Int) -> Range<Int> { Int(firstOfNode[node])..<Int(firstOfNode[node + 1]) }
  }

  private let network: NetworkGraph
  /// By arc of the network's forward graph [s].
  private let costs: [Double]
  /// By arc: the bit of its link; 0 for a link that is not tracked.
  private let bits: [UInt64]
  private var fans: [Fan?]

  /// The largest number of tracked links: each has a bit.
  static let mostTracked = 64

  /// - Parameter tracked: links, at most ``mostTracked``.
  init(_ network: NetworkGraph, costs: [Double], tracked: [Int]) {
    self.network = network
    self.costs = costs
    bits = network.forward.origin.map { link in
      tracked.firstIndex(of: Int(link)).map { 1 << UInt64($0) } ?? 0
    }
    fans = Array(repeating: nil, count: network.nodeCount)
  }

  /// The routes from a node.
  ///
  /// - Complexity: O(R (N + E) log E) for R routes to a node, the first time; then O(1).
  func fan(from origin: Int) -> Fan {
    if let known = fans[origin] { return known }
    let fan = find(from: origin)
    fans[origin] = fan
    return fan
  }

  private func find(from origin: Int) -> Fan {
    let heap = KeyHeap()
    var fan = Fan()
    var ofNode = [[Int32]](repeating: [], count: network.nodeCount)
    fan.routes.append(Route(seconds: 0, tracked: 0, node: Int32(origin), parent: -1, arc: -1))
    heap.push(key: 0, label: 0)
    while let entry = heap.pop() {
      let route = fan.routes[entry.label]
      let node = Int(route.node)
      // Labels come in the order of their times, so that only the links decide.
      if ofNode[node].contains(where: { fan.routes[Int($0)].tracked & ~route.tracked == 0 }) { continue }
      ofNode[node].append(Int32(entry.label))
      if node != origin && !network.forward.isRelay(node) { continue }
      for arc in network.forward.arcs(from: node) where costs[arc] < .infinity {
        let head = network.forward.head[arc]
        let (seconds, tracked) = (route.seconds + costs[arc], route.tracked | bits[arc])
        if ofNode[Int(head)].contains(where: { fan.routes[Int($0)].tracked & ~tracked == 0 }) { continue }
        heap.push(key: seconds, label: fan.routes.count)
        fan.routes.append(
          Route(seconds: seconds, tracked: tracked, node: head, parent: Int32(entry.label), arc: Int32(arc)))
      }
    }
    fan.firstOfNode.append(0)
    for routes in ofNode {
      fan.ofNode += routes
      fan.firstOfNode.append(Int32(fan.ofNode.count))
    }
    return fan
  }

  /// Appends the arcs of a route from a node.
  func append(_ route: Int32, from origin: Int, to steps: inout [Int32]) {
    let fan = fan(from: origin)
    let first = steps.count
    var route = fan.routes[Int(route)]
    while route.parent >= 0 {
      steps.append(route.arc)
      route = fan.routes[Int(route.parent)]
    }
    steps[first...].reverse()
  }
}
