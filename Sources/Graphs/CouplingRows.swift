import Instances

/// The coupling constraints in force, and what each allows; `nil` where one is not in force.
///
/// A solve starts with all that the instance states; the search for the reason of an infeasibility drops some, and
/// asks how far others would have to give way.
public struct CouplingRows: Sendable, Equatable {
  /// For each node the memory [byte] that the layers it hosts may take together.
  public var memory: [Double?]
  /// For each node what rate times time of the layers it hosts may add up to [s of work a second].
  public var computeLoad: [Double?]
  /// For each link what rate times size of the stages that cross it may add up to [bit/s].
  public var linkLoad: [Double?]
  /// For each job its largest latency [s].
  public var deadline: [Double?]

  /// Every constraint that the instance states.
  public init(allOf instance: Instance) {
    let hasRates = instance.jobs.contains { $0.rate > 0 }
    memory = instance.network.nodes.map(\.memory)
    computeLoad = instance.network.nodes.map { _ in hasRates ? 1 : nil }
    linkLoad = instance.network.links.map { hasRates ? $0.bandwidth : nil }
    deadline = instance.jobs.map(\.deadline)
  }

  /// `lhs <= rhs * slack` is what "a constraint holds" means (the contract's tolerance of 1e-6).
  public static let slack = 1 + 1e-6
}
