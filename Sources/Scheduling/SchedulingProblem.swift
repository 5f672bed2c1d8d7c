import LayerRoute

/// An instance whose jobs are to be scheduled, with what all methods need to know of it.
public struct SchedulingProblem: Sendable {
  public let instance: Instance
  public let resources: Resources
  let tables: RoutingTables

  /// - Parameter instance: whose jobs are scheduled.
  /// - Throws: `PlanningError.refused` where memory or a load could bind, which schedules do not look at, or where a
  ///   job cannot be served at all; `PlanningError.figures` where figures combine to what no number can hold.
  /// - Complexity: O(K L N + B L E log N) for K DNNs and B pairs of a DNN with a target.
  public init(_ instance: Instance) throws(PlanningError) {
    try instance.checkFigures()
    if let reason = BindingCapacity.reason(in: instance) {
      throw .refused("schedules do not look at memory and loads, but \(reason)")
    }
    self.instance = instance
    resources = Resources(instance.network)
    tables = RoutingTables(instance)
    for job in instance.jobs.indices where shortest(job) == .infinity {
      throw .refused(
        "job \(TerminalText.quoted(instance.jobs[job].id.text)) cannot be served: some layer has no host, or no route "
          + "leads to it; `layerroute solve` says why")
    }
  }

  /// What a job takes at least, from its release on, if nobody and no backlog is in the way [s].
  func shortest(_ job: Int) -> Double {
    tables.bounds[tables.boundOfJob[job]].seconds[instance.jobs[job].source]
  }

  /// The shortest way of a job under loads.
  func way(of job: Int, under loads: [Double], _ search: LoadedSearch) -> LoadedSearch.Way {
    let description = instance.jobs[job]
    let way = search.way(ofJob: job, from: description.source, to: description.target, under: loads)
    guard let way else { preconditionFailure("a job without a way was refused") }
    return way
  }

  /// What a job asks for in its plan.
  func chain(_ plan: JobPlan, of job: Int) -> ServiceChain {
    ServiceChain(plan, job: job, of: instance, on: resources)
  }

  /// What each job of a plan asks for.
  public func chains(of plan: Plan) -> [ServiceChain] {
    plan.jobs.indices.map { chain(plan.jobs[$0], of: $0) }
  }

  var weights: [Double] { instance.jobs.map(\.weight) }
}

/// Whether memory or a load could bind, whatever the plan.
private enum BindingCapacity {
  private static let slack = 1 + 1e-6

  /// What could bind; `nil` where nothing can.
  static func reason(in instance: Instance) -> String? {
    memory(in: instance) ?? computeLoad(in: instance) ?? linkLoad(in: instance)
  }

  private static func memory(in instance: Instance) -> String? {
    let demand = instance.jobs.reduce(0) { sum, job in
      instance.dnns[job.dnn].layers.reduce(sum) { $0 + $1.memory }
    }
    let tight = instance.network.nodes.first { node in node.memory.map { demand > $0 * slack } ?? false }
    return tight.map {
      "the memory of node \(TerminalText.quoted($0.id.text)) has no room for all layers (\(Figures.size(demand))); leave "
        + "memory limits out, or use `layerroute solve`"
    }
  }

  private static func computeLoad(in instance: Instance) -> String? {
    for (index, node) in instance.network.nodes.enumerated() {
      let load = instance.jobs.reduce(0) { sum, job in
        job.rate == 0 ? sum : sum + job.rate * longest(job, on: index, of: instance)
      }
      if load > slack {
        return
          "the rates of the jobs could overload node \(TerminalText.quoted(node.id.text)); leave the rates out, or use "
          + "`layerroute solve`"
      }
    }
    return nil
  }

  /// All layers on a node [s].
  private static func longest(_ job: Job, on node: Int, of instance: Instance) -> Double {
    let rate = instance.network.nodes[node].compute
    return instance.dnns[job.dnn].layers.reduce(0) { sum, layer in
      if let measured = layer.times.first(where: { $0.node == node }) { return sum + measured.seconds }
      return rate > 0 ? sum + (layer.work ?? 0) / rate : sum
    }
  }

  private static func linkLoad(in instance: Instance) -> String? {
    let demand = instance.jobs.reduce(0) { sum, job in
      guard job.rate > 0 else { return sum }
      let dnn = instance.dnns[job.dnn]
      return sum + 8 * job.rate * dnn.layers.reduce(dnn.input) { $0 + $1.output }
    }
    let tight = instance.network.links.first { demand > $0.bandwidth * slack }
    return tight.map { link in
      let ends = [link.tail, link.head].map { TerminalText.quoted(instance.network.nodes[$0].id.text) }
      return
        "the rates of the jobs could overload the link from \(ends[0]) to \(ends[1]); leave the rates out, or use "
        + "`layerroute solve`"
    }
  }
}
