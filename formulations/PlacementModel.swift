import Graphs
import Instances
import LinearModels

/// A model under construction with the parts that all formulations share: the placement variables
/// x[j,l,u] = 1 where layer l of job j runs on node u, the rows that only they couple through, and what is
/// made of the jobs' latencies.
public struct PlacementModel {
  public var model: LinearModel
  /// x by job, layer and position in the job's `hosts` of that layer.
  public private(set) var x: [[[Variable]]] = []
  private let problem: Problem

  /// A right-hand side times this is what a row allows: the contract's 1e-6 less the 1e-7 that solvers may
  /// overstep a row scaled to 1 by.
  public static let slack = 1 + 9e-7

  /// Adds the placement variables of every job.
  public init(_ problem: Problem, formulation: String) {
    self.problem = problem
    model = LinearModel(name: formulation, objectiveUnit: "s")
    model.comments = Self.legend(problem.instance)
    for (job, choices) in problem.jobs.enumerated() {
      x.append(
        choices.hosts.enumerated().map { layer, hosts in
          hosts.map { model.addBinary(Label("x", job, layer + 1, $0)) }
        })
    }
  }

  /// Adds memory[u]: sum of m_l x[j,l,u] <= M_u, and load[u]: sum of lambda_j time(l,u) x[j,l,u] <= 1, where
  /// they could bind.
  public mutating func addNodeRows() {
    let nodes = problem.instance.network.nodes
    var memory = [NodeSum](repeating: NodeSum(), count: nodes.count)
    var load = memory
    for (job, choices) in problem.jobs.enumerated() {
      let description = problem.instance.jobs[job]
      let layers = problem.instance.dnns[description.dnn].layers
      for (layer, hosts) in choices.hosts.enumerated() {
        let times = description.rate > 0 ? choices.graph.times(ofLayer: layer) : []
        for (position, host) in hosts.enumerated() {
          memory[host].add(layers[layer].memory, x[job][layer][position])
          if description.rate > 0 { load[host].add(description.rate * times[host], x[job][layer][position]) }
        }
      }
    }
    for (index, node) in nodes.enumerated() {
      if problem.rows.memory[index], let limit = node.memory, memory[index].canExceed(limit) {
        model.add(Label("memory", index), memory[index].expression <= limit * Self.slack)
      }
      if problem.rows.computeLoad[index], load[index].canExceed(1) {
        model.add(Label("load", index), load[index].expression <= Self.slack)
      }
    }
  }

  /// Adds each job's deadline where it could bind, and the objective.
  ///
  /// - Parameter latencies: one entry a job.
  public mutating func addLatencies(_ latencies: [JobLatency]) {
    for (job, latency) in latencies.enumerated() where problem.rows.deadline[job] {
      if let deadline = problem.instance.jobs[job].deadline,
        latency.largest > deadline * CouplingRows.slack
      {
        model.add(Label("deadline", job), latency.expression <= deadline * Self.slack)
      }
    }
    switch problem.instance.options.objective {
    case .total: minimiseTotal(latencies)
    case .max: minimiseLargest(latencies)
    }
  }

  private mutating func minimiseTotal(_ latencies: [JobLatency]) {
    var total = LinearExpression()
    for (job, latency) in zip(problem.instance.jobs, latencies) where job.weight > 0 {
      total.add(job.weight, latency.expression)
    }
    model.minimise(total)
  }

  /// z is counted in units of about the optimum, so that it is about 1 as well.
  private mutating func minimiseLargest(_ latencies: [JobLatency]) {
    let unit = problem.objectiveMagnitude ?? 1
    let z = model.addContinuous(Label("z"))
    for (index, job) in problem.instance.jobs.enumerated() where job.weight > 0 {
      model.add(Label("makespan", index), unit * z >= job.weight * latencies[index].expression)
    }
    model.minimise(unit * z)
  }

  /// The finished model with its way back.
  public func encoding(decode: @escaping @Sendable (_ values: [Double]) -> Plan?) throws(ModelError)
    -> Encoding
  {
    Encoding(model: try model.compiled(), objectiveMagnitude: problem.objectiveMagnitude, decode: decode)
  }

  /// The host of each layer of a job: where its x is largest; `nil` where one has no candidate.
  public static func hosts(
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

  /// What the indices in the names of columns and rows stand for.
  private static func legend(_ instance: Instance) -> [String] {
    var lines = [
      "Names end in indices: j of a job, l of a layer (1...L) or stage (0...L), u and v of nodes.",
      "x_j_l_u = 1 where layer l of job j runs on node u.",
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

/// A job's latency as an expression, and a value [s] that it cannot exceed on any plan.
public struct JobLatency: Sendable {
  public var expression = LinearExpression()
  public var largest = 0.0

  public init() {}
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

  /// Whether the row with this limit could bind at all.
  func canExceed(_ limit: Double) -> Bool { largest > limit * CouplingRows.slack }
}
