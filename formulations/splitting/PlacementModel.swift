import Foundations
import LinearModels
import Problems
import Splitting

/// A model under construction with the parts that all formulations share: the placement variables x[j,l,u] = 1 if
/// layer l of job j runs on node u, the rows of the constraints that involve only these, and the rows and the objective
/// on the jobs' latencies.
public struct PlacementModel {
  private let stated: SplittingChoices
  private var model: LinearModel
  /// x by job, layer and position in the job's `hosts` of that layer.
  private var x: [[[Variable]]] = []
  /// used[u] = 1 if node u runs some layer; empty without a limit to the number of hosts.
  private var used: [Int: Variable] = [:]
  /// The columns h and a of memory in use and z of the makespan, each as small as other columns allow.
  private var maxima: [Maximum] = []

  private var instance: Instance { stated.instance }

  /// The model with the functions that decode its points to plans and encode plans as points.
  ///
  /// `encode` adds a formulation's own variables and rows of a job to the model; `legend` explains their symbols.
  ///
  /// - Throws: ``/LinearModels/ModelError`` if the figures leave the range of numbers that solvers accept.
  public static func encoding(
    of stated: SplittingChoices, formulation: String, legend: [String],
    encode: (_ job: Int, JobChoices, _ x: [[Variable]], inout LinearModel) throws(ModelError) ->
      any JobVariables
  ) throws(ModelError) -> Encoding<Plan> {
    var placement = PlacementModel(stated, formulation, legend)
    var jobs: [any JobVariables] = []
    for (job, choices) in stated.jobs.enumerated() {
      try ModelError.checkCancellation()
      jobs.append(try encode(job, choices, placement.x[job], &placement.model))
    }
    return try placement.encoding(jobs)
  }

  /// Adds the placement variables of every job.
  private init(_ stated: SplittingChoices, _ formulation: String, _ legend: [String]) {
    self.stated = stated
    model = LinearModel(name: formulation, objectiveUnit: "s")
    model.comments = Self.legend(stated.instance) + legend
    for (job, choices) in stated.jobs.enumerated() {
      x.append(
        choices.hosts.enumerated().map { layer, hosts in
          hosts.map { model.addBinary(Label("x", job, layer + 1, $0)) }
        })
    }
  }

  /// Adds the rows that all formulations share and the objective, and finishes the model.
  private mutating func encoding(_ jobs: [any JobVariables]) throws(ModelError) -> Encoding<Plan> {
    addHostLimit()
    addContiguity()
    addNodeRows()
    addLinkRows(jobs)
    let latencies = jobs.map(\.latency)
    addDeadlines(latencies)
    switch instance.options.objective {
    case .total: minimiseTotal(latencies)
    case .max: minimiseLargest(latencies)
    case .bottleneck: minimiseLoad(jobs)
    }
    let model = try model.compiled()
    return Encoding(model: model, objectiveMagnitude: stated.objectiveMagnitude) { values in
      let plans = jobs.compactMap { $0.plan(in: values) }
      return plans.count == jobs.count ? Plan(jobs: plans) : nil
    } point: { [used, maxima] plan in
      var values = [Double](repeating: 0, count: model.columnCount)
      guard zip(jobs, plan.jobs).allSatisfy({ $0.markAll($1, in: &values) }) else { return nil }
      for host in plan.hosts { if let used = used[host] { values[used.column] = 1 } }
      for maximum in maxima { values[maximum.variable.column] = maximum.value(at: values) }
      return values
    }
  }

  /// Adds hosts: sum of used[u] <= K, and use[j,l,u]: x[j,l,u] <= used[u], if the limit K could bind.
  private mutating func addHostLimit() {
    let hosts = stated.possibleHosts
    guard let limit = instance.hostLimit, limit < hosts.count else { return }
    model.comments.append("used_u = 1 if some layer runs on node u.")
    for host in hosts { used[host] = model.addBinary(Label("used", host)) }
    for (job, choices) in stated.jobs.enumerated() {
      for (layer, candidates) in choices.hosts.enumerated() {
        for (host, x) in zip(candidates, x[job][layer]) {
          if let used = used[host] { model.add(Label("use", job, layer + 1, host), x <= used) }
        }
      }
    }
    model.add(Label("hosts"), sum(over: hosts.compactMap { used[$0] }) { $0 } <= Double(limit))
  }

