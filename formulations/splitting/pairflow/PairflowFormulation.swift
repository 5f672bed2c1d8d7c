import Graphs
import LinearModels
import Problems
import Splitting

/// Placement binaries, their products, and a binary flow for each ordered pair of hosts; README.md beside
/// this file states the model with the same symbols.
public struct PairflowFormulation: Formulation {
  public typealias P = SplittingProblem

  public let name = "pairflow"
  public let summary = "placement binaries, products, a flow for each pair of hosts; decides routes as well"

  public init() {}

  public func refusal(of instance: Instance) -> String? { nil }

  public func size(of stated: SplittingChoices) -> ModelSize {
    let links = Double(stated.limits.linkLoad.contains { $0 < .infinity } ? stated.network.linkCount : 0)
    var size = PlacementModel.size(of: stated) { JobPairs.size($0, linkRows: links > 0) }
    size.rows += links
    return size
  }

  public func encode(_ stated: SplittingChoices) throws(ModelError) -> Encoding<Plan> {
    var placement = PlacementModel(stated, formulation: name)
    placement.model.comments.append("y_j_l_u_v = 1 if layer l of job j runs on node u and the next on v.")
    placement.model.comments.append(
      "g_j_l_u_v_a_b = 1 if stage l of job j goes from node u to node v over the link from a to b.")
    var jobs: [JobPairs] = []
    for (index, choices) in stated.jobs.enumerated() {
      var job = JobPairs(job: index, choices: choices, x: placement.x[index])
      try job.addRows(to: &placement.model)
      jobs.append(job)
    }
    placement.addNodeRows()
    placement.addLinkRows(jobs.map(\.crossings))
    placement.addLatencies(jobs.map { $0.latency() })
    return try placement.encoding(jobs: jobs)
  }
}

/// The variables of one job.
private struct JobPairs: JobVariables {
  let job: Int
  let choices: JobChoices
  let x: [[Variable]]
  /// For each layer but the last: its pairs of hosts with the next layer, and their products.
  private var products: [(pairs: HostPairs, y: [Variable?])] = []
  /// The flows of each stage, L+1 entries.
  private var flows: [[PairFlow]] = []

  private var graph: LayeredGraph { choices.graph }

  init(job: Int, choices: JobChoices, x: [[Variable]]) {
    self.job = job
    self.choices = choices
    self.x = x
  }

  /// The size of these variables and rows, without the placements' own columns, if no pair is left out and
  /// every pair keeps all arcs that the stage keeps.
  ///
  /// - Complexity: O(L (N + E)).
  static func size(_ choices: JobChoices, linkRows: Bool) -> ModelSize {
    let graph = choices.graph
    let hosts = choices.hosts.map { Double($0.count) }
    var size = ModelSize(rows: Double(hosts.count), nonzeros: hosts.reduce(0, +))
    for stage in 0...graph.layerCount {
      let arcs = Double(choices.keptArcs(ofStage: stage).count)
      var flows: Double
      if stage > 0 && stage < graph.layerCount {
        let stays = Double(Set(choices.hosts[stage - 1]).intersection(choices.hosts[stage]).count)
        let products = hosts[stage - 1] * hosts[stage]
        flows = products - stays
        size += ModelSize(
          columns: products, rows: hosts[stage - 1] + hosts[stage],
          nonzeros: 2 * products + hosts[stage - 1] + hosts[stage] + 2 * flows)
      } else {
        let (end, candidates) =
          stage == 0 ? (graph.source, choices.hosts.first) : (graph.target, choices.hosts.last)
        let others = (candidates ?? [graph.target]).lazy.filter { $0 != end }.count
        flows = Double(graph.layerCount == 0 ? (graph.source == graph.target ? 0 : 1) : others)
        size.nonzeros += 2 * flows
      }
      size += ModelSize(
        columns: flows * arcs, rows: flows * Double(graph.nodeCount),
        nonzeros: flows * arcs * (linkRows ? 3 : 2))
    }
    return size
  }

