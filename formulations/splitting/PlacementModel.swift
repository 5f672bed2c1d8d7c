import Foundations
import LinearModels
import Problems
import Splitting

/// A model under construction with the parts that all formulations share: the placement variables x[j,l,u] = 1 if
/// layer l of job j runs on node u, the rows of the constraints that involve only these, and the rows and the objective
/// on the jobs' latencies.
public struct PlacementModel {
  let stated: SplittingChoices
  var model: LinearModel
  /// x by job, layer and position in the job's `hosts` of that layer.
  var x: [[[Variable]]] = []
  /// used[u] = 1 if node u runs some layer; empty without a limit to the number of hosts.
  var used: [Int: Variable] = [:]
  /// The columns h and a of memory in use and z of the makespan, each as small as other columns allow.
  var maxima: [Maximum] = []

  var instance: Instance { stated.instance }

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

  /// Adds each job's deadline if it could bind.
  private mutating func addDeadlines(_ latencies: [JobLatency]) {
    for (job, latency) in latencies.enumerated() {
      add(.deadline(job), reaching: latency.largest) { latency.expression(whole: $0, share: 1e-8) }
    }
  }

  /// Adds the row of a constraint if an expression that can reach `largest` could exceed the limit; the expression may
  /// leave out what is negligible beside it. A capacity with a switch is 0 while the switch is off.
  mutating func add(
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

  /// A variable that is at least each of some terms.
  struct Maximum {
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
}
