import Splitting

/// The latencies of a plan and the constraints that it breaks.
public struct Evaluation: Sendable {
  /// One entry for each job; zeros if the hosts or routes of the job are invalid.
  public let jobs: [LatencyParts]
  /// Empty if the plan is feasible.
  public let violations: [Violation]
  let weights: [Double]
  let evaluator: Evaluator
  /// The plan; empty if some job's hosts or routes are invalid, because sums over them would mean nothing.
  let soundPlan: Plan

  public var isFeasible: Bool { violations.isEmpty }

  /// The loads of nodes and links; zeros if some job's hosts or routes are invalid.
  ///
  /// - Complexity: that of ``Evaluator/loads(of:)``, each time, because most objectives need none.
  public var loads: ResourceLoads { evaluator.loads(of: soundPlan) }

  /// The value of the plan under an objective: a latency [s] or a load [s of work a second]; 0 without jobs.
  public func objective(_ kind: ObjectiveKind) -> Double {
    let weighted = zip(weights, jobs).map { $0 * $1.latency }
    return switch kind {
    case .total: weighted.reduce(0, +)
    case .max: weighted.max() ?? 0
    case .bottleneck: loads.largest
    }
  }
}

/// A job's latency in its four parts [s].
public struct LatencyParts: Sendable, Equatable {
  public var compute = 0.0
  public var transfer = 0.0
  public var propagation = 0.0
  public var waiting = 0.0

  public var latency: Double { compute + transfer + propagation + waiting }
}

/// One reason why a plan is not feasible.
public struct Violation: Sendable, Equatable, CustomStringConvertible {
  /// The kind of constraint that is broken.
  public enum Kind: String, Sendable {
    /// Invalid hosts or routes, with which the plan could not be carried out.
    case structure
    /// A second run of a job's layers on one node, if the job must be contiguous.
    case contiguity
    case memory
    case computeLoad = "compute load"
    case linkLoad = "link load"
    case deadline
    case hostLimit = "host limit"
  }

  public let kind: Kind
  public let text: String

  public var description: String { kind == .structure ? text : "\(kind.rawValue): \(text)" }
}
