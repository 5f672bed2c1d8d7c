import Dispatch
import Formulations
import Graphs
import Instances
import Synchronization
import Verification

/// Routes every job by itself on its shortest path through the layered graph: exact wherever the result keeps
/// every coupling constraint, because no plan can be better.
///
/// The jobs are spread over the processors, those with the same target side by side, so that they share what is known of
/// the ways there.
public struct NativePlanner: Sendable {
  /// The shortest latency of each job [s]; infinite where it has no way to its target.
  public let latencies: [Double]
  /// `nil` where a job has no way.
  public let plan: Plan?

  /// - Throws: where the task is cancelled; large instances take seconds.
  /// - Complexity: O(J (N + E) log E) and what the searches settle; see ``Graphs/GoalDirectedSearch``.
  public init(_ instance: Instance) throws(CancellationError) {
    let network = SearchNetwork(instance, rows: CouplingRows(allOf: instance))
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

/// The task that asked for a plan, for the threads that work for it.
///
/// It outlives them, because the call that made it waits for them; and `isCancelled` is one of the members that
/// `UnsafeCurrentTask` shares with `Task`, which may be asked from anywhere.
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
  /// Jobs by target and size of the last tensor: neighbours share the ways to the target.
  private let order: [Int]

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
  }

  /// How many portions the jobs are dealt in: many more than processors, because some jobs take much longer.
  private static let portions = 64

  /// One entry a job; `nil` if the work was cancelled.
  func run() -> [Path]? {
    let portions = min(Self.portions, order.count)
    let found = Mutex<[(job: Int, path: Path)]?>([])
    DispatchQueue.concurrentPerform(iterations: portions) { portion in
      let jobs = order[(portion * order.count / portions)..<((portion + 1) * order.count / portions)]
      let paths = try? self.paths(of: jobs)
      found.withLock { found in
        // What one portion lacks because the task was cancelled, the whole lacks.
        if let paths { found?.append(contentsOf: paths) } else { found = nil }
      }
    }
    return found.withLock { $0 }?.sorted { $0.job < $1.job }.map(\.path)
  }

  private func paths(
    of jobs: ArraySlice<Int>
  ) throws(CancellationError) -> [(job: Int, path: Path)] {
    let workspace = SearchWorkspace()
    var paths: [(job: Int, path: Path)] = []
    for job in jobs {
      if cancellation.isCancelled { throw CancellationError() }
      let search = try GoalDirectedSearch(
        instance, job: job, in: network, workspace: workspace, cancellation: cancellation)
      paths.append((job, Path(latency: search.latency, plan: search.plan)))
    }
    return paths
  }
}
