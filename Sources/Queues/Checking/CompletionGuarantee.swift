import Queues

/// The guarantee of a schedule under the discipline `preemptive`: no job completes later, whatever less urgent jobs do.
///
/// From its release until its completion, a job is in service, in propagation, or waiting at a resource that serves its
/// backlog or a more urgent job. However often the job visits a resource, each piece of that work is done once, so that
/// the waits there add up to at most all of that work. Job j therefore completes by
///
///     release_j + its services and delays + sum over the resources r that it uses, each counted once, of (backlog_r + work_r),
///
/// in which work_r is the work that all more urgent jobs bring to r. Less urgent jobs do not appear, because they are
/// interrupted: the guarantee does not hold for `priority` and `fifo`.
public struct CompletionGuarantee: Sendable {
  /// The time by which each job is complete [s].
  public let completions: [Double]

  /// The guarantee for the services of each job, and an order: indices of the jobs, the most urgent first.
  ///
  /// - Complexity: O(V + resources) for V visits in all.
  public init(_ chains: [ServiceChain], order: [Int], on resources: Resources) {
    var loads = resources.backlogs
    var countedFor = [Int](repeating: -1, count: resources.count)
    var completions = chains.map(\.alone)
    for job in order {
      for service in chains[job].services where countedFor[service.resource] != job {
        countedFor[service.resource] = job
        completions[job] += loads[service.resource]
      }
      for service in chains[job].services { loads[service.resource] += service.seconds }
    }
    self.completions = completions
  }
}
