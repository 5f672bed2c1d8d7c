import Graphs
import LinearModels
import Problems
import Splitting

/// An integer flow through every job's layered graph, with side constraints; README.md beside this file
/// states the model with the same symbols.
public struct LayeredFormulation: Formulation {
  public typealias P = SplittingProblem

  public let name = "layered"
  public let summary = "one unit of flow through each job's layered graph; decides routes as well"

  public init() {}

  public func refusal(of instance: Instance) -> String? { nil }

  public func size(of stated: SplittingChoices) -> ModelSize {
    var size = PlacementModel.size(of: stated) { JobFlow.size($0, linkRows: stated.linkRows > 0) }
    size.rows += stated.linkRows
    return size
  }

  public func encode(_ stated: SplittingChoices) throws(ModelError) -> Encoding<Plan> {
    try PlacementModel.encoding(
      of: stated, formulation: name,
      legend: [
        "f_j_l_u_v = 1 if stage l of job j crosses the link from u to v.",
        "enter_j_l_u and leave_j_l_u = 1 if stage l of job j starts or stops being computed on at node u.",
      ]
    ) { JobFlow(job: $0, choices: $1, x: $2, model: &$3) }
  }
}

/// The flow variables of one job.
private struct JobFlow: JobVariables {
  let job: Int
  let choices: JobChoices
  let x: [[Variable]]
  /// The link arcs of each stage, L+1 entries, with their variables f.
  private(set) var crossings: [[Crossing]] = []
  /// By stage, the arcs of nodes with a backlog: into compute in stages 0 ..< L, out of it in stages 1 ... L.
  private var enter: [[Int: Variable]] = []
  private var leave: [[Int: Variable]] = []

  private var graph: LayeredGraph { choices.graph }

  init(job: Int, choices: JobChoices, x: [[Variable]], model: inout LinearModel) {
    self.job = job
    self.choices = choices
    self.x = x
    let potentials = choices.potentials
    for stage in 0...choices.graph.layerCount {
      crossings.append(
        choices.keptArcs(ofStage: stage).map {
          Crossing(arc: $0, variable: model.addBinary(Label("f", job, stage, $0.tail, $0.head)))
        })
      enter.append(
        waits("enter", stage, layer: stage, &model) { potentials.latency(throughEntering: $0, stage: stage) })
      leave.append(
        waits("leave", stage, layer: stage - 1, &model) {
          potentials.latency(throughLeaving: $0, stage: stage)
        })
    }
    addConservation(to: &model)
    addRelays(to: &model)
  }

  /// A variable for each host of a layer with a backlog whose shortest latency of a walk through it is kept.
  private func waits(
    _ symbol: String, _ stage: Int, layer: Int, _ model: inout LinearModel, latency: (_ host: Int) -> Double
  ) -> [Int: Variable] {
    var variables: [Int: Variable] = [:]
    guard choices.hosts.indices.contains(layer) else { return variables }
    for host in choices.hosts[layer] where isSplit(host) && choices.keeps(latency(host)) {
      variables[host] = model.addBinary(Label(symbol, job, stage, host))
    }
    return variables
  }

  /// Whether the node's vertices are split into transit and compute.
  private func isSplit(_ node: Int) -> Bool { graph.entryWaits[node] > 0 }

  /// The size of these variables and rows if no wait is left out, without the placements' own columns.
  ///
  /// - Complexity: O(L (N + E)).
  static func size(_ choices: JobChoices, linkRows: Bool) -> ModelSize {
    let graph = choices.graph
    let split = graph.entryWaits.contains { $0 > 0 } ? 2.0 : 1.0
    let waits = Double(choices.hosts.joined().lazy.filter { graph.entryWaits[$0] > 0 }.count)
    let placements = Double(choices.hosts.joined().count)
    var size = ModelSize(
      columns: 2 * waits, rows: split * Double((graph.layerCount + 1) * graph.nodeCount),
      nonzeros: 4 * waits + 2 * placements)
    for stage in 0...graph.layerCount {
      let arcs = choices.keptArcs(ofStage: stage)
      let flows = Double(arcs.count)
      size += ModelSize(columns: flows, nonzeros: (linkRows ? 3 : 2) * flows)
      let passing = arcs.lazy.filter { !choices.isRelay($0.tail) }.map(\.tail)
      if stage > 0 { size += relaySize(passing, graph.entryWaits) }
    }
    return size
  }

  /// The size of the rows that keep a stage from passing nodes, given the tail of each arc that they limit.
  private static func relaySize(_ tails: some Sequence<Int>, _ entryWaits: [Double]) -> ModelSize {
    var size = ModelSize()
    var counted: Set<Int> = []
    for tail in tails {
      size.nonzeros += 1
      guard counted.insert(tail).inserted else { continue }
      size += entryWaits[tail] > 0 ? ModelSize(rows: 2, nonzeros: 3) : ModelSize(rows: 1, nonzeros: 1)
    }
    return size
  }

