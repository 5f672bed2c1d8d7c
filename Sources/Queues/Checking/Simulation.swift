/// What happens to a schedule: every visit of every job, as a discrete-event simulation.
///
/// Nodes compute one layer at a time, links carry one tensor at a time and pass it on once it is complete (store and forward);
/// propagation delays, but keeps no link. Backlogs are served first, from 0 on. Whoever comes at an instant is there before
/// a resource chooses at that instant; a job that is done with a layer and wants the next one on the same node comes anew.
public struct Simulation: Sendable {
  /// Of each job [s].
  public let completions: [Double]
  /// Every stretch of service in the order in which it ended; backlogs as those of no job. Empty unless asked for.
  public let timeline: [Stretch]
  /// Of each resource.
  public let usage: [Usage]

  /// A resource that serves a job without interruption.
  public struct Stretch: Sendable, Equatable {
    public let resource: Int
    /// `nil` for the backlog.
    public let job: Int?
    /// The layer that is computed, or whose tensor is sent; -1 for the job's input, and for backlogs.
    public let layer: Int
    /// [s]
    public let start: Double
    public let end: Double
  }

  public struct Usage: Sendable, Equatable {
    /// In service, backlog included [s].
    public var busy = 0.0
    /// Sum over jobs of the time that they waited, interruptions included [s]: the mean number of waiting jobs is this
    /// over the time until all is done.
    public var waiting = 0.0
    /// The most jobs that waited at once, for more than an instant.
    public var longestQueue = 0
  }

  /// The last instant at which something was done: completions and backlogs [s].
  public let end: Double

  /// Runs a schedule.
  ///
  /// - Parameters:
  ///   - chains: what each job asks for.
  ///   - order: indices of the jobs, the most urgent first.
  ///   - resources: of the network.
  ///   - discipline: of all of them.
  ///   - isRecorded: whether there is to be a timeline.
  /// - Complexity: O(V log V) for V visits in all, and as many interruptions.
  public init(
    _ chains: [ServiceChain], order: [Int], on resources: Resources, discipline: Discipline,
    recording isRecorded: Bool = false
  ) {
    var run = SimulationRun(
      chains, order: order, on: resources, discipline: discipline, recording: isRecorded)
    run.run()
    completions = run.completions
    timeline = run.timeline
    usage = run.usage
    end = max(run.now, run.completions.max() ?? 0)
  }

  /// The largest of the completions; 0 without jobs [s].
  public var makespan: Double { completions.max() ?? 0 }
}
