import Foundations
import Networks
import Problems
import Splitting

/// An instance of splitting whose jobs wait for each other, with the discipline and the objective of their schedules.
public struct QueueInstance: Sendable, Equatable {
  public var splitting: Instance
  /// Of all nodes and links.
  public var discipline: Discipline
  public var objective: ScheduleObjective

  public init(
    _ splitting: Instance, discipline: Discipline = .preemptive, objective: ScheduleObjective = .makespan
  ) {
    (self.splitting, self.discipline, self.objective) = (splitting, discipline, objective)
  }

  public var jobs: [Job] { splitting.jobs }
  public var network: Network { splitting.network }

  /// The objective of the jobs' completion times [s].
  public func value(of completions: [Double]) -> Double {
    objective.value(of: completions, weights: jobs.map(\.weight))
  }

  /// The value if jobs took no time [s]: gaps count from there.
  public var origin: Double { value(of: jobs.map(\.release)) }

  /// The time from which on there is work to do; 0 without jobs [s].
  public var earliestRelease: Double { jobs.map(\.release).min() ?? 0 }

  /// Refuses an instance whose figures combine to what no number can hold.
  ///
  /// - Throws: `PlanningError.figures`, which names the place.
  public func checkFigures() throws(PlanningError) {
    try splitting.checkFigures()
    // Sums of all completion times must be numbers.
    let count = Double(jobs.count)
    for job in jobs where !(job.release * count < 1e300) {
      throw .figures("job \(TerminalText.quoted(job.id.text)): its release is beyond any schedule")
    }
  }
}
