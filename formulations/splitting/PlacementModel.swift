import Foundations
import LinearModels
import Networks
import Problems
import Splitting

/// A model under construction with the parts that all formulations share: the placement variables x[j,l,u] =
/// 1 if layer l of job j runs on node u, the rows of the constraints that involve only these, and the rows
/// and the objective on the jobs' latencies.
public struct PlacementModel {
  public var model: LinearModel
  /// x by job, layer and position in the job's `hosts` of that layer.
  public private(set) var x: [[[Variable]]] = []
  private let stated: SplittingChoices
  /// used[u] = 1 if node u runs some layer; empty without a limit to the number of hosts.
  private var used: [Int: Variable] = [:]
  private var makespan: Makespan?

  /// Adds the placement variables of every job.
  public init(_ stated: SplittingChoices, formulation: String) {
    self.stated = stated
    model = LinearModel(name: formulation, objectiveUnit: "s")
    model.comments = Self.legend(stated.instance)
    for (job, choices) in stated.jobs.enumerated() {
      x.append(
        choices.hosts.enumerated().map { layer, hosts in
          hosts.map { model.addBinary(Label("x", job, layer + 1, $0)) }
        })
    }
  }

  /// Adds memory[u]: sum of m_l x[j,l,u] <= M_u, and load[u]: sum of lambda_j time(l,u) x[j,l,u] <= 1, if
  /// they could bind, and the rows that limit the number of hosts.
  public mutating func addNodeRows() {
    addHostLimit()
    let nodes = stated.instance.network.nodes
    var memory = [NodeSum](repeating: NodeSum(), count: nodes.count)
    var load = memory
    for (job, choices) in stated.jobs.enumerated() {
      let description = stated.instance.jobs[job]
      let layers = stated.instance.dnns[description.dnn].layers
      for (layer, hosts) in choices.hosts.enumerated() {
        let times = description.rate > 0 ? choices.graph.times(ofLayer: layer) : []
        for (position, host) in hosts.enumerated() {
          memory[host].add(layers[layer].memory, x[job][layer][position])
          if description.rate > 0 { load[host].add(description.rate * times[host], x[job][layer][position]) }
        }
      }
    }
    for index in nodes.indices {
      add(.memory(index), memory[index], on: index)
      add(.computeLoad(index), load[index], on: index)
    }
  }

  /// Adds the row of a node's constraint if it could bind.
  private mutating func add(_ constraint: CouplingConstraint, _ sum: NodeSum, on node: Int) {
    let limit = stated.limits[constraint]
    guard sum.canExceed(limit) else { return }
    model.add(constraint.label(in: stated.instance.network), sum.expression <= capacity(limit, of: node))
  }

  /// The capacity of a node in a row: 0 if it hosts no layer, which tightens the relaxation of a limit on the
  /// number of hosts.
  private func capacity(_ limit: Double, of node: Int) -> LinearExpression {
    let allowed = limit * stated.rowSlack
    return used[node].map { allowed * $0 } ?? LinearExpression(allowed)
  }

