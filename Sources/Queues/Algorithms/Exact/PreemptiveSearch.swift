import Queues
import Splitting

/// Branch and bound for `preemptive`, under which less urgent jobs do not change the completion of more urgent ones.
///
/// The search chooses the most urgent job and its plan first, so that the completions of chosen jobs are final. No other
/// job completes before its ``EarliestCompletion`` behind them: that is the bound, and for the last job the best plan.
final class PreemptiveSearch {
  private let batch: Batch
  private let incumbent: ScheduleIncumbent
  private var order: [Int] = []
  private var plans: [JobPlan]

  init(_ batch: Batch, _ incumbent: ScheduleIncumbent) {
    self.batch = batch
    self.incumbent = incumbent
    plans = incumbent.schedule.plan.jobs
  }

  func run() {
    choose(
      from: Array(batch.jobs.indices), behind: BusyTimes(backlogs: batch.resources.backlogs),
      completions: batch.earliestCompletions)
  }

  /// - Parameters:
  ///   - rest: the jobs that are less urgent than the chosen ones.
  ///   - busy: the times at which resources serve the chosen ones.
  ///   - completions: of the chosen ones; lower bounds for the rest [s].
  private func choose(from rest: [Int], behind busy: BusyTimes, completions: [Double]) {
    guard !rest.isEmpty else { return incumbent.offer(Schedule(plan: Plan(jobs: plans), order: order)) }
    var bounds = completions
    for job in rest {
      guard incumbent.continues(), let earliest = EarliestCompletion(batch, job: job, behind: busy) else {
        return
      }
      bounds[job] = earliest.seconds
      if rest.count == 1 { plans[job] = earliest.plan }
    }
    guard incumbent.isBeaten(by: bounds) else { return }
    for job in rest.sorted(by: { (bounds[$0], $0) < (bounds[$1], $1) })
    where !batch.hasTwin(job, among: rest) {
      order.append(job)
      let others = rest.filter { $0 != job }
      if others.isEmpty {
        choose(from: [], behind: busy, completions: bounds)
      } else {
        choosePlan(of: job, then: others, behind: busy, bounds: bounds)
      }
      order.removeLast()
    }
  }

  private func choosePlan(of job: Int, then others: [Int], behind busy: BusyTimes, bounds: [Double]) {
    var enumeration = PlanEnumeration(batch, job: job, behind: busy) { [incumbent] completion in
      incumbent.continues(with: completion, of: job, among: bounds)
    } visit: { [self] plan, chain, completion in
      var (busy, next) = (busy, bounds)
      next[job] = completion
      plans[job] = plan
      busy.add(chain)
      choose(from: others, behind: busy, completions: next)
    }
    enumeration.run()
  }
}
