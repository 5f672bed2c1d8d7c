import Queues

/// The discrete-event simulation of a schedule: every visit of every job to a resource.
///
/// A node computes one layer at a time. A link carries one tensor at a time and passes it on when it is complete (store
/// and forward); propagation delays a tensor but does not occupy the link. Backlogs are served first, from time 0 on.
/// Jobs that arrive at an instant are in their queues before a resource chooses at that instant. A job that has finished a
/// layer and needs the same node for the next one joins the queue again.
public struct Simulation: Sendable {
  /// Of each job [s].
  public let completions: [Double]
  /// Every stretch of service, in the order in which they ended; empty unless asked for.
  public let timeline: [Stretch]
  /// Of each resource.
  public let usage: [Usage]

  /// A time in which a resource serves one job without interruption.
  public struct Stretch: Sendable, Equatable {
    public let resource: Int
    /// `nil` for the backlog.
    public let job: Int?
    /// The layer that is computed, or whose output is sent; -1 for the job's input, and for backlogs.
    public let layer: Int
    /// [s]
    public let start: Double
    public let end: Double
  }

  public struct Usage: Sendable, Equatable {
    /// The time in service, backlog included [s].
    public var busy = 0.0
    /// The sum over jobs of the time that they waited, interruptions included [s]: over the time until everything is done,
    /// this is the mean number of waiting jobs.
    public var waiting = 0.0
    /// The largest number of jobs that waited at once, for more than an instant.
    public var longestQueue = 0
  }

  /// The last instant at which something was done, backlogs included [s].
  public let end: Double

  /// Runs a schedule of jobs with these services; the order has indices of the jobs, the most urgent first. There is a
  /// timeline if it is recorded.
  ///
  /// - Complexity: O(V log V) for V visits in all, and as many interruptions.
  public init(
    _ chains: [ServiceChain], order: [Int], on resources: Resources, discipline: Discipline,
    recording isRecorded: Bool = false
  ) {
    var run = SimulationRun(
      chains, order: order, on: resources, discipline: discipline, recording: isRecorded)
    run.run()
    (completions, timeline, usage) = (run.completions, run.timeline, run.usage)
    end = max(run.now, run.completions.max() ?? 0)
  }

  /// The largest completion time; 0 without jobs [s].
  public var makespan: Double { completions.max() ?? 0 }
}
