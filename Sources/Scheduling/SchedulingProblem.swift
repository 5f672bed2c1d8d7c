import LayerRoute

/// Why the jobs of an instance cannot be scheduled.
public enum SchedulingError: Error, Sendable {
  /// Memory or a load could bind, which schedules do not look at, or figures combine to what no number can hold.
  case planning(PlanningError)
  /// Some layer of a job has no host, or no route leads there: a planner says why, if it is asked for a plan of the job alone.
  case unservable(job: Int, alone: Instance)
}

/// An instance whose jobs are to be scheduled, with what all methods need to know of it.
public struct SchedulingProblem: Sendable {
  public let instance: Instance
  public let resources: Resources
  let tables: RoutingTables

  /// - Parameter instance: whose jobs are scheduled.
  /// - Throws: ``SchedulingError``.
  /// - Complexity: O(K L N + B L E log N) for K DNNs and B pairs of a DNN with a target.
  public init(_ instance: Instance) throws(SchedulingError) {
    do throws(PlanningError) {
      try instance.checkFigures()
      try Self.checkHorizon(of: instance)
    } catch {
      throw .planning(error)
    }
    self.instance = instance
    resources = Resources(instance.network)
    tables = RoutingTables(instance)
    for job in instance.jobs.indices where shortest(job) == .infinity {
      throw .unservable(job: job, alone: Self.alone(job, in: instance))
    }
    if let reason = BindingCapacity(instance, tables).reason {
      throw .planning(.refused("schedules do not look at memory and loads, but \(reason)"))
    }
  }

  /// Everything that is ever added up must be a number: times of jobs that wait for each other, from the releases on.
  private static func checkHorizon(of instance: Instance) throws(PlanningError) {
    let jobs = Double(instance.jobs.count)
    for job in instance.jobs where !(job.release * jobs < 1e300) {
      throw .figures("job \(TerminalText.quoted(job.id.text)): its release is beyond any schedule")
    }
  }

  /// The job without others, limits and deadlines.
  private static func alone(_ job: Int, in instance: Instance) -> Instance {
    var alone = instance
    alone.jobs = [instance.jobs[job]]
    alone.jobs[0].deadline = nil
    alone.jobs[0].rate = 0
    for node in alone.network.nodes.indices { alone.network.nodes[node].memory = nil }
    return alone
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
            resource: resources.link(link), seconds: kind.bits[stage] / figures.bandwidth,
            delay: figures.latency,
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

  /// From when on a schedule takes its time; 0 without jobs [s].
  public var earliestRelease: Double { instance.jobs.map(\.release).min() ?? 0 }
}
