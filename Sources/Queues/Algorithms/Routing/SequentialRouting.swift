import Splitting

/// Routes jobs in a given order, each on its shortest way under the work of those before it.
public struct SequentialRouting: Sendable {
  private let problem: SchedulingProblem

  /// - Parameter problem: whose jobs are routed.
  public init(_ problem: SchedulingProblem) { self.problem = problem }

  /// - Parameter order: indices of the jobs, the most urgent first.
  /// - Complexity: O(J L E log(L N)).
  public func schedule(_ order: [Int]) -> Schedule {
    let search = LoadedSearch(problem.tables)
    var loads = problem.resources.backlogs
    var plans = [JobPlan?](repeating: nil, count: order.count)
    for job in order {
      let way = problem.way(of: job, under: loads, search)
      loads.commit(way)
      plans[job] = way.plan
    }
    return Schedule(plan: Plan(jobs: plans.compactMap(\.self)), order: order)
  }
}
