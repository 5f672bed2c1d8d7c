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
    var size = PlacementModel.size(of: stated) { JobPairs.size($0, linkRows: stated.linkRows > 0) }
    size.rows += stated.linkRows
    return size
  }

  public func encode(_ stated: SplittingChoices) throws(ModelError) -> Encoding<Plan> {
    try PlacementModel.encoding(
      of: stated, formulation: name,
      legend: [
        "y_j_l_u_v = 1 if layer l of job j runs on node u and the next on v.",
        "g_j_l_u_v_a_b = 1 if stage l of job j goes from node u to node v over the link from a to b.",
      ]
    ) { job, choices, x, model throws(ModelError) in
      var pairs = JobPairs(job: job, choices: choices, x: x)
      try pairs.addRows(to: &model)
      return pairs
    }
  }
}

/// The variables of one job.
private struct JobPairs: JobVariables {
  let job: Int
  let choices: JobChoices
  let x: [[Variable]]
  /// For each layer but the last: its pairs of hosts with the next layer, and their products.
  var products: [(pairs: HostPairs, y: [Variable?])] = []
  /// The flows of each stage, L+1 entries.
  var flows: [[PairFlow]] = []

  private var graph: LayeredGraph { choices.graph }

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
      let flows: Double
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
        flows = Double((candidates ?? [graph.target]).lazy.filter { $0 != end }.count)
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
      return [Demand(origin: graph.source, destination: graph.target, amount: 1.0.expression) { $0 }]
    }
    if stage == 0 {
      return zip(choices.hosts[0], x[0]).filter { $0.0 != graph.source }.map { host, x in
        Demand(origin: graph.source, destination: host, amount: x.expression) {
          potentials.latency(throughFirstLayerOn: host, routeCost: $0)
        }
      }
    }
    if stage == graph.layerCount {
      return zip(choices.hosts[stage - 1], x[stage - 1]).filter { $0.0 != graph.target }.map { host, x in
        Demand(origin: host, destination: graph.target, amount: x.expression) {
          potentials.latency(throughLastLayerOn: host, routeCost: $0)
        }
      }
    }
    let pairs = HostPairs(job: job, layer: stage - 1, choices: choices) { paths.lengths.from($0) }
    let y = addMarginalProducts(of: pairs, x: x[stage - 1], nextX: x[stage], to: &model)
    products.append((pairs, y))
    return zip(pairs.all, y).compactMap { pair, y in
      guard let y, !pair.stays else { return nil }
      return Demand(origin: pair.host, destination: pair.nextHost, amount: y.expression) {
        potentials.latency(throughLayer: stage - 1, on: pair.host, thenOn: pair.nextHost, routeCost: $0)
      }
    }
  }

  var crossings: [[Crossing]] { flows.map { $0.flatMap(\.crossings) } }

  var latency: JobLatency {
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
    // One pair of a stage is used.
    for crossings in crossings { latency.add(crossings) }
    return latency
  }

  func route(ofStage stage: Int, from start: Int, to end: Int, in values: [Double]) -> [Int]? {
    flow(stage, start, end)?.crossings.route(from: start, to: end, in: values)
  }

  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool {
    guard products.allSatisfy({ pairs, y in pairs.mark(plan.hosts, y: y, in: &values) }) else { return false }
    for (stage, route) in plan.routes.enumerated() where route.count > 1 {
      guard let flow = flow(stage, route[0], route[route.count - 1]), flow.crossings.mark(route, in: &values)
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
}

/// The flow of one demand: binary g[l,u,v,e] for each link over which a plan of interest could send it.
private struct PairFlow {
  let origin: Int
  let destination: Int
  let crossings: [Crossing]

  /// Adds the variables and the conservation of flow: out minus in is the amount at the origin, minus the amount at
  /// the destination, and 0 elsewhere.
  init(job: Int, stage: Int, demand: Demand, _ paths: inout StagePaths, to model: inout LinearModel) {
    let (origin, destination) = (demand.origin, demand.destination)
    self.origin = origin
    self.destination = destination
    crossings = paths.arcs(for: demand).map { arc in
      Crossing(
        arc: arc, variable: model.addBinary(Label("g", job, stage, origin, destination, arc.tail, arc.head)))
    }
    var balance: [Int: LinearExpression] = [origin: -1 * demand.amount, destination: demand.amount]
    for crossing in crossings {
      balance[crossing.arc.tail, default: LinearExpression()].add(1, crossing.variable)
      balance[crossing.arc.head, default: LinearExpression()].add(-1, crossing.variable)
    }
    for (node, balance) in balance.sorted(by: { $0.key < $1.key }) {
      model.add(Label("flow", job, stage, origin, destination, node), balance == 0.0)
    }
  }
}

/// The links that a stage may cross, and the shortest paths over them.
private struct StagePaths {
  let arcs: [JobChoices.StageArc]
  private let choices: JobChoices
  /// The lengths of the shortest paths from a node to each node [s], and from each node to a node.
  var lengths: PathLengths
  private var reversed: PathLengths

  init(_ choices: JobChoices, stage: Int) {
    let (graph, network) = (choices.graph, choices.graph.network)
    self.choices = choices
    arcs = choices.keptArcs(ofStage: stage)
    lengths = PathLengths(
      graph: network.forward, costs: graph.stageCosts(ofStage: stage, in: network.forward))
    reversed = PathLengths(
      graph: network.backward, costs: graph.stageCosts(ofStage: stage, in: network.backward))
  }

  /// The arcs over which a plan of interest may send a demand; none passes a node that is no relay.
  mutating func arcs(for demand: Demand) -> [JobChoices.StageArc] {
    let (before, after) = (lengths.from(demand.origin), reversed.from(demand.destination))
    return arcs.filter { arc in
      (arc.tail == demand.origin || choices.isRelay(arc.tail))
        && (arc.head == demand.destination || choices.isRelay(arc.head))
        && choices.keeps(demand.latency(before[arc.tail] + arc.cost + after[arc.head]))
    }
  }
}
