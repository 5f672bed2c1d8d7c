import Foundations
import Graphs
import Splitting

/// Routes every job by itself on its shortest path, which is optimal if the result satisfies every constraint.
///
/// The jobs are distributed over the processors. Jobs with the same target share the distances to it. If many jobs
/// run the same DNN on few hosts, they share the shortest paths between these hosts instead.
public struct ShortestPaths: Sendable {
  /// The shortest latency of each job [s]; infinite if it has no path to its target.
  public let latencies: [Double]
  /// The plan of the shortest paths; `nil` if a job has none.
  public let plan: Plan?

  /// - Throws: if the task is cancelled; large instances take seconds.
  /// - Complexity: that of a `GoalDirectedSearch` for each job.
  public init(_ instance: Instance) throws(CancellationError) {
    let network = instance.searchNetwork
    let paths = try Cancellation.ofCurrentTask { cancellation throws(CancellationError) in
      try JobSearches(instance: instance, network: network, cancellation: cancellation).paths()
    }
    latencies = paths.map(\.latency)
    let jobs = paths.compactMap(\.plan)
    plan = jobs.count == paths.count ? Plan(jobs: jobs) : nil
  }
}

/// The searches of all jobs.
private struct JobSearches: Sendable {
  typealias Path = (latency: Double, plan: JobPlan?)

  let instance: Instance
  let network: SearchNetwork
  let cancellation: Cancellation

  /// The properties that jobs of one closure share.
  private struct Kind: Hashable {
    let dnn: Int
    let rate: Double
    let rules: [[Int]]
  }

  /// The paths, one for each job.
  func paths() throws(CancellationError) -> [Path] {
    let kinds = Dictionary(grouping: instance.jobs.indices) {
      let job = instance.jobs[$0]
      return Kind(dnn: job.dnn, rate: job.rate, rules: job.hosts.map { [$0.layer ?? -1] + $0.nodes })
    }
    let jobsOfKind = Array(kinds.values)
    let closures = try inPortions(jobsOfKind) { jobs, workspace throws(CancellationError) in
      try HostClosure.ifCheaper(
        instance.request(ofJob: jobs[0]), count: jobs.count, in: network, workspace: workspace,
        cancellation: cancellation)
    }
    var closureOfJob = [HostClosure?](repeating: nil, count: instance.jobs.count)
    for (jobs, closure) in zip(jobsOfKind, closures) {
      for job in jobs { closureOfJob[job] = closure }
    }
    // Jobs that share the distances to the target are neighbours.
    let lastBytes = instance.dnns.map { $0.layers.last?.output ?? $0.input }
    let order = instance.jobs.indices.sorted {
      let (left, right) = (instance.jobs[$0], instance.jobs[$1])
      return (left.target, lastBytes[left.dnn]) < (right.target, lastBytes[right.dnn])
    }
    let found = try inPortions(order) { [closureOfJob] job, workspace throws(CancellationError) in
      if cancellation.isCancelled { throw CancellationError() }
      return (job: job, path: try path(of: job, closureOfJob[job], workspace))
    }
    return found.sorted { $0.job < $1.job }.map(\.path)
  }

  /// The number of portions of the work: many more than processors, because some jobs take much longer.
  private static let portions = 64

  /// The results of `work` for all items, in order; portions of neighbours share a workspace.
  private func inPortions<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ work: @Sendable (Item, SearchWorkspace) throws(CancellationError) -> Result
  ) throws(CancellationError) -> [Result] {
    let portions = min(Self.portions, items.count)
    let made = concurrentMap(portions) { portion -> [Result]? in
      let workspace = SearchWorkspace()
      let places = (portion * items.count / portions)..<((portion + 1) * items.count / portions)
      return try? items[places].map { try work($0, workspace) }
    }
    let results = made.compactMap(\.self)
    guard results.count == portions else { throw CancellationError() }
    return results.flatMap(\.self)
  }

  private func path(
    of job: Int, _ closure: HostClosure?, _ workspace: SearchWorkspace
  ) throws(CancellationError) -> Path {
    let request = instance.request(ofJob: job)
    if let closure {
      return try closure.shortestPath(of: request, workspace: workspace, cancellation: cancellation)
    }
    let search = try GoalDirectedSearch(
      request, in: network, workspace: workspace, cancellation: cancellation)
    return (search.latency, search.plan)
  }
}