  /// Adds, for each node u that could run several runs of layers of a contiguous job, runs[j,u]: sum over l of
  /// start[j,l,u] <= 1, with begin[j,l,u]: start[j,l,u] >= x[j,l,u] - x[j,l-1,u]. Where the layer before cannot run on u,
  /// start is x itself.
  private mutating func addContiguity() {
    var isExplained = false
    for (job, choices) in stated.jobs.enumerated() where instance.jobs[job].isContiguous {
      var layersOfNode: [Int: [(layer: Int, x: Variable)]] = [:]
      for (layer, hosts) in choices.hosts.enumerated() {
        for (host, x) in zip(hosts, x[job][layer]) { layersOfNode[host, default: []].append((layer, x)) }
      }
      for (node, layers) in layersOfNode.sorted(by: { $0.key < $1.key })
      where layers[layers.count - 1].layer > layers[0].layer + 1 {
        var starts: [LinearExpression] = [layers[0].x.expression]
        for (before, here) in zip(layers, layers.dropFirst()) {
          guard before.layer == here.layer - 1 else {
            starts.append(here.x.expression)
            continue
          }
          let start = model.addContinuous(Label("start", job, here.layer + 1, node), upper: 1)
          let begins = here.x.expression - before.x.expression
          model.add(Label("begin", job, here.layer + 1, node), start.expression - begins >= 0.0)
          maxima.append(Maximum(variable: start, terms: [begins]))
          starts.append(start.expression)
          isExplained = true
        }
        model.add(Label("runs", job, node), sum(over: starts) { $0 } <= 1.0)
      }
    }
    if isExplained {
      model.comments.append("start_j_l_u = 1 if a run of layers of job j on node u begins with layer l.")
    }
  }

  /// Adds memory[u]: the memory in use on u <= M_u, and load[u]: sum of lambda_j time(l,u) x[j,l,u] <= 1, if
  /// they could bind; a node that hosts no layer has no capacity, which tightens the relaxation of a limit on the
  /// number of hosts.
  private mutating func addNodeRows() {
    let demands = MemoryDemand.ofNodes(stated)
    let load = nodeLoads()
    addMemoryLegend(demands)
    for (node, demand) in demands.enumerated() {
      if stated.couldBind(.memory(node), reaching: demand.largest) {
        let inUse = memoryInUse(on: node, demand)
        add(.memory(node), reaching: demand.largest, switchedBy: used[node]) { _ in inUse }
      }
      let largest = load[node].terms.reduce(0) { $0 + $1.coefficient }
      add(.computeLoad(node), reaching: largest, switchedBy: used[node]) { _ in load[node] }
    }
  }

  /// By node: the sum of lambda_j time(l,u) x[j,l,u].
  private func nodeLoads() -> [LinearExpression] {
    var load = [LinearExpression](repeating: LinearExpression(), count: stated.network.nodeCount)
    for (job, choices) in stated.jobs.enumerated() {
      let rate = instance.loadRate(ofJob: job)
      guard rate > 0 else { continue }
      for (layer, hosts) in choices.hosts.enumerated() {
        let times = choices.graph.times(ofLayer: layer)
        for (host, x) in zip(hosts, x[job][layer]) where rate * times[host] > 0 {
          load[host].add(rate * times[host], x)
        }
      }
    }
    return load
  }

  /// The memory in use on a node [byte]: the sum of m_l x[j,l,u], w_l h[d,l,u] for each layer of a DNN, and
  /// A[j,u] a[j,u] for each job, A[j,u] being the largest activations of its candidates.
  private mutating func memoryInUse(on node: Int, _ demand: MemoryDemand) -> LinearExpression {
    var inUse = LinearExpression()
    for share in demand.added { inUse.add(share.bytes, placement(share.candidate)) }
    for weights in demand.weights { inUse.add(weights.bytes, held(weights, on: node)) }
    for activations in demand.activations { inUse.add(activations.largest, peak(activations, on: node)) }
    return inUse
  }

  /// h[d,l,u], with the rows hold[j,l,u]: h[d,l,u] >= x[j,l,u]; x itself if there is only one.
  private mutating func held(_ weights: MemoryDemand.Weights, on node: Int) -> Variable {
    guard weights.isShared else { return placement(weights.candidates[0]) }
    let h = model.addContinuous(Label("h", weights.dnn, weights.layer + 1, node), upper: 1)
    let placements = weights.candidates.map(placement)
    for (candidate, x) in zip(weights.candidates, placements) {
      model.add(Label("hold", candidate.job, candidate.layer + 1, node), h >= x)
    }
    maxima.append(Maximum(variable: h, terms: placements.map(\.expression)))
    return h
  }