  /// Adds hosts: sum of used[u] <= K, and use[j,l,u]: x[j,l,u] <= used[u], if the limit K could bind.
  private mutating func addHostLimit() {
    let hosts = stated.possibleHosts
    guard let limit = stated.instance.hostLimit, limit < hosts.count else { return }
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

  /// Adds link[u,v]: sum of 8 lambda_j d_l over the stages that cross the link <= B, if it could bind.
  ///
  /// - Parameter crossings: for each job and stage, the links with the variables that cross them; a plan uses
  ///   at most one variable for each link.
  public mutating func addLinkRows(_ crossings: [[[(link: Int, variable: Variable)]]]) {
    let links = stated.instance.network.links
    var load = [LinearExpression](repeating: LinearExpression(), count: links.count)
    var largest = [Double](repeating: 0, count: links.count)
    for (job, stages) in crossings.enumerated() where stated.instance.jobs[job].rate > 0 {
      for (stage, crossings) in stages.enumerated() {
        let bits = 8 * stated.instance.jobs[job].rate * stated.jobs[job].graph.stageBytes[stage]
        guard bits > 0 else { continue }
        var isCrossed = [Bool](repeating: false, count: links.count)
        for (link, variable) in crossings {
          load[link].add(bits, variable)
          if !isCrossed[link] { largest[link] += bits }
          isCrossed[link] = true
        }
      }
    }
    for index in links.indices {
      let constraint = CouplingConstraint.linkLoad(index)
      let limit = stated.limits[constraint]
      guard largest[index] > limit * Tolerance.slack else { continue }
      model.add(constraint.label(in: stated.instance.network), load[index] <= limit * stated.rowSlack)
    }
  }

  /// Adds each job's deadline if it could bind, and the objective.
  ///
  /// Figures that are negligible beside the whole (nanoseconds next to an hour) are left out of these rows,
  /// because the absolute tolerances of solvers cannot handle them. The omitted part of a plan's value stays
  /// below a tenth of the tolerance.
  ///
  /// - Parameter latencies: one entry for each job.
  public mutating func addLatencies(_ latencies: [JobLatency]) {
    for (job, latency) in latencies.enumerated() {
      let constraint = CouplingConstraint.deadline(job)
      let deadline = stated.limits[constraint]
      guard latency.largest > deadline * Tolerance.slack else { continue }
      let expression = latency.expression(whole: deadline, share: 1e-8)
      model.add(constraint.label(in: stated.instance.network), expression <= deadline * stated.rowSlack)
    }
    switch stated.instance.options.objective {
    case .total: minimiseTotal(latencies)
    case .max: minimiseLargest(latencies)
    }
  }

  private mutating func minimiseTotal(_ latencies: [JobLatency]) {
    var total = LinearExpression()
    for (job, latency) in zip(stated.instance.jobs, latencies) where job.weight > 0 {
      let whole = stated.objectiveMagnitude.map { $0 / job.weight }
      total.add(job.weight, latency.expression(whole: whole, share: 1e-7 / Double(latencies.count)))
    }
    model.minimise(total)
  }

  /// The variable z and the terms that it must reach: the makespan in units of z.
  private struct Makespan {
    let z: Variable
    let lower: Double
    var terms: [LinearExpression] = []

    /// The least z at a point whose other values are set.
    func value(at values: [Double]) -> Double {
      terms.reduce(lower) { largest, term in
        max(largest, term.terms.reduce(term.constant) { $0 + $1.coefficient * values[$1.variable.column] })
      }
    }
  }

  /// Adds z in units of about the optimum, so that z is about 1. It starts at the lower bound, below which no
  /// makespan row binds.
  private mutating func minimiseLargest(_ latencies: [JobLatency]) {
    let unit = stated.objectiveMagnitude ?? 1
    let lowerBound = stated.lowerBound
    let lower = lowerBound < .infinity ? lowerBound / unit : 0
    let z = model.addContinuous(Label("z"), lower: lower)
    var makespan = Makespan(z: z, lower: lower)
    for (index, job) in stated.instance.jobs.enumerated()
    where job.weight * latencies[index].largest > lowerBound {
      let whole = stated.objectiveMagnitude.map { $0 / job.weight }
      let latency = job.weight * latencies[index].expression(whole: whole, share: 1e-7)
      model.add(CouplingConstraint.makespanLabel(ofJob: index), unit * z >= latency)
      makespan.terms.append((1 / unit) * latency)
    }
    self.makespan = makespan
    model.minimise(unit * z)
  }

  /// The finished model, with the functions that decode its points to plans and encode plans as points.
  ///
  /// - Parameter jobs: the variables of each job.
  public func encoding(jobs: [any JobVariables]) throws(ModelError) -> Encoding<Plan> {
    let model = try model.compiled()
    let (used, makespan) = (used, makespan)
    return Encoding(model: model, objectiveMagnitude: stated.objectiveMagnitude) { values in
      let plans = jobs.compactMap { $0.plan(in: values) }
      return plans.count == jobs.count ? Plan(jobs: plans) : nil
    } point: { plan in
      var values = [Double](repeating: 0, count: model.columnCount)
      guard zip(jobs, plan.jobs).allSatisfy({ $0.mark($1, in: &values) }) else { return nil }
      for host in plan.hosts { if let used = used[host] { values[used.column] = 1 } }
      if let makespan { values[makespan.z.column] = makespan.value(at: values) }
      return values
    }
  }

  /// The host of each layer of a job, the candidate with the largest x; `nil` if a layer has no candidate.
  private static func hosts(
    in values: [Double], x: [[Variable]], candidates: [[Int]]
  ) -> [Int]? {
    var hosts: [Int] = []
    for (variables, nodes) in zip(x, candidates) {
      let best = variables.indices.max { values[variables[$0].column] < values[variables[$1].column] }
      guard let best else { return nil }
      hosts.append(nodes[best])
    }
    return hosts
  }

  /// The plan of a job: the hosts that x stands for, and between consecutive hosts the routes that `route`
  /// returns; `nil` if one is missing.
  public static func plan(
    in values: [Double], x: [[Variable]], choices: JobChoices,
    route: (_ stage: Int, _ start: Int, _ end: Int) -> [Int]?
  ) -> JobPlan? {
    guard let hosts = hosts(in: values, x: x, candidates: choices.hosts) else { return nil }
    let stops = [choices.graph.source] + hosts + [choices.graph.target]
    var routes: [[Int]] = []
    for (stage, (start, end)) in zip(stops, stops.dropFirst()).enumerated() {
      guard let route = start == end ? [start] : route(stage, start, end) else { return nil }
      routes.append(route)
    }
    return JobPlan(hosts: hosts, routes: routes)
  }

  /// Sets the x of the hosts of each layer to 1; returns false if one is no candidate.
  public static func mark(
    _ hosts: [Int], x: [[Variable]], candidates: [[Int]], in values: inout [Double]
  ) -> Bool {
    for (layer, host) in hosts.enumerated() {
      guard let position = candidates[layer].firstIndex(of: host) else { return false }
      values[x[layer][position].column] = 1
    }
    return true
  }

  /// The size of the model, including the size that `particular` returns for the formulation's own part of a
  /// job: its columns, all of which may contribute to the job's latency, the rows that define them, and the
  /// nonzeros of these rows.
  ///
  /// - Complexity: O(J) calls of `particular`, and O(J (L + N)).
  public static func size(
    of stated: SplittingChoices, particular: (_ choices: JobChoices) -> ModelSize
  ) -> ModelSize {
    let isMax = stated.instance.options.objective == .max
    let rowsOfNodes = [stated.limits.memory, stated.limits.computeLoad].map { limits in
      limits.contains { $0 < .infinity } ? 1.0 : 0
    }
    let nodes = Double(stated.network.nodeCount)
    var size = ModelSize(columns: isMax ? 1 : 0, rows: rowsOfNodes.reduce(0, +) * nodes)
    for (job, choices) in stated.jobs.enumerated() {
      var added = particular(choices)
      let placements = choices.hosts.reduce(0.0) { $0 + Double($1.count) }
      let latencyRows = (isMax ? 1.0 : 0) + (stated.limits[.deadline(job)] == .infinity ? 0 : 1)
      added.columns += placements
      added.rows += latencyRows
      added.nonzeros += rowsOfNodes.reduce(0, +) * placements + latencyRows * (added.columns + 1)
      if stated.instance.hostLimit != nil {
        added.rows += placements
        added.nonzeros += 2 * placements
      }
      size += added
    }
    if stated.instance.hostLimit != nil {
      let hosts = Double(stated.possibleHosts.count)
      size += ModelSize(columns: hosts, rows: 1, nonzeros: hosts + rowsOfNodes.reduce(0, +) * nodes)
    }
    return size
  }

  /// The comments that explain the indices in the names of columns and rows.
  private static func legend(_ instance: Instance) -> [String] {
    var lines = [
      "Names end in indices: j of a job, l of a layer (1...L) or stage (0...L), u and v of nodes.",
      "x_j_l_u = 1 if layer l of job j runs on node u.",
    ]
    for (index, node) in instance.network.nodes.enumerated() { lines.append("node \(index): \(node.id)") }
    for (index, job) in instance.jobs.enumerated() {
      let dnn = instance.dnns[job.dnn]
      lines.append("job \(index): \(job.id), DNN \(dnn.name)")
      for (layer, figures) in dnn.layers.enumerated() {
        lines.append("job \(index) layer \(layer + 1): \(figures.name)")
      }
    }
    return lines
  }
}

/// A job's latency: a constant, and groups of variables, at most one of each group being used by a plan.
public struct JobLatency: Sendable {
  /// The constant part of the latency [s].
  public var constant = 0.0
  private var groups: [[LinearExpression.Term]] = []

