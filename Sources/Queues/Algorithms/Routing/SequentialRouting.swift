import Queues
import Splitting

/// Routes jobs in a given order, each on its shortest path under the work of those before it.
public struct SequentialRouting: Sendable {
  private let batch: Batch

  public init(_ batch: Batch) { self.batch = batch }

  /// The schedule for an order: indices of the jobs, the most urgent first.
  ///
  /// - Complexity: O(J L E log(L N)).
  public func schedule(_ order: [Int]) -> Schedule {
    let search = LoadedSearch(batch.tables)
    var loads = batch.resources.backlogs
    var plans = [JobPlan?](repeating: nil, count: order.count)
    for job in order {
      let path = batch.path(of: job, under: loads, search)
      loads.commit(path)
      plans[job] = path.plan
    }
    return Schedule(plan: Plan(jobs: plans.compactMap(\.self)), order: order)
  }
}