  mutating func addRows(to model: inout LinearModel) throws(ModelError) {
    for layer in 0..<graph.layerCount {
      model.add(Label("place", job, layer + 1), sum(over: x[layer]) { $0 } == 1.0)
    }
    for stage in 0...graph.layerCount {
      try ModelError.checkCancellation()
      var paths = StagePaths(choices, stage: stage)
      let demands = demands(ofStage: stage, &paths, &model)
      flows.append(
        demands.map { PairFlow(job: job, stage: stage, demand: $0, &paths, to: &model) })
    }
  }

  /// The demands of a stage: between the hosts of two layers, from the source, or to the target.
  private mutating func demands(
    ofStage stage: Int, _ paths: inout StagePaths, _ model: inout LinearModel
  ) -> [Demand] {
    let potentials = choices.potentials
    if graph.layerCount == 0 {
      if graph.source == graph.target { return [] }
      return [Demand(from: graph.source, to: graph.target, amount: 1.0.expression) { $0 }]
    }
    if stage == 0 {
      return zip(choices.hosts[0], x[0]).filter { $0.0 != graph.source }.map { host, x in
        Demand(from: graph.source, to: host, amount: x.expression) {
          potentials.latency(throughFirstLayerOn: host, routeCost: $0)
        }
      }
    }
    if stage == graph.layerCount {
      return zip(choices.hosts[stage - 1], x[stage - 1]).filter { $0.0 != graph.target }.map { host, x in
        Demand(from: host, to: graph.target, amount: x.expression) {
          potentials.latency(throughLastLayerOn: host, routeCost: $0)
        }
      }
    }
    let pairs = HostPairs(job: job, layer: stage - 1, choices: choices) { paths.costs(from: $0) }
    let y = addMarginalProducts(of: pairs, x: x[stage - 1], nextX: x[stage], to: &model)
    products.append((pairs, y))
    return zip(pairs.all, y).compactMap { pair, y in
      guard let y, !pair.stays else { return nil }
      return Demand(from: pair.host, to: pair.nextHost, amount: y.expression) {
        potentials.latency(throughLayer: stage - 1, on: pair.host, thenOn: pair.nextHost, routeCost: $0)
      }
    }
  }

  /// The variables that cross each link, by stage.
  var crossings: [[(link: Int, variable: Variable)]] {
    flows.map { flows in flows.flatMap { flow in zip(flow.arcs, flow.g).map { ($0.link, $1) } } }
  }

  func latency() -> JobLatency {
    var latency = JobLatency()
    for (layer, hosts) in choices.hosts.enumerated() {
      latency.add(
        zip(hosts, x[layer]).map { host, x in
          // No layer comes before the first, so its host is entered.
          let wait = layer == 0 ? graph.entryWaits[host] : 0
          return (choices.potentials.computeCosts[layer][host] + wait, x)
        })
    }
    for (pairs, y) in products {
      latency.add(zip(pairs.all, y).compactMap { pair, y in y.map { (pair.wait, $0) } })
    }
    for flows in flows {
      // One pair is used, and its simple path leaves each node at most once.
      var leaving = [[(cost: Double, variable: Variable)]](repeating: [], count: graph.nodeCount)
      for flow in flows {
        for (arc, g) in zip(flow.arcs, flow.g) { leaving[arc.tail].append((arc.cost, g)) }
      }
      for alternatives in leaving { latency.add(alternatives) }
    }
    return latency
  }

  /// The plan with the hosts whose x is largest and routes along the flows between them, without their
  /// cycles.
  func plan(in values: [Double]) -> JobPlan? {
    PlacementModel.plan(in: values, x: x, choices: choices) { stage, start, end in
      flow(stage, start, end).flatMap { $0.arcs.used($0.g, in: values).route(from: start, to: end) }
    }
  }

  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool {
    guard PlacementModel.mark(plan.hosts, x: x, candidates: choices.hosts, in: &values),
      products.allSatisfy({ pairs, y in pairs.mark(plan.hosts, y: y, in: &values) })
    else { return false }
    for (stage, route) in plan.routes.enumerated() where route.count > 1 {
      guard let flow = flow(stage, route[0], route[route.count - 1]),
        flow.arcs.mark(route, flow.g, in: &values)
      else { return false }
    }
    return true
  }

