import Foundations
import Graphs
import LinearModels
import Problems
import Splitting

// The common parts of the formulations that fix every route beforehand: a stage between two hosts takes the
// shortest path, which is optimal as long as no link's load couples the jobs.

/// The reason why an instance needs a formulation that decides routes: the load of some link could bind; `nil` if
/// there is none. Under `bottleneck` every load counts, so that there must be no choice of routes.
///
/// - Complexity: O(E + J L); under `bottleneck` that of `SimpleRoutes.ambiguous`.
public func fixedRouteRefusal(of instance: Instance) -> String? {
  if instance.options.objective == .bottleneck { return ambiguousRouteRefusal(of: instance) }
  let load = instance.jobs.reduce(0.0) { load, job in
    let dnn = instance.dnns[job.dnn]
    return load + 8 * job.rate * dnn.layers.reduce(dnn.input) { $0 + $1.output }
  }
  let link = instance.network.links.first { load > $0.bandwidth * Tolerance.slack }
  guard let link else { return nil }
  let figures = Figures.apart([load, link.bandwidth], .bandwidth)
  let ends = [link.tail, link.head].map { quoted(instance.network.nodes[$0].id) }
  return """
    its routes are fixed beforehand, but the load of the link from \(ends[0]) to \(ends[1]) could bind: all stages \
    together are \(figures[0]), and it has \(figures[1]); use a formulation that decides routes (layered, \
    pairflow)
    """
}

/// The reason why routes may be chosen.
private func ambiguousRouteRefusal(of instance: Instance) -> String? {
  guard let ends = SimpleRoutes(instance).ambiguous else { return nil }
  let names = [ends.from, ends.to].map { quoted(instance.network.nodes[$0].id) }
  return """
    its routes are fixed beforehand, but there are several from \(names[0]) to \(names[1]), and the load of each link \
    counts; use a formulation that decides routes (layered, pairflow)
    """
}

/// The model of the choices of an instance that ``fixedRouteRefusal(of:)`` does not refuse, with placements, the
/// products of consecutive placements, and routes fixed beforehand.
///
/// `linearise` adds the products of two layers' placements to the model; it returns one variable for each pair, `nil`
/// if the pair is left out.
///
/// - Throws: ``/LinearModels/ModelError`` if the figures leave the range of numbers that solvers accept.
public func fixedRouteEncoding(
  of stated: SplittingChoices, name: String,
  linearise: (
    _ pairs: HostPairs, _ x: [Variable], _ nextX: [Variable], inout LinearModel
  ) -> [Variable?]
) throws(ModelError) -> Encoding<Plan> {
  var routes = RouteCosts(network: stated.network)
  return try PlacementModel.encoding(
    of: stated, formulation: name,
    legend: ["y_j_l_u_v = 1 if layer l of job j runs on node u and the next on v."]
  ) { index, choices, x, model throws(ModelError) in
    var job = FixedRouteJob(choices: choices, x: x)
    job.addRows(job: index, to: &model, &routes)
    try job.addProducts(job: index, to: &model, &routes, linearise)
    if stated.instance.options.objective == .bottleneck { job.addCrossings() }
    return job
  }
}

/// The size of such a model if all pairs of hosts are kept, with the number of rows for the products between layers
/// of that many hosts, and of nonzeros in these rows.
public func fixedRouteSize(
  of stated: SplittingChoices, rows: (_ hosts: Double, _ nextHosts: Double) -> Double,
  nonzeros: (_ hosts: Double, _ nextHosts: Double) -> Double
) -> ModelSize {
  var size = PlacementModel.size(of: stated) { choices in
    let hosts = choices.hosts.map { Double($0.count) }
    // Each layer has one host; a job without layers may have one row instead.
    var size = ModelSize(rows: max(1, Double(hosts.count)), nonzeros: hosts.reduce(0, +))
    for (count, next) in zip(hosts, hosts.dropFirst()) {
      size += ModelSize(columns: count * next, rows: rows(count, next), nonzeros: nonzeros(count, next))
    }
    return size
  }
  if stated.instance.options.objective == .bottleneck {
    // A route has a link from each node but one at most.
    let links = min(stated.linkRows, Double(stated.network.nodeCount - 1))
    size.rows += stated.linkRows
    size.nonzeros += stated.linkRows + size.columns * 2 * links
  }
  return size
}

/// Shortest-path costs between nodes for tensors of given sizes.
private struct RouteCosts {
  let network: NetworkGraph
  var bySize: [Double: PathLengths] = [:]

  /// The cost of the shortest path from `origin` to each node for a tensor of `bytes` bytes [s]; infinite if there is
  /// none.
  mutating func costs(from origin: Int, bytes: Double) -> [Double] {
    let graph = network.forward
    return bySize[bytes, default: PathLengths(graph: graph, costs: network.costs(in: graph, bytes: bytes))]
      .from(origin)
  }
}