  /// a[j,u], with the rows peak[j,l,u]: A[j,u] a[j,u] >= act_l x[j,l,u]; x itself if there is only one.
  ///
  /// Like the placements, a is between 0 and 1, because the bytes would be far larger than all other values.
  private mutating func peak(_ activations: MemoryDemand.Activations, on node: Int) -> Variable {
    guard activations.areSeveral else { return placement(activations.shares[0].candidate) }
    let largest = activations.largest
    let a = model.addContinuous(Label("a", activations.job, node), upper: 1)
    var maximum = Maximum(variable: a, terms: [])
    for share in activations.shares {
      let x = placement(share.candidate)
      model.add(
        Label("peak", activations.job, share.candidate.layer + 1, node), largest * a >= share.bytes * x)
      maximum.terms.append((share.bytes / largest) * x)
    }
    maxima.append(maximum)
    return a
  }

  private func placement(_ candidate: MemoryDemand.Candidate) -> Variable {
    x[candidate.job][candidate.layer][candidate.position]
  }

  /// Adds the comments that explain h and a, if there are any.
  private mutating func addMemoryLegend(_ demands: [MemoryDemand]) {
    let binding = demands.indices.filter { stated.couldBind(.memory($0), reaching: demands[$0].largest) }
    let shared = Set(binding.flatMap { demands[$0].weights.filter(\.isShared).map(\.dnn) })
    if !shared.isEmpty {
      model.comments.append("h_d_l_u = 1 if node u holds the weights of layer l of DNN d.")
      model.comments += shared.sorted().map { "DNN \($0): \(instance.dnns[$0].name)" }
    }
    if binding.contains(where: { demands[$0].activations.contains(where: \.areSeveral) }) {
      model.comments.append(
        "a_j_u = largest activations of job j on node u, as a share of the largest that it may have there.")
    }
  }

  /// Adds link[u,v]: sum of 8 lambda_j d_l over the stages that cross the link <= B, if it could bind; a plan uses at
  /// most one of a stage's variables for each link.
  private mutating func addLinkRows(_ jobs: [any JobVariables]) {
    guard stated.linkRows > 0 else { return }
    var largest = [Double](repeating: 0, count: stated.network.linkCount)
    for (job, variables) in jobs.enumerated() {
      for (stage, crossings) in variables.crossings.enumerated() {
        let bits = bits(ofStage: stage, job)
        guard bits > 0 else { continue }
        for link in Set(crossings.lazy.map(\.arc.link)) { largest[link] += bits }
      }
    }
    let load = linkLoads(jobs)
    for link in load.indices { add(.linkLoad(link), reaching: largest[link]) { _ in load[link] } }
  }

  /// By link: the sum of 8 lambda_j d_l over the stages that cross it [bit/s].
  private func linkLoads(_ jobs: [any JobVariables]) -> [LinearExpression] {
    var load = [LinearExpression](repeating: LinearExpression(), count: stated.network.linkCount)
    for (job, variables) in jobs.enumerated() {
      for (stage, crossings) in variables.crossings.enumerated() {
        let bits = bits(ofStage: stage, job)
        guard bits > 0 else { continue }
        for crossing in crossings { load[crossing.arc.link].add(bits, crossing.variable) }
      }
      for link in variables.linksOfInput { load[link].constant += bits(ofStage: 0, job) }
    }
    return load
  }

  /// The bits of a stage that a link of its route carries each second.
  private func bits(ofStage stage: Int, _ job: Int) -> Double {
    8 * instance.loadRate(ofJob: job) * stated.jobs[job].graph.stageBytes[stage]
  }

  /// Adds each job's deadline if it could bind.
  private mutating func addDeadlines(_ latencies: [JobLatency]) {
    for (job, latency) in latencies.enumerated() {
      add(.deadline(job), reaching: latency.largest) { latency.expression(whole: $0, share: 1e-8) }
    }
  }

