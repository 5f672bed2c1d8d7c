import Splitting

/// Branch and bound for `priority` and `fifo`, where a job that is less urgent can be in the way.
///
/// Plans are chosen job by job, each of which takes as long as alone behind the backlogs at least; no resource is done before it
/// has served all that the plans bring to it. Of complete plans all orders are simulated.
final class PlansThenOrders {
  private let problem: SchedulingProblem
  private let incumbent: ScheduleIncumbent
  private let busy: BusyTimes
  private var plans: [JobPlan] = []

  init(_ problem: SchedulingProblem, _ incumbent: ScheduleIncumbent) {
    self.problem = problem
    self.incumbent = incumbent
    busy = BusyTimes(backlogs: problem.resources.backlogs)
  }

  func run() {
    let earliest = problem.instance.jobs.indices.map { job -> Double in
      guard let earliest = EarliestCompletion(problem, job: job, behind: busy) else {
        preconditionFailure("a job without a way was refused")
      }
      return earliest.seconds
    }
    choosePlan(of: 0, bounds: earliest, loads: problem.resources.backlogs)
  }

  /// - Parameters:
  ///   - bounds: completions at least [s].
  ///   - loads: the backlogs, and what the plans chosen bring to each resource [s].
  private func choosePlan(of job: Int, bounds: [Double], loads: [Double]) {
    guard job < bounds.count else { return tryOrders([], Array(bounds.indices)) }
    var enumeration = PlanEnumeration(problem, job: job, behind: busy) { [incumbent] completion in
      incumbent.goesOn(with: completion, of: job, among: bounds)
    } visit: { [self] plan, completion in
      var (bounds, loads) = (bounds, loads)
      bounds[job] = completion
      for service in problem.chain(plan, of: job).services { loads[service.resource] += service.seconds }
      guard mayBeat(loads) else { return }
      plans.append(plan)
      choosePlan(of: job + 1, bounds: bounds, loads: loads)
      plans.removeLast()
    }
    enumeration.run()
  }

  /// For the makespan: as long as a resource serves somebody, not all jobs are complete.
  private func mayBeat(_ loads: [Double]) -> Bool {
    guard incumbent.objective == .makespan else { return true }
    let used = loads.indices.filter { loads[$0] > problem.resources.backlogs[$0] }
    return used.allSatisfy { incumbent.isBeaten(by: [loads[$0]]) }
  }

  private func tryOrders(_ order: [Int], _ rest: [Int]) {
    guard incumbent.goesOn() else { return }
    guard !rest.isEmpty else { return incumbent.offer(Schedule(plan: Plan(jobs: plans), order: order)) }
    for job in rest where !problem.hasTwin(job, among: rest) {
      tryOrders(order + [job], rest.filter { $0 != job })
    }
  }
}
