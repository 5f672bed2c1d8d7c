import Formulations
import Graphs
import Instances
import Verification

/// Routes every job by itself on its shortest path through the layered graph: exact wherever the result keeps
/// every coupling constraint, because no plan can be better.
public struct NativePlanner: Sendable {
  /// The shortest latency of each job [s]; infinite where it has no way to its target.
  public let latencies: [Double]
  /// `nil` where a job has no way.
  public let plan: Plan?

  /// - Throws: where the task is cancelled; large instances take seconds.
  /// - Complexity: O(J L (N + E) log E).
  public init(_ instance: Instance) throws(CancellationError) {
    let network = NetworkGraph(instance.network)
    let rows = CouplingRows(allOf: instance)
    var paths: [LayeredShortestPath] = []
    for job in instance.jobs.indices {
      if Task.isCancelled { throw CancellationError() }
      paths.append(
        LayeredShortestPath(in: LayeredGraph(instance, job: job, network: network, rows: rows)))
    }
    latencies = paths.map(\.latency)
    let jobs = paths.compactMap(\.plan)
    plan = jobs.count == paths.count ? Plan(jobs: jobs) : nil
  }
}
