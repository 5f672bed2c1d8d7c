import Dispatch
import Foundations
import Graphs
import Problems
import Splitting
import Synchronization

/// Routes every job by itself on its shortest path through the layered graph, which is optimal if the result
/// satisfies every coupling constraint.
///
/// The jobs are distributed over the processors. Jobs with the same target are neighbours, so that they share
/// the distances to it. If many jobs run the same DNN on few hosts, they share the shortest paths between
/// these hosts instead.
public struct ShortestPaths: Sendable {
  /// The shortest latency of each job [s]; infinite if it has no path to its target.
  public let latencies: [Double]
  /// The plan of the shortest paths; `nil` if a job has none.
  public let plan: Plan?

  /// - Throws: if the task is cancelled; large instances take seconds.
  /// - Complexity: O(J (N + E) log E) and the vertices that the searches settle; see
  ///   ``/Graphs/GoalDirectedSearch``.
  public init(_ instance: Instance) throws(CancellationError) {
    let network = instance.searchNetwork
    let found = withUnsafeCurrentTask { task in
      let caller = CallingTask(task: task)
      return JobSearches(instance, network, Cancellation { caller.isCancelled }).run()
    }
    guard let paths = found else { throw CancellationError() }
    latencies = paths.map(\.latency)
    let jobs = paths.compactMap(\.plan)
    plan = jobs.count == paths.count ? Plan(jobs: jobs) : nil
  }
}

/// The calling task, for the threads that work for it.
///
/// The task outlives the threads, because the call that created this value waits for them. `isCancelled` is
/// one of the members that `UnsafeCurrentTask` shares with `Task`, which any thread may read.
private struct CallingTask: @unchecked Sendable {
  let task: UnsafeCurrentTask?

  var isCancelled: Bool { task?.isCancelled ?? false }
}

/// The searches of all jobs.
private struct JobSearches: Sendable {
  struct Path: Sendable {
    let latency: Double
    let plan: JobPlan?
  }

  private let instance: Instance
  private let network: SearchNetwork
  private let cancellation: Cancellation
  /// The jobs by target and size of the last tensor: neighbours share the distances to the target.
  private let order: [Int]
  /// For each job the position of its kind in `jobsOfKind`.
  private let kindOfJob: [Int]
  private let jobsOfKind: [[Int]]

  /// The properties that jobs of one closure share.
  private struct Kind: Hashable {
    let dnn: Int
    let rate: Double
    let rules: [[Int]]

    init(_ job: Job) {
      dnn = job.dnn
      rate = job.rate
      rules = job.hosts.map { [$0.layer ?? -1] + $0.nodes }
    }
  }

  init(_ instance: Instance, _ network: SearchNetwork, _ cancellation: Cancellation) {
    self.instance = instance
    self.network = network
    self.cancellation = cancellation
    let lastBytes = instance.dnns.map { $0.layers.last?.output ?? $0.input }
    order = instance.jobs.indices.sorted {
      let (left, right) = (instance.jobs[$0], instance.jobs[$1])
      if left.target != right.target { return left.target < right.target }
      return lastBytes[left.dnn] < lastBytes[right.dnn]
    }
    let jobsOfKind = Array(Dictionary(grouping: instance.jobs.indices) { Kind(instance.jobs[$0]) }.values)
    var kindOfJob = [Int](repeating: 0, count: instance.jobs.count)
    for (kind, jobs) in jobsOfKind.enumerated() {
      for job in jobs { kindOfJob[job] = kind }
    }
    self.jobsOfKind = jobsOfKind
    self.kindOfJob = kindOfJob
  }

  /// The paths, one for each job; `nil` if the work was cancelled.
  func run() -> [Path]? {
    let closures = inPortions(jobsOfKind.count) { kinds throws(CancellationError) in
      try self.closures(of: kinds)
    }
    guard let closures else { return nil }
    let found = inPortions(order.count) { places throws(CancellationError) in
      try self.paths(of: order[places], closures)
    }
    return found?.sorted { $0.job < $1.job }.map(\.path)
  }

  /// The number of portions of the work: many more than processors, because some jobs take much longer.
  private static let portions = 64

  /// The results of `work` for all portions of 0 ..< count, in order; `nil` if one was cancelled.
  private func inPortions<Result: Sendable>(
    _ count: Int, _ work: @Sendable (Range<Int>) throws(CancellationError) -> [Result]
  ) -> [Result]? {
    let portions = min(Self.portions, count)
    let made = Mutex<[Int: [Result]]>([:])
    DispatchQueue.concurrentPerform(iterations: portions) { portion in
      let results = try? work((portion * count / portions)..<((portion + 1) * count / portions))
      made.withLock { $0[portion] = results }
    }
    let results = made.withLock { $0 }
    guard results.count == portions else { return nil }
    return (0..<portions).flatMap { results[$0] ?? [] }
  }

  private func closures(of kinds: Range<Int>) throws(CancellationError) -> [HostClosure?] {
    let workspace = SearchWorkspace()
    var closures: [HostClosure?] = []
    for jobs in jobsOfKind[kinds] {
      closures.append(
        try HostClosure.ifCheaper(
          instance.request(ofJob: jobs[0]), count: jobs.count, in: network, workspace: workspace,
          cancellation: cancellation))
    }
    return closures
  }

  private func paths(
    of jobs: ArraySlice<Int>, _ closures: [HostClosure?]
  ) throws(CancellationError) -> [(job: Int, path: Path)] {
    let workspace = SearchWorkspace()
    var paths: [(job: Int, path: Path)] = []
    for job in jobs {
      if cancellation.isCancelled { throw CancellationError() }
      paths.append((job, try path(of: job, closures[kindOfJob[job]], workspace)))
    }
    return paths
  }

  private func path(
    of job: Int, _ closure: HostClosure?, _ workspace: SearchWorkspace
  ) throws(CancellationError) -> Path {
    if let closure {
      let path = try closure.shortestPath(
        of: instance.request(ofJob: job), workspace: workspace, cancellation: cancellation)
      return Path(latency: path.latency, plan: path.plan)
    }
    let search = try GoalDirectedSearch(
      instance.request(ofJob: job), in: network, workspace: workspace, cancellation: cancellation)
    return Path(latency: search.latency, plan: search.plan)
  }
}
