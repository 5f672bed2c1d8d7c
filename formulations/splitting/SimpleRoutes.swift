import Graphs
import Splitting

/// The simple routes of an instance's stages: from the source of a job, between its possible hosts, and to its target.
struct SimpleRoutes {
  private let instance: Instance
  private let network: NetworkGraph

  init(_ instance: Instance) {
    self.instance = instance
    network = NetworkGraph(instance.network)
  }

  /// Two nodes between which a stage has a choice of routes; `nil` if there are none.
  ///
  /// Every simple route is the shortest one if and only if none of the links of that is avoidable.
  ///
  /// - Complexity: O(N (N + E)) and, for each pair of hosts, O(N + E) for each link of its shortest route.
  var ambiguous: (from: Int, to: Int)? {
    for job in instance.jobs.indices {
      let graph = instance.layeredGraph(ofJob: job, network, instance.limits.capacities)
      var mayHost = [Bool](repeating: false, count: network.nodeCount)
      for layer in 0..<graph.layerCount {
        for (node, time) in graph.times(ofLayer: layer).enumerated() where time < .infinity {
          mayHost[node] = true
        }
      }
      let hosts = mayHost.indices.filter { mayHost[$0] }
      let starts = Set(hosts + [graph.source]).sorted()
      let ends = Set(hosts + [graph.target]).sorted()
      for start in starts {
        let parents = routeParents(from: start, avoiding: nil)
        for end in ends where end != start && parents[end] >= 0 {
          if hasDetour(from: start, to: end, parents) { return (start, end) }
        }
      }
    }
    return nil
  }

  private func hasDetour(from start: Int, to end: Int, _ parents: [Int]) -> Bool {
    var node = end
    while node != start {
      let arc = parents[node]
      if routeParents(from: start, avoiding: arc)[end] >= 0 { return true }
      node = Int(network.tails[arc])
    }
    return false
  }

  /// By node: the last arc of a route with the fewest links; -1 without one. Routes pass relays only.
  private func routeParents(from start: Int, avoiding avoided: Int?) -> [Int] {
    var parents = [Int](repeating: -1, count: network.nodeCount)
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      if node != start && !network.forward.isRelay(node) { continue }
      for arc in network.forward.arcs(from: node) where arc != avoided {
        let head = Int(network.forward.head[arc])
        guard head != start, parents[head] < 0 else { continue }
        parents[head] = arc
        queue.append(head)
      }
    }
    return parents
  }
}
