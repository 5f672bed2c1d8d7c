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
    try Self.checkHorizon(of: instance)
    self.instance = instance
    resources = Resources(instance.network)
    tables = RoutingTables(instance)
    for job in instance.jobs.indices where shortest(job) == .infinity {
      throw .refused(
        "job \(TerminalText.quoted(instance.jobs[job].id.text)) cannot be served: some layer has no host, or no route "
          + "leads to it; `layerroute solve` says why")
    }
    if let reason = BindingCapacity(instance, tables).reason {
      throw .refused("schedules do not look at memory and loads, but \(reason)")
    }
  }

  /// Everything that is ever added up must be a number: times of jobs that wait for each other, from the releases on.
  private static func checkHorizon(of instance: Instance) throws(PlanningError) {
    let jobs = Double(instance.jobs.count)
    for job in instance.jobs where !(job.release * jobs < 1e300) {
      throw .figures("job \(TerminalText.quoted(job.id.text)): its release is beyond any schedule")
    }
  }

  func group(of job: Int) -> JobGroup { tables.groups[tables.groupOfJob[job]] }

  /// What a job takes at least, from its release on, if nobody and no backlog is in the way [s].
  func shortest(_ job: Int) -> Double {
    let group = group(of: job)
    return group.remaining.seconds[group.source]
  }

  /// The shortest way of a job under loads.
  func way(of job: Int, under loads: [Double], _ search: LoadedSearch) -> LoadedWay {
    guard let way = search.way(of: group(of: job), under: loads) else {
      preconditionFailure("a job without a way was refused")
    }
    return way
  }

  /// What a job asks for on its way.
  func chain(_ way: LoadedWay, of job: Int) -> ServiceChain {
    ServiceChain(services: way.services, release: instance.jobs[job].release)
  }

  /// What a job asks for in its plan.
  func chain(_ plan: JobPlan, of job: Int) -> ServiceChain {
    let kind = group(of: job).kind
    var services: [Service] = []
    for (stage, route) in plan.routes.enumerated() {
      for (tail, head) in zip(route, route.dropFirst()) {
        guard let link = resources.link(from: tail, to: head) else {
          preconditionFailure("a route crosses links only")
        }
        let figures = instance.network.links[link]
        services.append(
          Service(
            resource: resources.link(link), seconds: kind.bits[stage] / figures.bandwidth, delay: figures.latency,
            layer: stage - 1))
      }
      guard stage < plan.hosts.count else { break }
      let host = plan.hosts[stage]
      services.append(
        Service(
          resource: host, seconds: kind.seconds[stage * tables.nodeCount + host], delay: 0, layer: stage))
    }
    return ServiceChain(services: services, release: instance.jobs[job].release)
  }

  /// What each job of a plan asks for; a plan in which the evaluator finds no flaw.
  ///
  /// - Complexity: O(J L + length of the routes).
  public func chains(of plan: Plan) -> [ServiceChain] {
    plan.jobs.indices.map { chain(plan.jobs[$0], of: $0) }
  }

  var weights: [Double] { instance.jobs.map(\.weight) }
}
