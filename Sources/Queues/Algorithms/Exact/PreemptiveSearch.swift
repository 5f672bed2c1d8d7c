import Splitting

/// Branch and bound for `preemptive`, where jobs that are less urgent do not change when others complete.
///
/// The most urgent job and its plan are chosen first, and completions of the jobs chosen are final. Behind them, none of the
/// others completes before its ``EarliestCompletion``: that is the bound, and for the last job it is the best plan.
final class PreemptiveSearch {
  private let problem: SchedulingProblem
  private let incumbent: ScheduleIncumbent
  private var order: [Int] = []
  private var plans: [JobPlan]

  init(_ problem: SchedulingProblem, _ incumbent: ScheduleIncumbent) {
    self.problem = problem
    self.incumbent = incumbent
    plans = incumbent.schedule.plan.jobs
  }

  func run() {
    choose(
      from: Array(problem.instance.jobs.indices), behind: BusyTimes(backlogs: problem.resources.backlogs),
      completions: problem.earliestCompletions)
  }

  /// - Parameters:
  ///   - rest: the jobs that are less urgent than those chosen.
  ///   - busy: what those chosen leave to them.
  ///   - completions: of those chosen [s].
  private func choose(from rest: [Int], behind busy: BusyTimes, completions: [Double]) {
    guard !rest.isEmpty else { return incumbent.offer(Schedule(plan: Plan(jobs: plans), order: order)) }
    var bounds = completions
    for job in rest {
      guard incumbent.goesOn(), let earliest = EarliestCompletion(problem, job: job, behind: busy) else {
        return
      }
      bounds[job] = earliest.seconds
      if rest.count == 1 { plans[job] = earliest.plan }
    }
    guard incumbent.isBeaten(by: bounds) else { return }
    for job in rest.sorted(by: { (bounds[$0], $0) < (bounds[$1], $1) })
    where !problem.hasTwin(job, among: rest) {
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
    var enumeration = PlanEnumeration(problem, job: job, behind: busy) { [incumbent] completion in
      incumbent.goesOn(with: completion, of: job, among: bounds)
    } visit: { [self] plan, completion in
      var (busy, next) = (busy, bounds)
      next[job] = completion
      plans[job] = plan
      busy.add(problem.chain(plan, of: job))
      choose(from: others, behind: busy, completions: next)
    }
    enumeration.run()
  }
}