/// One job's placements and products.
private struct FixedRouteJob: JobVariables {
  let choices: JobChoices
  let x: [[Variable]]
  var latency = JobLatency()
  /// For each layer but the last: its pairs of hosts with the next layer, and their products.
  var products: [(pairs: HostPairs, y: [Variable?])] = []
  /// By stage; empty unless loads of links are asked for.
  private(set) var crossings: [[Crossing]] = []
  private(set) var linksOfInput: [Int] = []

  private var graph: LayeredGraph { choices.graph }

  /// Adds the rows of one host for each layer, and the costs of computing there, of coming from the source and of
  /// going to the target.
  mutating func addRows(job: Int, to model: inout LinearModel, _ routes: inout RouteCosts) {
    guard graph.layerCount > 0 else {
      let cost = routes.costs(from: graph.source, bytes: graph.stageBytes[0])[graph.target]
      if choices.keeps(cost) {
        latency.constant = cost
      } else {
        model.add(Label("route", job), LinearExpression() >= 1.0)
      }
      return
    }
    for (layer, (hosts, x)) in zip(choices.hosts, x).enumerated() {
      model.add(Label("place", job, layer + 1), sum(over: x) { $0 } == 1.0)
      latency.add(
        zip(hosts, x).map { host, x in
          var cost = choices.potentials.computeCosts[layer][host]
          if layer == 0 {
            cost +=
              routes.costs(from: graph.source, bytes: graph.stageBytes[0])[host] + graph.entryWaits[host]
          }
          if layer == graph.layerCount - 1 {
            cost += routes.costs(from: host, bytes: graph.stageBytes[layer + 1])[graph.target]
          }
          return (cost, x)
        })
    }
  }

  /// Adds the products of every two consecutive layers, each with the cost of its route and the wait after it.
  mutating func addProducts(
    job: Int, to model: inout LinearModel, _ routes: inout RouteCosts,
    _ linearise: (HostPairs, [Variable], [Variable], inout LinearModel) -> [Variable?]
  ) throws(ModelError) {
    for layer in 0..<max(0, graph.layerCount - 1) {
      try ModelError.checkCancellation()
      let pairs = HostPairs(job: job, layer: layer, choices: choices) {
        routes.costs(from: $0, bytes: graph.stageBytes[layer + 1])
      }
      let y = linearise(pairs, x[layer], x[layer + 1], &model)
      latency.add(zip(pairs.all, y).compactMap { pair, y in y.map { (pair.routeCost + pair.wait, $0) } })
      products.append((pairs, y))
    }
  }

  /// Finds the links that each placement and each product crosses.
  ///
  /// - Complexity: O((N + E) log E) for each host of a layer, O(N) for each kept pair.
  mutating func addCrossings() {
    crossings = Array(repeating: [], count: graph.layerCount + 1)
    guard let first = x.first, let last = x.last else {
      linksOfInput = route(ofStage: 0, from: graph.source)(graph.target).map {
        Int(graph.network.forward.origin[$0])
      }
      return
    }
    let fromSource = route(ofStage: 0, from: graph.source)
    for (host, x) in zip(choices.hosts[0], first) { cross(fromSource(host), stage: 0, x) }
    for (layer, product) in products.enumerated() {
      var routes: (from: Int, to: (Int) -> [Int])?
      for (pair, y) in zip(product.pairs.all, product.y) where !pair.stays {
        guard let y else { continue }
        if routes?.from != pair.host { routes = (pair.host, route(ofStage: layer + 1, from: pair.host)) }
        cross(routes?.to(pair.nextHost) ?? [], stage: layer + 1, y)
      }
    }
    for (host, x) in zip(choices.hosts[choices.hosts.count - 1], last) where host != graph.target {
      cross(route(ofStage: graph.layerCount, from: host)(graph.target), stage: graph.layerCount, x)
    }
  }

  private mutating func cross(_ route: [Int], stage: Int, _ variable: Variable) {
    let network = graph.network
    for arc in route {
      let crossed = JobChoices.StageArc(
        link: Int(network.forward.origin[arc]), tail: Int(network.tails[arc]),
        head: Int(network.forward.head[arc]), cost: 0)
      crossings[stage].append(Crossing(arc: crossed, variable: variable))
    }
  }

  /// The arcs of the network's forward graph on the route of a stage from a node to each other one.
  private func route(ofStage stage: Int, from start: Int) -> (_ end: Int) -> [Int] {
    let tree = graph.network.shortestPaths(from: start, bytes: graph.stageBytes[stage])
    let network = graph.network
    return { end in
      guard end != start, tree.distance[end] < .infinity else { return [] }
      let route = tree.path(to: end, tails: network.tails)
      return zip(route, route.dropFirst()).compactMap { tail, head in
        network.forward.arcs(from: tail).first { Int(network.forward.head[$0]) == head }
      }
    }
  }

  /// The shortest path; y is not read.
  func route(ofStage stage: Int, from start: Int, to end: Int, in values: [Double]) -> [Int]? {
    let tree = graph.network.shortestPaths(from: start, bytes: graph.stageBytes[stage])
    return tree.distance[end] < .infinity ? tree.path(to: end, tails: graph.network.tails) : nil
  }

  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool {
    products.allSatisfy { pairs, y in pairs.mark(plan.hosts, y: y, in: &values) }
  }
}
