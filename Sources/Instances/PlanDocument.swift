/// A plan with its figures, as its file holds it (the contract's "plan" file).
///
/// Ids stay names here, because a file may name nodes and jobs that its instance does not have.
public struct PlanDocument: Sendable, Equatable {
  public var status: Status
  /// `nil` where there is no plan.
  public var objective: Objective?
  /// Why the instance is infeasible; `nil` otherwise.
  public var reason: String?
  public var jobs: [JobReport]
  /// How the plan was found; a plan made by hand has none.
  public var solver: SolverReport?
  /// A bound that can be checked; it may lie below the objective's.
  public var certificate: Certificate?

  public init(
    status: Status, objective: Objective? = nil, reason: String? = nil, jobs: [JobReport] = [],
    solver: SolverReport? = nil, certificate: Certificate? = nil
  ) {
    self.status = status
    self.objective = objective
    self.reason = reason
    self.jobs = jobs
    self.solver = solver
    self.certificate = certificate
  }

  public enum Status: String, Sendable, CaseIterable {
    case optimal, feasible, infeasible, unknown
  }

  public struct Objective: Sendable, Equatable {
    public var kind: ObjectiveKind
    /// [s]
    public var value: Double
    /// Proven lower bound [s].
    public var bound: Double
    /// (value - bound) / value; 0 where both are 0.
    public var gap: Double

    public init(kind: ObjectiveKind, value: Double, bound: Double, gap: Double) {
      self.kind = kind
      self.value = value
      self.bound = bound
      self.gap = gap
    }
  }

  /// Latency and its four parts, all in seconds, with the hosts (L) and routes (L+1) by name.
  public struct JobReport: Sendable, Equatable {
    public var id: Name
    public var latency: Double
    public var compute: Double
    public var transfer: Double
    public var propagation: Double
    public var waiting: Double
    public var hosts: [Name]
    public var routes: [[Name]]

    public init(
      id: Name, latency: Double, compute: Double, transfer: Double, propagation: Double,
      waiting: Double, hosts: [Name], routes: [[Name]]
    ) {
      self.id = id
      self.latency = latency
      self.compute = compute
      self.transfer = transfer
      self.propagation = propagation
      self.waiting = waiting
      self.hosts = hosts
      self.routes = routes
    }
  }

  public struct SolverReport: Sendable, Equatable {
    public var formulation: String
    public var backend: String
    /// Wall-clock time from the parsed instance to the plan [s].
    public var seconds: Double

    public init(formulation: String, backend: String, seconds: Double) {
      self.formulation = formulation
      self.backend = backend
      self.seconds = seconds
    }
  }
}
