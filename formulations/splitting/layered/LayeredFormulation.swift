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
    let links = Double(stated.limits.linkLoad.contains { $0 < .infinity } ? stated.network.linkCount : 0)
    var size = PlacementModel.size(of: stated) { JobFlow.size($0, linkRows: links > 0) }
    size.rows += links
    return size
  }

  public func encode(_ stated: SplittingChoices) throws(ModelError) -> Encoding<Plan> {
    var placement = PlacementModel(stated, formulation: name)
    placement.model.comments.append("f_j_l_u_v = 1 if stage l of job j crosses the link from u to v.")
    placement.model.comments.append(
      "enter_j_l_u and leave_j_l_u = 1 if stage l of job j starts or stops being computed on at node u.")
    var flows: [JobFlow] = []
    var latencies: [JobLatency] = []
    for (job, choices) in stated.jobs.enumerated() {
      try ModelError.checkCancellation()
      let flow = JobFlow(job: job, choices: choices, x: placement.x[job], model: &placement.model)
      flow.addConservation(to: &placement.model)
      latencies.append(flow.latency())
      flows.append(flow)
    }
    placement.addNodeRows()
    placement.addLinkRows(flows.map(\.crossings))
    placement.addLatencies(latencies)
    return try placement.encoding(jobs: flows)
  }
}

/// The flow variables of one job.
private struct JobFlow: JobVariables {
  let job: Int
  let choices: JobChoices
  let x: [[Variable]]
  /// The link arcs of each stage, L+1 entries, and their variables.
  private(set) var arcs: [[JobChoices.StageArc]] = []
  private(set) var f: [[Variable]] = []
  /// By stage, the arcs of nodes with a backlog: into compute in stages 0 ..< L, out of it in stages 1 ... L.
  private var enter: [[Int: Variable]] = []
  private var leave: [[Int: Variable]] = []

  private var graph: LayeredGraph { choices.graph }

  init(job: Int, choices: JobChoices, x: [[Variable]], model: inout LinearModel) {
    self.job = job
    self.choices = choices
    self.x = x
    for stage in 0...choices.graph.layerCount {
      let kept = choices.keptArcs(ofStage: stage)
      arcs.append(kept)
      f.append(kept.map { model.addBinary(Label("f", job, stage, $0.tail, $0.head)) })
      enter.append(addEntering(stage: stage, to: &model))
      leave.append(addLeaving(stage: stage, to: &model))
    }
  }

  private func addEntering(stage: Int, to model: inout LinearModel) -> [Int: Variable] {
    var variables: [Int: Variable] = [:]
    guard stage < graph.layerCount else { return variables }
    for host in choices.hosts[stage] where isSplit(host) {
      if choices.keeps(choices.potentials.latency(throughEntering: host, stage: stage)) {
        variables[host] = model.addBinary(Label("enter", job, stage, host))
      }
    }
    return variables
  }

