import Queues
import Splitting

/// Branch and bound for `preemptive`, under which less urgent jobs do not change the completion of more urgent ones.
///
/// The search chooses the most urgent job and its plan first, so that the completions of chosen jobs are final. No other
/// job completes before its ``EarliestCompletion`` behind them: that is the bound, and for the last job the best plan.
extension ExactSearch {
  func chooseJobs() {
    plans = schedule.plan.jobs
    choose(
      from: Array(batch.jobs.indices), behind: BusyTimes(backlogs: batch.resources.backlogs),
      completions: batch.earliestCompletions)
  }

  /// Chooses among the jobs that are less urgent than the chosen ones, which keep resources busy; the completions [s] of
  /// the others are lower bounds.
  private func choose(from rest: [Int], behind busy: BusyTimes, completions: [Double]) {
    guard !rest.isEmpty else { return offer(Schedule(plan: Plan(jobs: plans), order: order)) }
    var bounds = completions
    for job in rest {
      guard continues(), let earliest = EarliestCompletion(batch, job: job, behind: busy) else { return }
      bounds[job] = earliest.seconds
      if rest.count == 1 { plans[job] = earliest.plan }
    }
    guard isBeaten(by: bounds) else { return }
    let urgency = rest.sorted { (bounds[$0], $0) < (bounds[$1], $1) }
    for job in urgency where !batch.hasTwin(job, among: rest) {
      order.append(job)
      let others = rest.filter { $0 != job }
      if others.isEmpty {
        choose(from: [], behind: busy, completions: bounds)
      } else {
        forEachPlan(of: job, behind: busy, among: bounds) { [self, bounds] plan, chain, completion in
          var (busy, next) = (busy, bounds)
          next[job] = completion
          plans[job] = plan
          busy.add(chain)
          choose(from: others, behind: busy, completions: next)
        }
      }
      order.removeLast()
    }
  }
}