  /// Adds the row of a constraint if an expression that can reach `largest` could exceed the limit; the expression may
  /// leave out what is negligible beside it. A capacity with a switch is 0 while the switch is off.
  private mutating func add(
    _ constraint: CouplingConstraint, reaching largest: Double, switchedBy used: Variable? = nil,
    _ expression: (_ limit: Double) -> LinearExpression
  ) {
    guard stated.couldBind(constraint, reaching: largest) else { return }
    let limit = stated.limits[constraint]
    let capacity = limit * stated.rowSlack
    model.add(
      constraint.label(in: instance.network),
      expression(limit) <= (used.map { capacity * $0 } ?? LinearExpression(capacity)))
  }

  private mutating func minimiseTotal(_ latencies: [JobLatency]) {
    var total = LinearExpression()
    for (job, latency) in zip(instance.jobs, latencies) where job.weight > 0 {
      let whole = stated.objectiveMagnitude.map { $0 / job.weight }
      total.add(job.weight, latency.expression(whole: whole, share: 1e-7 / Double(latencies.count)))
    }
    model.minimise(total)
  }

  /// A variable that is at least each of some terms.
  private struct Maximum {
    let variable: Variable
    var lower = 0.0
    var terms: [LinearExpression]

    /// The least value at a point whose other values are set.
    func value(at values: [Double]) -> Double {
      terms.reduce(lower) { largest, term in
        max(largest, term.terms.reduce(term.constant) { $0 + $1.coefficient * values[$1.variable.column] })
      }
    }
  }

  /// Adds z in units of about the optimum, so that z is about 1. It starts at the lower bound, below which no makespan
  /// row binds.
  private mutating func minimiseLargest(_ latencies: [JobLatency]) {
    let unit = stated.objectiveMagnitude ?? 1
    let lowerBound = stated.lowerBound
    let lower = lowerBound < .infinity ? lowerBound / unit : 0
    let z = model.addContinuous(Label("z"), lower: lower)
    var makespan = Maximum(variable: z, lower: lower, terms: [])
    for (index, job) in instance.jobs.enumerated()
    where job.weight * latencies[index].largest > lowerBound {
      let whole = stated.objectiveMagnitude.map { $0 / job.weight }
      let latency = job.weight * latencies[index].expression(whole: whole, share: 1e-7)
      model.add(CouplingConstraint.makespanLabel(ofJob: index), unit * z >= latency)
      makespan.terms.append((1 / unit) * latency)
    }
    maxima.append(makespan)
    model.minimise(unit * z)
  }

  /// Adds z, the largest load, in units of about the optimum, with the rows load[u]: sum of lambda_j time(l,u) x[j,l,u] <= z,
  /// and link[u,v]: sum of 8 lambda_j d_l / B over the stages that cross the link <= z.
  private mutating func minimiseLoad(_ jobs: [any JobVariables]) {
    let unit = stated.objectiveMagnitude ?? 1
    let lower = stated.lowerBound < .infinity ? stated.lowerBound / unit : 0
    let z = model.addContinuous(Label("z"), lower: lower)
    var largest = Maximum(variable: z, lower: lower, terms: [])
    func limit(_ constraint: CouplingConstraint, _ load: LinearExpression) {
      guard !load.terms.isEmpty || load.constant > 0 else { return }
      model.add(constraint.label(in: instance.network), load <= unit * z)
      largest.terms.append((1 / unit) * load)
    }
    for (node, load) in nodeLoads().enumerated() { limit(.computeLoad(node), load) }
    for (link, load) in linkLoads(jobs).enumerated() {
      limit(.linkLoad(link), (1 / instance.network.links[link].bandwidth) * load)
    }
    maxima.append(largest)
    model.minimise(unit * z)
  }