  private func flow(_ stage: Int, _ start: Int, _ end: Int) -> PairFlow? {
    flows[stage].first { $0.origin == start && $0.destination == end }
  }
}

/// A tensor to send from one node to another.
private struct Demand {
  let origin: Int
  let destination: Int
  /// 1 if a plan sends it, otherwise 0.
  let amount: LinearExpression
  /// The shortest latency of a plan that sends it over a route with this cost [s].
  let latency: (_ routeCost: Double) -> Double

  init(
    from origin: Int, to destination: Int, amount: LinearExpression,
    latency: @escaping (_ routeCost: Double) -> Double
  ) {
    self.origin = origin
    self.destination = destination
    self.amount = amount
    self.latency = latency
  }
}

/// The flow of one demand: binary g[l,u,v,e] for each link over which a plan of interest could send it.
private struct PairFlow {
  let origin: Int
  let destination: Int
  let arcs: [JobChoices.StageArc]
  let g: [Variable]

  init(job: Int, stage: Int, demand: Demand, _ paths: inout StagePaths, to model: inout LinearModel) {
    origin = demand.origin
    destination = demand.destination
    arcs = paths.arcs(for: demand)
    g = arcs.map { [origin, destination] arc in
      model.addBinary(Label("g", job, stage, origin, destination, arc.tail, arc.head))
    }
    addConservation(job, stage, demand.amount, to: &model)
  }

  /// Adds the conservation of flow: out minus in is the amount at the origin, minus the amount at the
  /// destination, and 0 elsewhere.
  private func addConservation(
    _ job: Int, _ stage: Int, _ amount: LinearExpression, to model: inout LinearModel
  ) {
    var balance: [Int: LinearExpression] = [origin: -1 * amount, destination: amount]
    for (arc, g) in zip(arcs, g) {
      balance[arc.tail, default: LinearExpression()].add(1, g)
      balance[arc.head, default: LinearExpression()].add(-1, g)
    }
    for (node, balance) in balance.sorted(by: { $0.key < $1.key }) {
      model.add(Label("flow", job, stage, origin, destination, node), balance == 0.0)
    }
  }
}

/// The links that a stage may cross, and the shortest paths over them; each tree is computed once.
private struct StagePaths {
  let arcs: [JobChoices.StageArc]
  private let choices: JobChoices
  private let network: NetworkGraph
  private let forwardCosts: [Double]
  private let backwardCosts: [Double]
  private var fromOrigins: [Int: [Double]] = [:]
  private var toDestinations: [Int: [Double]] = [:]

  init(_ choices: JobChoices, stage: Int) {
    self.choices = choices
    network = choices.graph.network
    arcs = choices.keptArcs(ofStage: stage)
    forwardCosts = choices.graph.stageCosts(ofStage: stage, in: network.forward)
    backwardCosts = choices.graph.stageCosts(ofStage: stage, in: network.backward)
  }

  /// The length of the shortest path from a node to each node [s].
  mutating func costs(from origin: Int) -> [Double] {
    if let known = fromOrigins[origin] { return known }
    let costs = distances(origin, in: network.forward, forwardCosts)
    fromOrigins[origin] = costs
    return costs
  }

  /// The length of the shortest path from each node to a node [s].
  mutating func costs(to destination: Int) -> [Double] {
    if let known = toDestinations[destination] { return known }
    let costs = distances(destination, in: network.backward, backwardCosts)
    toDestinations[destination] = costs
    return costs
  }

  private func distances(_ node: Int, in graph: Digraph, _ costs: [Double]) -> [Double] {
    var seeds = [Double](repeating: .infinity, count: network.nodeCount)
    seeds[node] = 0
    return ShortestPathTree(in: graph, costs: costs, seeds: seeds).distance
  }

  /// The arcs over which a plan of interest may send a demand.
  mutating func arcs(for demand: Demand) -> [JobChoices.StageArc] {
    let (before, after) = (costs(from: demand.origin), costs(to: demand.destination))
    return arcs.filter { choices.keeps(demand.latency(before[$0.tail] + $0.cost + after[$0.head])) }
  }
}
