import Queues
import Splitting

/// Branch and bound for `priority` and `fifo`, under which less urgent jobs can delay more urgent ones.
///
/// The search chooses plans job by job. A job takes at least the time that it takes alone behind the backlogs, and no
/// resource is done before it has served all work that the plans bring to it. All orders of complete plans are simulated.
final class PlansThenOrders {
  private let batch: Batch
  private let incumbent: ScheduleIncumbent
  private let busy: BusyTimes
  private var plans: [JobPlan] = []
  private var chains: [ServiceChain] = []

  init(_ batch: Batch, _ incumbent: ScheduleIncumbent) {
    self.batch = batch
    self.incumbent = incumbent
    busy = BusyTimes(backlogs: batch.resources.backlogs)
  }

  func run() {
    let earliest = batch.jobs.indices.map { job -> Double in
      guard let earliest = EarliestCompletion(batch, job: job, behind: busy) else {
        preconditionFailure("a job without a path was refused")
      }
      return earliest.seconds
    }
    choosePlan(of: 0, bounds: earliest, loads: batch.resources.backlogs)
  }

  /// - Parameters:
  ///   - bounds: lower bounds on the completions [s].
  ///   - loads: the backlog of each resource and the work that the chosen plans bring to it [s].
  private func choosePlan(of job: Int, bounds: [Double], loads: [Double]) {
    guard job < bounds.count else { return tryOrders([], Array(bounds.indices)) }
    var enumeration = PlanEnumeration(batch, job: job, behind: busy) { [incumbent] completion in
      incumbent.continues(with: completion, of: job, among: bounds)
    } visit: { [self] plan, chain, completion in
      var (bounds, loads) = (bounds, loads)
      bounds[job] = completion
      for service in chain.services { loads[service.resource] += service.seconds }
      guard mayBeat(loads) else { return }
      plans.append(plan)
      chains.append(chain)
      choosePlan(of: job + 1, bounds: bounds, loads: loads)
      plans.removeLast()
      chains.removeLast()
    }
    enumeration.run()
  }

  /// For the makespan: while a resource serves a job, not all jobs are complete.
  private func mayBeat(_ loads: [Double]) -> Bool {
    guard batch.instance.objective == .makespan else { return true }
    let used = loads.indices.filter { loads[$0] > batch.resources.backlogs[$0] }
    return used.allSatisfy { incumbent.isBeaten(by: [loads[$0]]) }
  }

  private func tryOrders(_ order: [Int], _ rest: [Int]) {
    guard incumbent.continues() else { return }
    guard !rest.isEmpty else {
      return incumbent.offer(Schedule(plan: Plan(jobs: plans), order: order), chains)
    }
    for job in rest where !batch.hasTwin(job, among: rest) {
      tryOrders(order + [job], rest.filter { $0 != job })
    }
  }
}