  /// The size of the model, including the size that `particular` returns for the formulation's own part of a job: its
  /// columns, all of which may contribute to the job's latency, the rows that define them, and the nonzeros of these
  /// rows.
  ///
  /// - Complexity: O(J) calls of `particular`, O(J (L + N)), and O(1) for each placement.
  public static func size(
    of stated: SplittingChoices, particular: (_ choices: JobChoices) -> ModelSize
  ) -> ModelSize {
    let objective = stated.instance.options.objective
    let maxRows = objective == .max ? 1.0 : 0
    let limits = [stated.limits.memory, stated.limits.computeLoad]
    let nodeRows = limits.reduce(objective == .bottleneck ? 1.0 : 0) { rows, limits in
      rows + (limits.contains { $0 < .infinity } ? 1 : 0)
    }
    let nodes = Double(stated.network.nodeCount)
    var size = ModelSize(columns: objective == .total ? 0 : 1, rows: nodeRows * nodes)
    if objective == .bottleneck { size.nonzeros += nodes + stated.linkRows }
    for (job, choices) in stated.jobs.enumerated() {
      var added = particular(choices)
      let placements = choices.hosts.reduce(0.0) { $0 + Double($1.count) }
      let latencyRows = maxRows + (stated.limits[.deadline(job)] == .infinity ? 0 : 1)
      added.columns += placements
      added.rows += latencyRows
      if stated.instance.jobs[job].isContiguous {
        added += ModelSize(columns: placements, rows: placements + nodes, nonzeros: 4 * placements)
      }
      added.nonzeros += nodeRows * placements + latencyRows * (added.columns + 1)
      if stated.instance.hostLimit != nil {
        added += ModelSize(rows: placements, nonzeros: 2 * placements)
      }
      size += added
    }
    if stated.instance.hostLimit != nil {
      let hosts = Double(stated.possibleHosts.count)
      size += ModelSize(columns: hosts, rows: 1, nonzeros: hosts + nodeRows * nodes)
    }
    for (node, demand) in MemoryDemand.ofNodes(stated).enumerated()
    where stated.couldBind(.memory(node), reaching: demand.largest) {
      size += demand.columnSize
    }
    return size
  }

  /// The comments that explain the indices in the names of columns and rows.
  private static func legend(_ instance: Instance) -> [String] {
    var lines = [
      "Names end in indices: j of a job, l of a layer (1...L) or stage (0...L), u and v of nodes.",
      "x_j_l_u = 1 if layer l of job j runs on node u.",
    ]
    lines += instance.network.nodes.enumerated().map { "node \($0): \($1.id)" }
    for (index, job) in instance.jobs.enumerated() {
      let dnn = instance.dnns[job.dnn]
      lines.append("job \(index): \(job.id), DNN \(dnn.name)")
      lines += dnn.layers.enumerated().map { "job \(index) layer \($0 + 1): \($1.name)" }
    }
    return lines
  }
}

/// A job's latency: a constant, and groups of variables, at most one of each group being used by a plan.
public struct JobLatency: Sendable {
  /// The constant part of the latency [s].
  public var constant = 0.0
  private var groups: [[LinearExpression.Term]] = []

  /// Adds a group of alternatives, each with its cost [s]; a plan uses at most one of them.
  public mutating func add(_ alternatives: [(cost: Double, variable: Variable)]) {
    let terms = alternatives.filter { $0.cost > 0 }
    groups.append(terms.map { LinearExpression.Term(coefficient: $0.cost, variable: $0.variable) })
  }

  /// Adds the crossings of a stage: its simple path leaves each node at most once.
  public mutating func add(_ crossings: [Crossing]) {
    for (_, leaving) in Dictionary(grouping: crossings, by: \.arc.tail).sorted(by: { $0.key < $1.key }) {
      add(leaving.map { ($0.arc.cost, $0.variable) })
    }
  }

  /// An upper bound on the latency of every plan [s].
  public var largest: Double { constant + sumOfLargest(upTo: .infinity) }

  /// The latency without figures that are negligible beside `whole` [s] (nanoseconds next to an hour), because the
  /// absolute tolerances of solvers cannot handle them: each below 1e-9 of it, and together below `share` of it on
  /// every plan, a tenth of the tolerance of plans at the most. Without `whole` nothing is left out.
  func expression(whole: Double?, share: Double) -> LinearExpression {
    var threshold = 0.0
    if let whole {
      threshold = 1e-9 * whole
      while threshold > 0 && sumOfLargest(upTo: threshold) > share * whole { threshold /= 10 }
    }
    var expression = LinearExpression(constant)
    for term in groups.joined() where term.coefficient > threshold {
      expression.add(term.coefficient, term.variable)
    }
    return expression
  }

  /// The sum over the groups of their largest cost that is at most `threshold`.
  private func sumOfLargest(upTo threshold: Double) -> Double {
    groups.reduce(0) { sum, group in
      sum + group.reduce(0) { $1.coefficient <= threshold ? max($0, $1.coefficient) : $0 }
    }
  }
}
