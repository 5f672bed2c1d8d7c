import Foundations
import Queues

/// What becomes of a schedule.
public struct ScheduleEvaluation: Sendable {
  public let instance: QueueInstance
  public let schedule: Schedule
  public let simulation: Simulation
  /// `nil` unless the discipline is `preemptive`.
  public let guarantee: CompletionGuarantee?

  /// The simulated objective [s].
  public var value: Double { instance.value(of: simulation.completions) }

  /// What each job sees.
  public var times: [JobTimes] {
    instance.jobs.enumerated().map { index, job in
      let completion = simulation.completions[index]
      return JobTimes(
        // Sums in another order may differ in the last digits.
        release: job.release, completion: completion,
        guarantee: guarantee.map { max($0.completions[index], completion) },
        meetsDeadline: job.deadline.map { completion - job.release <= $0 * Tolerance.slack })
    }
  }
}
