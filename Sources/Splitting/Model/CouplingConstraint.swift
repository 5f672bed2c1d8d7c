import Foundations
import Graphs
import LinearModels
import Networks
import Problems

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

  /// The kinds of coupling constraints, in the order in which reasons name them.
  public enum Family: Int, CaseIterable, Sendable {
    case memory, computeLoad, linkLoad, deadline

    /// The word in messages and reasons.
    public var name: String {
      switch self {
      case .memory: "memory"
      case .computeLoad: "compute load"
      case .linkLoad: "link load"
      case .deadline: "deadline"
      }
    }

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

/// A value for each coupling constraint of an instance, such as a limit, a use or a price.
public struct PerConstraint<Value: Sendable>: Sendable {
  public let nodeCount: Int
  public let linkCount: Int
  /// The values for the memory of all nodes, the compute load of all nodes, the load of all links and the
  /// deadlines of all jobs, in this order.
  public var values: [Value]

  /// - Complexity: O(N + E + J).
  public init(repeating value: Value, of instance: Instance) {
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

  public subscript(constraint: CouplingConstraint) -> Value {
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

  /// The values of the nodes' memory, in the order of the nodes.
  public var memory: ArraySlice<Value> { values[..<nodeCount] }
  /// The values of the nodes' compute load, in the order of the nodes.
  public var computeLoad: ArraySlice<Value> { values[nodeCount..<2 * nodeCount] }
  /// The values of the links' load, in the order of the links.
  public var linkLoad: ArraySlice<Value> { values[2 * nodeCount..<2 * nodeCount + linkCount] }
}

extension PerConstraint: Equatable where Value: Equatable {}

/// The limit of each coupling constraint; infinite if the constraint is not in force.
public typealias CouplingLimits = PerConstraint<Double>

extension Instance {
  /// The limits of the coupling constraints, as the instance states them unless a search for the reason of an
  /// infeasibility has relaxed them.
  ///
  /// - Complexity: O(N + E + J).
  public var limits: CouplingLimits { relaxedLimits ?? statedLimits }

  private var statedLimits: CouplingLimits {
    var limits = CouplingLimits(repeating: .infinity, of: self)
    let hasRates = jobs.contains { $0.rate > 0 }
    for (index, node) in network.nodes.enumerated() {
      limits[.memory(index)] = node.memory ?? .infinity
      if hasRates { limits[.computeLoad(index)] = 1 }
    }
    if hasRates {
      for (index, link) in network.links.enumerated() { limits[.linkLoad(index)] = link.bandwidth }
    }
    for (index, job) in jobs.enumerated() { limits[.deadline(index)] = job.deadline ?? .infinity }
    return limits
  }
}

extension PerConstraint<Double> {
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
  public func broken(by use: PerConstraint<Double>) -> Set<CouplingConstraint> {
    Set(inForce.filter { use[$0] > self[$0] * Tolerance.slack })
  }
}
