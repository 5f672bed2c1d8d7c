import Foundations
import LinearModels
import Problems
import Splitting
import SplittingChecking
import SplittingPipelines

/// Finds the pipeline of one job with the least bottleneck, exactly, with the bound proved as it goes.
///
/// The searches know no deadline: with one, what they prove is a bound, and their plans count where they keep it.
package struct PipelinePlanner: Planner {
  private let source: any LinearSessionSource
  private let isStep: Bool

  /// The planner as a step leaves a part of the time to the next one.
  package init(_ source: any LinearSessionSource, isStep: Bool) {
    self.source = source
    self.isStep = isStep
  }

  /// The least relative gap that is proved: values that differ by less are one for the tolerance of plans.
  private static let leastGap = 1e-7

  /// The parts of the time for the searches where others may follow: without a deadline, and with one.
  private static let (share, shareWithDeadline) = (0.7, 0.2)

  package func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let (instance, ledger, budget) = (task.instance, task.ledger, task.budget)
    guard instance.jobs.count == 1, instance.hostLimit == nil else { return .open }
    ledger.announce(.pipeline)
    let hasDeadline = instance.jobs[0].deadline != nil
    let share = hasDeadline ? Self.shareWithDeadline : isStep ? Self.share : 1
    let seconds = budget.remaining.map { share * $0 } ?? (hasDeadline ? 10 : nil)
    let part = budget.part(seconds: seconds)
    let cancellation = Cancellation { part.isExhausted }
    let outcome = BottleneckRecord(gap: max(Self.leastGap, budget.gap), cancellation: cancellation) {
      plan, _ in
      ledger.offer(Plan(plan), by: .pipeline)
    } onBound: { bound in
      // A contradiction is found below, where it can be thrown; and that there is no plan needs a reason.
      if bound < .infinity, bound <= ledger.best?.cost ?? .infinity {
        try? ledger.raise(to: bound, by: .pipeline)
      }
    }
    PipelineSearch(PipelineFigures(instance)).run(outcome) {
      // Without a session the searches do with prices of their own.
      try? source.openSession(log: nil, cancellation: cancellation)
    }
    // That there is no plan is said, with a reason, by a step that looks for one.
    guard outcome.lower < .infinity else { return .open }
    let best = ledger.best?.cost ?? .infinity
    // The bound of pipelines without a deadline holds for those with one; and what is proved up to the least gap is proved.
    let isProved = outcome.isClosed && outcome.gap <= Self.leastGap && outcome.upper >= best
    try ledger.raise(
      to: isProved ? best : hasDeadline ? outcome.lower : min(outcome.lower, best), by: .pipeline)
    if task.isSettled { return .final() }
    return hasDeadline || isStep && !budget.isExhausted ? .open : .stopped
  }
}

extension Plan {
  /// The plan of an instance with one job.
  init(_ plan: PipelinePlan) { self.init(jobs: [JobPlan(hosts: plan.hosts, routes: plan.routes)]) }
}

extension PipelinePlanner {
  /// The best pipeline of an instance with one job that is found in a time [s], and whether it is proved to be optimal.
  package static func optimum(
    of instance: Instance, _ source: any LinearSessionSource, seconds: Double
  ) -> (plan: Plan, isProved: Bool)? {
    let record = BottleneckRecord(gap: leastGap, cancellation: Cancellation.never.orAfter(seconds))
    PipelineSearch(PipelineFigures(instance)).run(record) { try? source.openSession() }
    return record.plan.map { (Plan($0), record.isClosed) }
  }
}