  private func addLeaving(stage: Int, to model: inout LinearModel) -> [Int: Variable] {
    var variables: [Int: Variable] = [:]
    guard stage > 0 else { return variables }
    for host in choices.hosts[stage - 1] where isSplit(host) {
      if choices.keeps(choices.potentials.latency(throughLeaving: host, stage: stage)) {
        variables[host] = model.addBinary(Label("leave", job, stage, host))
      }
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
    let waits = choices.hosts.reduce(0.0) { sum, hosts in
      sum + Double(hosts.lazy.filter { graph.entryWaits[$0] > 0 }.count)
    }
    let placements = choices.hosts.reduce(0.0) { $0 + Double($1.count) }
    let flows = (0...graph.layerCount).reduce(0.0) { $0 + Double(choices.keptArcs(ofStage: $1).count) }
    return ModelSize(
      columns: flows + 2 * waits, rows: split * Double((graph.layerCount + 1) * graph.nodeCount),
      nonzeros: (linkRows ? 3 : 2) * flows + 4 * waits + 2 * placements)
  }

  /// The variables that cross each link, by stage.
  var crossings: [[(link: Int, variable: Variable)]] {
    zip(arcs, f).map { arcs, f in zip(arcs, f).map { ($0.link, $1) } }
  }

  /// Adds the conservation of flow: out minus in is 1 at the source's vertex of copy 0, -1 at the target's of
  /// copy L, and 0 elsewhere.
  func addConservation(to model: inout LinearModel) {
    for stage in 0...graph.layerCount {
      var balance = Balance(nodeCount: graph.nodeCount)
      addFlows(ofStage: stage, to: &balance)
      if stage < graph.layerCount { addComputing(layer: stage, factor: 1, to: &balance) }
      if stage > 0 { addComputing(layer: stage - 1, factor: -1, to: &balance) }
      if stage == 0 { balance.transit[graph.source].constant -= 1 }
      if stage == graph.layerCount { balance.transit[graph.target].constant += 1 }
      for node in 0..<graph.nodeCount {
        add(balance.transit[node], Label("transit", job, stage, node), to: &model)
        add(balance.compute[node], Label("compute", job, stage, node), to: &model)
      }
    }
  }

  /// Out minus in at the vertices of one copy, by node.
  private struct Balance {
    var transit: [LinearExpression]
    var compute: [LinearExpression]

    init(nodeCount: Int) {
      transit = Array(repeating: LinearExpression(), count: nodeCount)
      compute = transit
    }
  }

  private func add(_ balance: LinearExpression, _ label: Label, to model: inout LinearModel) {
    if balance.terms.isEmpty && balance.constant == 0 { return }
    model.add(label, balance == 0.0)
  }

  private func addFlows(ofStage stage: Int, to balance: inout Balance) {
    for (arc, f) in zip(arcs[stage], f[stage]) {
      balance.transit[arc.tail].add(1, f)
      balance.transit[arc.head].add(-1, f)
    }
    for (node, enter) in enter[stage] {
      balance.transit[node].add(1, enter)
      balance.compute[node].add(-1, enter)
    }
    for (node, leave) in leave[stage] {
      balance.transit[node].add(-1, leave)
      balance.compute[node].add(1, leave)
    }
  }

  /// Adds x, which leaves copy `layer` and enters the next one, between compute vertices if nodes are split.
  private func addComputing(layer: Int, factor: Double, to balance: inout Balance) {
    for (host, x) in zip(choices.hosts[layer], x[layer]) {
      if isSplit(host) {
        balance.compute[host].add(factor, x)
      } else {
        balance.transit[host].add(factor, x)
      }
    }
  }

  func latency() -> JobLatency {
    var latency = JobLatency()
    for stage in 0...graph.layerCount {
      // A simple path leaves each node at most once.
      var leaving = [[(cost: Double, variable: Variable)]](repeating: [], count: graph.nodeCount)
      for (arc, f) in zip(arcs[stage], f[stage]) { leaving[arc.tail].append((arc.cost, f)) }
      for alternatives in leaving { latency.add(alternatives) }
      latency.add(enter[stage].sorted { $0.key < $1.key }.map { (graph.entryWaits[$0.key], $0.value) })
    }
    for (layer, hosts) in choices.hosts.enumerated() {
      latency.add(zip(hosts, x[layer]).map { (choices.potentials.computeCosts[layer][$0], $1) })
    }
    return latency
  }

  /// The plan with the hosts whose x is largest and routes along the flow, without its cycles.
  func plan(in values: [Double]) -> JobPlan? {
    PlacementModel.plan(in: values, x: x, choices: choices) { stage, start, end in
      arcs[stage].used(f[stage], in: values).route(from: start, to: end)
    }
  }

  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool {
    guard PlacementModel.mark(plan.hosts, x: x, candidates: choices.hosts, in: &values) else { return false }
    for (stage, route) in plan.routes.enumerated() {
      guard arcs[stage].mark(route, f[stage], in: &values) else { return false }
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
