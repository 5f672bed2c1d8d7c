import Graphs
import Networks

/// For every stage and node, the least cost until the result is at the target.
///
/// If services and delays cost the time that they take, this is a lower bound on the time under any load, because loads
/// only add to it. A node that is no relay does not pass on what came over a link; what was computed there or
/// starts there may leave it.
struct RemainingTimes: Sendable {
  /// Of stage l that was computed or starts at node u [s, if costs are], at l N + u; infinite if no path
  /// leads to the target.
  let seconds: [Double]
  /// The next vertex on the path to the target; -1 there, and if there is no path.
  let next: [Int32]
  /// The same of a stage that came over a link; other values at nodes that are no relays alone.
  let secondsOnArrival: [Double]
  let nextOnArrival: [Int32]

  /// The cost is that of a service by its resource, the time that it takes and the delay after it [s]; the graph holds the
  /// links, turned round. This takes O(L (N + E) log E).
  init(
    _ kind: JobKind, target: Int, over backward: Digraph, _ links: [Link],
    cost: (_ resource: Int, _ seconds: Double, _ delay: Double) -> Double
  ) {
    let nodes = backward.nodeCount
    var seconds = [Double](repeating: .infinity, count: (kind.layerCount + 1) * nodes)
    var next = [Int32](repeating: -1, count: seconds.count)
    let ends = (0..<nodes).filter { !backward.isRelay($0) }
    var arrivals: [(vertex: Int, seconds: Double)] = []
    for stage in (0...kind.layerCount).reversed() {
      let row = stage * nodes
      var seeds = [Double](repeating: .infinity, count: nodes)
      if stage == kind.layerCount {
        seeds[target] = 0
      } else {
        // A price of 0 makes nothing possible that is not.
        for node in 0..<nodes where kind.seconds[row + node] < .infinity {
          seeds[node] = cost(node, kind.seconds[row + node], 0) + seconds[row + nodes + node]
        }
      }
      let costs = backward.origin.map { link in
        let figures = links[Int(link)]
        return cost(nodes + Int(link), kind.bits[stage] / figures.bandwidth, figures.latency)
      }
      let tree = ShortestPathTree(in: backward, costs: costs, seeds: seeds)
      for node in 0..<nodes where tree.distance[node] < .infinity {
        seconds[row + node] = tree.distance[node]
        let arc = Int(tree.parentArc[node])
        if arc >= 0 {
          next[row + node] = Int32(row + links[Int(backward.origin[arc])].head)
        } else if stage < kind.layerCount {
          next[row + node] = Int32(row + nodes + node)
        }
      }
      arrivals += ends.map { (vertex: row + $0, seconds: seeds[$0]) }
    }
    (self.seconds, self.next) = (seconds, next)
    for arrival in arrivals {
      let isComputed = arrival.seconds < .infinity && arrival.vertex + nodes < seconds.count
      seconds[arrival.vertex] = arrival.seconds
      next[arrival.vertex] = isComputed ? Int32(arrival.vertex + nodes) : -1
    }
    (secondsOnArrival, nextOnArrival) = (seconds, next)
  }
}
