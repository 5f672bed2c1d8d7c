import Foundations
import LinearModels
import Problems
import Splitting

/// Why the jobs of an instance cannot be scheduled.
public enum SchedulingError: Error, Sendable, CustomStringConvertible {
  /// Memory or a load could bind, which schedules do not look at, or figures combine to what no number can hold.
  case planning(PlanningError)
  /// Some layer of a job has no host, or no route leads there: a planner says why, if it is asked for a plan of the job alone.
  case unservable(job: Name, alone: Instance)

  public var description: String {
    switch self {
    case .planning(let error): error.description
    case .unservable(let job, _): "job \(TerminalText.quoted(job.text)) cannot be served"
    }
  }
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
      try Self.checkReleases(of: instance)
    } catch {
      throw .planning(error)
    }
    self.instance = instance
    resources = Resources(instance.network)
    tables = RoutingTables(instance)
    for job in instance.jobs.indices where shortest(job) == .infinity {
      throw .unservable(job: instance.jobs[job].id, alone: Self.alone(job, in: instance))
    }
    do throws(PlanningError) { try checkWaits() } catch { throw .planning(error) }
    if let reason = BindingCapacity(instance, tables).reason {
      throw .planning(.refused("schedules do not look at memory and loads, but \(reason)"))
    }
  }

  /// Everything that is ever added up must be a number: releases, and what jobs wait for at all of their visits.
  private static func checkReleases(of instance: Instance) throws(PlanningError) {
    let jobs = Double(instance.jobs.count)
    for job in instance.jobs where !(job.release * jobs < 1e300) {
      throw .figures("job \(TerminalText.quoted(job.id.text)): its release is beyond any schedule")
    }
  }

  /// A job may be charged all work and all backlogs at each of its visits.
  private func checkWaits() throws(PlanningError) {
    let nodes = Double(tables.nodeCount)
    let slowest = instance.network.links.map(\.bandwidth).min() ?? .infinity
    let delay = instance.network.links.map(\.latency).max() ?? 0
    var work = resources.backlogs.reduce(0, +)
    var visits = 0.0
    for group in tables.groups {
      let kind = group.kind
      let computing = (0..<kind.layerCount).reduce(0) { sum, layer in
        let row = kind.seconds[layer * tables.nodeCount..<(layer + 1) * tables.nodeCount]
        return sum + (row.lazy.filter { $0 < .infinity }.max() ?? 0)
      }
      let sending = kind.bits.reduce(0) { $0 + nodes * ($1 / slowest + delay) }
      work += Double(group.jobs.count) * (computing + sending)
      visits = max(visits, Double(kind.layerCount + 1) * nodes)
    }
    guard work * visits < 1e300 else {
      throw .figures("jobs that wait for each other can take longer than any number of seconds")
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

  /// What happens to a schedule.
  public func simulation(of schedule: Schedule, discipline: Discipline) -> Simulation {
    Simulation(
      chains(of: schedule.plan), order: schedule.order, on: resources, discipline: discipline)
  }

  var weights: [Double] { instance.jobs.map(\.weight) }

  /// What an objective would be if jobs took no time: values are told apart, and gaps counted, from there on [s].
  public func start(of objective: ScheduleObjective) -> Double {
    objective.value(of: instance.jobs.map(\.release), weights: weights)
  }

  /// From when on there is work to do; 0 without jobs [s].
  public var earliestRelease: Double { instance.jobs.map(\.release).min() ?? 0 }
}
