import Instances

/// Which coupling constraints of an instance are in force.
///
/// A solve starts with all of them; the search for the reason of an infeasibility drops some.
public struct CouplingRows: Sendable, Equatable {
  /// One flag a node: the sum of the memory of the layers it hosts fits.
  public var memory: [Bool]
  /// One flag a node: the sum of rate times time over the layers it hosts is at most 1.
  public var computeLoad: [Bool]
  /// One flag a link: the sum of rate times size over the stages that cross it fits its bandwidth.
  public var linkLoad: [Bool]
  /// One flag a job: its latency is at most its deadline.
  public var deadline: [Bool]

  /// Every constraint that the instance states.
  public init(allOf instance: Instance) {
    let hasRates = instance.jobs.contains { $0.rate > 0 }
    memory = instance.network.nodes.map { $0.memory != nil }
    computeLoad = Array(repeating: hasRates, count: instance.network.nodes.count)
    linkLoad = Array(repeating: hasRates, count: instance.network.links.count)
    deadline = instance.jobs.map { $0.deadline != nil }
  }

  /// `lhs <= rhs * slack` is what "a constraint holds" means (the contract's tolerance of 1e-6).
  public static let slack = 1 + 1e-6
}
