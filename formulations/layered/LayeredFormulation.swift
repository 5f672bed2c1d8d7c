import Formulations
import Graphs
import Instances
import LinearModels

/// An integer flow through every job's layered graph, with side constraints; README.md beside this file states
/// it with the same symbols.
public struct LayeredFormulation: Formulation {
  public let name = "layered"
  public let summary = "one unit of flow through each job's layered graph; decides routes as well"

  public init() {}

  public func refusal(of instance: Instance) -> String? { nil }

  public func encode(_ problem: Problem) throws(ModelError) -> Encoding {
    var placement = PlacementModel(problem, formulation: name)
    placement.model.comments.append("f_j_l_u_v = 1 where stage l of job j crosses the link from u to v.")
    placement.model.comments.append(
      "enter_j_l_u and leave_j_l_u = 1 where stage l of job j starts or stops being computed on at node u.")
    var flows: [JobFlow] = []
    var latencies: [JobLatency] = []
    for (job, choices) in problem.jobs.enumerated() {
      let flow = JobFlow(job: job, choices: choices, x: placement.x[job], model: &placement.model)
      flow.addConservation(to: &placement.model)
      latencies.append(flow.latency())
      flows.append(flow)
    }
    placement.addNodeRows()
    addLinkRows(problem, flows, to: &placement.model)
    placement.addLatencies(latencies)
    return try placement.encoding(decode: layeredDecoder(flows))
  }

  /// link[u,v]: sum of 8 lambda_j d_l f[j,l,u,v] <= B, where it could bind.
  private func addLinkRows(_ problem: Problem, _ flows: [JobFlow], to model: inout LinearModel) {
    let links = problem.instance.network.links
    var load = [LinearExpression](repeating: LinearExpression(), count: links.count)
    var largest = [Double](repeating: 0, count: links.count)
    for (job, flow) in flows.enumerated() where problem.instance.jobs[job].rate > 0 {
      for (stage, arcs) in flow.arcs.enumerated() {
        let bits = 8 * problem.instance.jobs[job].rate * flow.choices.graph.stageBytes[stage]
        guard bits > 0 else { continue }
        for (arc, f) in zip(arcs, flow.f[stage]) {
          load[arc.link].add(bits, f)
          largest[arc.link] += bits
        }
      }
    }
    for (index, link) in links.enumerated()
    where problem.rows.linkLoad[index] && largest[index] > link.bandwidth * CouplingRows.slack {
      model.add(
        Label("link", link.tail, link.head), load[index] <= link.bandwidth * problem.rowSlack)
    }
  }
}

/// The flow variables of one job.
private struct JobFlow {
  let job: Int
  let choices: JobChoices
  let x: [[Variable]]
  /// The link arcs of each stage, L+1 entries, and their variables.
  private(set) var arcs: [[JobChoices.StageArc]] = []
  private(set) var f: [[Variable]] = []
  /// By stage, the waits of nodes with a backlog: into compute in stages 0 ..< L, out of it in stages 1 ... L.
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

  /// Out minus in is 1 at the source's vertex of copy 0, -1 at the target's of copy L, and 0 elsewhere.
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

  /// x leaves copy `layer` and enters the next one, between compute vertices where nodes are split.
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

  /// The job's plan in a solution: hosts where x is largest, routes along the flow, its cycles dropped.
  func plan(in values: [Double]) -> JobPlan? {
    guard let hosts = PlacementModel.hosts(in: values, x: x, candidates: choices.hosts) else { return nil }
    let stops = [graph.source] + hosts + [graph.target]
    var routes: [[Int]] = []
    for stage in 0...graph.layerCount {
      guard let route = route(stage: stage, from: stops[stage], to: stops[stage + 1], values) else {
        return nil
      }
      routes.append(route)
    }
    return JobPlan(hosts: hosts, routes: routes)
  }

  /// A path along arcs that carry flow.
  private func route(stage: Int, from start: Int, to end: Int, _ values: [Double]) -> [Int]? {
    var parents: [Int: Int] = [start: start]
    var frontier = [start]
    while parents[end] == nil, let node = frontier.popLast() {
      for (arc, f) in zip(arcs[stage], f[stage])
      where arc.tail == node && values[f.column] > 0.5 && parents[arc.head] == nil {
        parents[arc.head] = node
        frontier.append(arc.head)
      }
    }
    guard parents[end] != nil else { return nil }
    var path = [end]
    while let node = path.last, node != start, let parent = parents[node] { path.append(parent) }
    return path.reversed()
  }
}

private func layeredDecoder(
  _ flows: [JobFlow]
) -> @Sendable (_ values: [Double]) -> Plan? {
  { values in
    var jobs: [JobPlan] = []
    for flow in flows {
      guard let plan = flow.plan(in: values) else { return nil }
      jobs.append(plan)
    }
    return Plan(jobs: jobs)
  }
}
