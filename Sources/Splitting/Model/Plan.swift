import Graphs

/// The hosts of the layers and the routes of the tensors of all jobs; one entry for each job, in the instance's order.
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
