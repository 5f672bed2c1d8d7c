import Graphs
import Instances
import LinearModels

// What the formulations share that fix every route beforehand: a stage between two hosts takes the shortest path,
// which is right as long as no link's load couples the jobs.

/// Why an instance needs a formulation that decides routes: the load of some link could bind.
///
/// - Complexity: O(E + J L).
public func fixedRouteRefusal(of instance: Instance) -> String? {
  let load = instance.jobs.reduce(0.0) { load, job in
    let dnn = instance.dnns[job.dnn]
    return load + 8 * job.rate * dnn.layers.reduce(dnn.input) { $0 + $1.output }
  }
  let link = instance.network.links.first { load > $0.bandwidth * CouplingRows.slack }
  guard let link else { return nil }
  let ends = [link.tail, link.head].map { TerminalText.quoted(instance.network.nodes[$0].id.text) }
  return """
    its routes are fixed beforehand, but the load of the link from \(ends[0]) to \(ends[1]) could bind: all stages \
    together are \(load) bit/s, and it has \(link.bandwidth) bit/s; use a formulation that decides routes (layered)
    """
}

/// Shortest-path costs between nodes for tensors of given sizes, each tree computed once.
public struct RouteCosts {
  private struct Key: Hashable {
    let origin: Int
    let bytes: Double
  }

  private let network: NetworkGraph
  private var distances: [Key: [Double]] = [:]

  public init(_ network: NetworkGraph) { self.network = network }

  /// What `bytes` pay from `origin` to `destination` [s]; infinite where no way leads.
  ///
  /// - Complexity: O((N + E) log E) the first time for an origin and a size, O(1) afterwards.
  public mutating func cost(from origin: Int, to destination: Int, bytes: Double) -> Double {
    let key = Key(origin: origin, bytes: bytes)
    if let known = distances[key] { return known[destination] }
    let distance = network.shortestPaths(from: origin, bytes: bytes).distance
    distances[key] = distance
    return distance[destination]
  }
}

/// The way back from placements: hosts where x is largest, routes by shortest paths.
public func fixedRouteDecoder(
  _ problem: Problem, x: [[[Variable]]]
) -> @Sendable (_ values: [Double]) -> Plan? {
  { values in
    var jobs: [JobPlan] = []
    for (job, choices) in problem.jobs.enumerated() {
      guard
        let hosts = PlacementModel.hosts(in: values, x: x[job], candidates: choices.hosts),
        let routes = shortestRoutes(through: hosts, of: choices.graph)
      else { return nil }
      jobs.append(JobPlan(hosts: hosts, routes: routes))
    }
    return Plan(jobs: jobs)
  }
}

private func shortestRoutes(through hosts: [Int], of graph: LayeredGraph) -> [[Int]]? {
  let stops = [graph.source] + hosts + [graph.target]
  var routes: [[Int]] = []
  for stage in 0...graph.layerCount {
    let (start, end) = (stops[stage], stops[stage + 1])
    if start == end {
      routes.append([start])
      continue
    }
    let tree = graph.network.shortestPaths(from: start, bytes: graph.stageBytes[stage])
    guard tree.distance[end] < .infinity else { return nil }
    routes.append(tree.path(to: end, tails: graph.network.tails))
  }
  return routes
}
