/// Where every layer of every job runs and which way every tensor goes; one entry a job, in the instance's order.
public struct Plan: Sendable, Equatable {
  public var jobs: [JobPlan]

  public init(jobs: [JobPlan]) { self.jobs = jobs }

  /// The nodes that run some layer.
  ///
  /// - Complexity: O(J L).
  public var hosts: Set<Int> { Set(jobs.lazy.flatMap(\.hosts)) }
}

/// The hosts and routes of one job with L layers.
public struct JobPlan: Sendable, Equatable {
  /// The node that runs each layer, L entries.
  public var hosts: [Int]
  /// The nodes that each stage passes, L+1 simple paths; a stage that stays where it is has one node.
  public var routes: [[Int]]

  public init(hosts: [Int], routes: [[Int]]) {
    self.hosts = hosts
    self.routes = routes
  }
}