  public init() {}

  /// Adds a group of alternatives, each with its cost [s]; a plan uses at most one of them.
  public mutating func add(_ alternatives: [(cost: Double, variable: Variable)]) {
    let terms = alternatives.filter { $0.cost > 0 }
    if !terms.isEmpty {
      groups.append(terms.map { LinearExpression.Term(coefficient: $0.cost, variable: $0.variable) })
    }
  }

  /// An upper bound on the latency of every plan [s].
  public var largest: Double { constant + sumOfLargest(upTo: .infinity) }

  /// The latency without figures that are negligible beside `whole` [s]: each below 1e-9 of it, and together
  /// below `share` of it on every plan.
  ///
  /// - Parameter whole: `nil` to leave nothing out.
  func expression(whole: Double?, share: Double) -> LinearExpression {
    var threshold = 0.0
    if let whole {
      threshold = 1e-9 * whole
      while threshold > 0 && sumOfLargest(upTo: threshold) > share * whole { threshold /= 10 }
    }
    var expression = LinearExpression(constant)
    for group in groups {
      for term in group where term.coefficient > threshold { expression.add(term.coefficient, term.variable) }
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

/// A sum over placements on one node.
private struct NodeSum {
  var expression = LinearExpression()
  private var largest = 0.0

  mutating func add(_ amount: Double, _ variable: Variable) {
    guard amount > 0 else { return }
    expression.add(amount, variable)
    largest += amount
  }

  /// Whether a row with this limit could bind.
  func canExceed(_ limit: Double) -> Bool { largest > limit * Tolerance.slack }
}
