import Graphs

/// Where every layer of every job runs and which way every tensor goes; one entry a job, in the instance's order.
public struct Plan: Sendable, Equatable {
  public var jobs: [JobPlan]

  public init(jobs: [JobPlan]) { self.jobs = jobs }

  /// The nodes that run some layer.
  ///
  /// - Complexity: O(J L).
  public var hosts: Set<Int> { Set(jobs.lazy.flatMap(\.hosts)) }
}

/// The hosts and routes of one job: its path through its layered graph.
public typealias JobPlan = LayeredPath
