import Queues
import Splitting

/// Branch and bound for `priority` and `fifo`, under which less urgent jobs can delay more urgent ones.
///
/// The search chooses plans job by job. A job takes at least the time that it takes alone behind the backlogs, and no
/// resource is done before it has served all work that the plans bring to it. All orders of complete plans are simulated.
extension ExactSearch {
  func choosePlans() {
    let busy = BusyTimes(backlogs: batch.resources.backlogs)
    let earliest = batch.jobs.indices.map { job -> Double in
      guard let earliest = EarliestCompletion(batch, job: job, behind: busy) else {
        preconditionFailure("a job without a path was refused")
      }
      return earliest.seconds
    }
    choosePlan(of: 0, behind: busy, bounds: earliest, loads: batch.resources.backlogs)
  }

  /// The bounds are lower ones on the completions [s]; the loads are the backlog of each resource and the work that the
  /// chosen plans bring to it [s].
  private func choosePlan(of job: Int, behind busy: BusyTimes, bounds: [Double], loads: [Double]) {
    guard job < bounds.count else { return tryOrders([], Array(bounds.indices)) }
    forEachPlan(of: job, behind: busy, among: bounds) { [self] plan, chain, completion in
      var (bounds, loads) = (bounds, loads)
      bounds[job] = completion
      for service in chain.services { loads[service.resource] += service.seconds }
      guard mayBeat(loads) else { return }
      plans.append(plan)
      chains.append(chain)
      choosePlan(of: job + 1, behind: busy, bounds: bounds, loads: loads)
      plans.removeLast()
      chains.removeLast()
    }
  }

  /// For the makespan: while a resource serves a job, not all jobs are complete.
  private func mayBeat(_ loads: [Double]) -> Bool {
    guard batch.instance.objective == .makespan else { return true }
    let used = loads.indices.filter { loads[$0] > batch.resources.backlogs[$0] }
    return used.allSatisfy { isBeaten(by: [loads[$0]]) }
  }

  private func tryOrders(_ order: [Int], _ rest: [Int]) {
    guard continues() else { return }
    guard !rest.isEmpty else { return offer(Schedule(plan: Plan(jobs: plans), order: order), chains) }
    for job in rest where !batch.hasTwin(job, among: rest) {
      tryOrders(order + [job], rest.filter { $0 != job })
    }
  }
}