  /// Adds the conservation of flow: out minus in is 1 at the source's vertex of copy 0, -1 at the target's of copy L,
  /// and 0 elsewhere.
  private func addConservation(to model: inout LinearModel) {
    let empty = [LinearExpression](repeating: LinearExpression(), count: graph.nodeCount)
    for stage in 0...graph.layerCount {
      // Out minus in at the vertices of the copy, by node.
      var (transit, compute) = (empty, empty)
      for crossing in crossings[stage] {
        transit[crossing.arc.tail].add(1, crossing.variable)
        transit[crossing.arc.head].add(-1, crossing.variable)
      }
      for (node, enter) in enter[stage] {
        transit[node].add(1, enter)
        compute[node].add(-1, enter)
      }
      for (node, leave) in leave[stage] {
        transit[node].add(-1, leave)
        compute[node].add(1, leave)
      }
      // x leaves one copy and enters the next, between compute vertices if nodes are split.
      for (layer, factor) in [(stage, 1.0), (stage - 1, -1)] where choices.hosts.indices.contains(layer) {
        for (host, x) in zip(choices.hosts[layer], x[layer]) {
          if isSplit(host) { compute[host].add(factor, x) } else { transit[host].add(factor, x) }
        }
      }
      if stage == 0 { transit[graph.source].constant -= 1 }
      if stage == graph.layerCount { transit[graph.target].constant += 1 }
      for node in 0..<graph.nodeCount {
        add(transit[node], Label("transit", job, stage, node), to: &model)
        add(compute[node], Label("compute", job, stage, node), to: &model)
      }
    }
  }

  /// Adds that nothing passes a node u that is no relay.
  ///
  /// relay[j,l,u] says that what leaves u over links was computed there: sum over v of f[j,l,u,v] <= x[j,l,u], x
  /// being that of the layer that writes stage l. At a split node the sum is at most leave[j,l,u], and
  /// leaving[j,l,u] says that leave[j,l,u] <= x[j,l,u]: otherwise a stage could enter compute and leave it without
  /// being computed on. Stage 0 leaves no such node but the source, and what comes back there only closes a cycle.
  private func addRelays(to model: inout LinearModel) {
    for stage in crossings.indices.dropFirst() {
      let passing = crossings[stage].filter { !choices.isRelay($0.arc.tail) }
      for (node, crossings) in Dictionary(grouping: passing, by: \.arc.tail).sorted(by: { $0.key < $1.key }) {
        let flow = sum(over: crossings) { $0.variable }
        let computed = choices.hosts[stage - 1].firstIndex(of: node).map { x[stage - 1][$0].expression }
        guard isSplit(node) else {
          model.add(Label("relay", job, stage, node), flow <= computed ?? LinearExpression())
          continue
        }
        let leave = leave[stage][node]?.expression ?? LinearExpression()
        model.add(Label("relay", job, stage, node), flow <= leave)
        model.add(Label("leaving", job, stage, node), leave <= computed ?? LinearExpression())
      }
    }
  }

  private func add(_ balance: LinearExpression, _ label: Label, to model: inout LinearModel) {
    if !balance.terms.isEmpty || balance.constant != 0 { model.add(label, balance == 0.0) }
  }

  var latency: JobLatency {
    var latency = JobLatency()
    for (crossings, enter) in zip(crossings, enter) {
      latency.add(crossings)
      latency.add(enter.sorted { $0.key < $1.key }.map { (graph.entryWaits[$0.key], $0.value) })
    }
    for (layer, hosts) in choices.hosts.enumerated() {
      latency.add(zip(hosts, x[layer]).map { (choices.potentials.computeCosts[layer][$0], $1) })
    }
    return latency
  }

  func route(ofStage stage: Int, from start: Int, to end: Int, in values: [Double]) -> [Int]? {
    crossings[stage].route(from: start, to: end, in: values)
  }

  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool {
    for (crossings, route) in zip(crossings, plan.routes) {
      guard crossings.mark(route, in: &values) else { return false }
    }
    for (layer, host) in plan.hosts.enumerated() where isSplit(host) {
      if layer == 0 || plan.hosts[layer - 1] != host {
        guard let enter = enter[layer][host] else { return false }
        values[enter.column] = 1
      }
      if layer == graph.layerCount - 1 || plan.hosts[layer + 1] != host {
        guard let leave = leave[layer + 1][host] else { return false }
        values[leave.column] = 1
      }
    }
    return true
  }
}
