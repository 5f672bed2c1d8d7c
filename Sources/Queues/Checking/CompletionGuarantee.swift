/// What a schedule guarantees under the discipline `preemptive`: no job completes later, whatever happens.
///
/// From its release until its completion, a job is served, or propagates, or waits at a resource that serves a backlog or a
/// more urgent job. At one resource, all the time that it waits there, in however many visits, is service of the backlog
/// and of more urgent jobs at that resource, and each piece of that work is done once. So job j completes by
///
///     release_j + its services and delays + sum over the resources r that it uses of (backlog_r + work_r),
///
/// where work_r is what all more urgent jobs bring to r, and each resource counts once. (The argument needs that less
/// urgent jobs are never in the way: it does not hold for `priority` and `fifo`.)
public struct CompletionGuarantee: Sendable {
  /// For each job the time by which it is complete [s].
  public let completions: [Double]

  /// - Parameters:
  ///   - chains: what each job asks for.
  ///   - order: indices of the jobs, the most urgent first.
  ///   - resources: of the network.
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
