import Foundations
import Graphs
import LinearModels
import Networks

/// A constraint that couples jobs, by the index of its node, link or job.
public enum CouplingConstraint: Hashable, Sendable {
  /// The memory of a node [byte].
  case memory(Int)
  /// The compute load of a node: rate times time [s of work a second].
  case computeLoad(Int)
  /// The load of a link: rate times size [bit/s].
  case linkLoad(Int)
  /// The latency of a job [s].
  case deadline(Int)

  /// The kinds of coupling constraints, in the order in which reasons name them, by their words in messages.
  public enum Family: String, CaseIterable, Sendable {
    case memory
    case computeLoad = "compute load"
    case linkLoad = "link load"
    case deadline

    /// The word in messages and reasons.
    public var name: String { rawValue }

    /// The quantity of the family's limits.
    public var quantity: Figures.Quantity {
      switch self {
      case .memory: .size
      case .computeLoad: .load
      case .linkLoad: .bandwidth
      case .deadline: .duration
      }
    }
  }

  public var family: Family {
    switch self {
    case .memory: .memory
    case .computeLoad: .computeLoad
    case .linkLoad: .linkLoad
    case .deadline: .deadline
    }
  }

  /// The name of the constraint's row in a model, by which its dual and its use are found.
  public func label(in network: Network) -> Label {
    switch self {
    case .memory(let node): Label("memory", node)
    case .computeLoad(let node): Label("load", node)
    case .linkLoad(let link): Label("link", network.links[link].tail, network.links[link].head)
    case .deadline(let job): Label("deadline", job)
    }
  }

  /// The name of the row that keeps the makespan above a job's weighted latency, under the objective `max`.
  public static func makespanLabel(ofJob job: Int) -> Label { Label("makespan", job) }
}

/// A number for each coupling constraint of an instance, such as a limit, a use or a price.
public struct PerConstraint: Sendable, Equatable {
  public let nodeCount: Int
  public let linkCount: Int
  /// The values for the memory of all nodes, the compute load of all nodes, the load of all links and the deadlines of
  /// all jobs, in this order.
  public var values: [Double]

  /// - Complexity: O(N + E + J).
  public init(repeating value: Double, of instance: Instance) {
    nodeCount = instance.network.nodes.count
    linkCount = instance.network.links.count
    values = Array(repeating: value, count: 2 * nodeCount + linkCount + instance.jobs.count)
  }

  /// The position of a constraint in ``values``.
  @inlinable
  public func index(of constraint: CouplingConstraint) -> Int {
    switch constraint {
    case .memory(let node): node
    case .computeLoad(let node): nodeCount + node
    case .linkLoad(let link): 2 * nodeCount + link
    case .deadline(let job): 2 * nodeCount + linkCount + job
    }
  }

  @inlinable
  public subscript(constraint: CouplingConstraint) -> Double {
    get { values[index(of: constraint)] }
    set { values[index(of: constraint)] = newValue }
  }

  /// All constraints, in the order of ``values``.
  public var constraints: [CouplingConstraint] {
    let nodes = 0..<nodeCount
    return nodes.map(CouplingConstraint.memory) + nodes.map(CouplingConstraint.computeLoad)
      + (0..<linkCount).map(CouplingConstraint.linkLoad)
      + (0..<values.count - 2 * nodeCount - linkCount).map(CouplingConstraint.deadline)
  }

  /// The values of the nodes' memory.
  public var memory: ArraySlice<Double> { values[..<nodeCount] }
  /// The values of the nodes' compute load.
  public var computeLoad: ArraySlice<Double> { values[nodeCount..<2 * nodeCount] }
  /// The values of the links' load.
  public var linkLoad: ArraySlice<Double> { values[2 * nodeCount..<2 * nodeCount + linkCount] }

  // MARK: As limits

  /// The constraints that are in force, by family and index.
  public var inForce: [CouplingConstraint] { constraints.filter { self[$0] < .infinity } }

  /// These limits for the constraints in `kept`; the others are not in force.
  public func keeping(_ kept: Set<CouplingConstraint>) -> CouplingLimits {
    var limits = self
    for constraint in inForce where !kept.contains(constraint) { limits[constraint] = .infinity }
    return limits
  }

  /// These limits for the constraints of the families in `kept`; the others are not in force.
  public func keeping(_ kept: Set<CouplingConstraint.Family>) -> CouplingLimits {
    keeping(Set(inForce.filter { kept.contains($0.family) }))
  }

  /// The most that a single choice may use, including the tolerance.
  public var capacities: Capacities {
    Capacities(
      memory: memory.map { $0 * Tolerance.slack }, computeLoad: computeLoad.map { $0 * Tolerance.slack },
      linkLoad: linkLoad.map { $0 * Tolerance.slack })
  }

  /// The constraints whose limits a use exceeds by more than the tolerance.
  public func broken(by use: PerConstraint) -> Set<CouplingConstraint> {
    Set(inForce.filter { use[$0] > self[$0] * Tolerance.slack })
  }
}

/// The limit of each coupling constraint; infinite if the constraint is not in force.
public typealias CouplingLimits = PerConstraint

extension Instance {
  /// The limits of the coupling constraints, as the instance states them unless a search for the reason of an
  /// infeasibility has relaxed them.
  ///
  /// - Complexity: O(N + E + J).
  public var limits: CouplingLimits {
    if let relaxedLimits { return relaxedLimits }
    var limits = CouplingLimits(repeating: .infinity, of: self)
    // Under `bottleneck` loads are what is minimised, and have no limits.
    let hasRates = options.objective != .bottleneck && jobs.contains { $0.rate > 0 }
    for (index, node) in network.nodes.enumerated() {
      limits[.memory(index)] = node.memory ?? .infinity
      if hasRates { limits[.computeLoad(index)] = 1 }
    }
    for (index, link) in network.links.enumerated() where hasRates {
      limits[.linkLoad(index)] = link.bandwidth
    }
    for (index, job) in jobs.enumerated() { limits[.deadline(index)] = job.deadline ?? .infinity }
    return limits
  }
}
