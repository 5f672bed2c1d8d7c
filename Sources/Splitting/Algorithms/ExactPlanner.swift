import Documents
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking
import Synchronization

extension Origin {
  /// The formulation whose graph the native methods search, for files that name a formulation.
  static let layered = "layered"
  static let shortestPaths = Origin(formulation: layered)
}

/// The exact method: the cheapest steps first, and a formulation with a solver last.
///
/// Each step starts from what the earlier steps left in the task's ledger.
public struct ExactPlanner: Planner {
  private let steps: Portfolio<SplittingProblem>
  private let findings: Findings
  private let request: MethodRequest<SplittingProblem>
  private let layered: any Formulation<SplittingProblem>

  /// - Parameters:
  ///   - kind: the kind whose evaluator assesses plans.
  ///   - layered: the formulation that expresses every instance.
  ///   - request: the caller's request; if it names another formulation or a solver, no shortest path answers
  ///     in its place.
  public init(
    _ kind: Kind<SplittingProblem>, layered: any Formulation<SplittingProblem>,
    _ request: MethodRequest<SplittingProblem>
  ) {
    let findings = Findings()
    let models = FirstSolver(kind, request.formulation ?? layered, request) {
      await InfeasibilityReason.ofConflict($0, $1, $2)
    }
    let isFree = !models.isDemanded || request.formulation?.name == layered.name && !request.namesSolver
    let shortcuts: [any Planner<SplittingProblem>] =
      isFree ? [OneHost(), ShortestPathsPlanner(findings)] : []
    self.findings = findings
    self.request = request
    self.layered = layered
    steps = Portfolio(shortcuts + [UnservedJobs(findings), HeuristicPlanner(findings), models])
  }

  public func refusal(of instance: Instance) -> String? { steps.refusal(of: instance) }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    try await steps.run(task)
  }

  /// The certificate from potentials if they prove all of the plan's cost, otherwise from multipliers.
  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> JSONValue? {
    let instance = task.instance
    guard let latencies = findings.latencies(of: instance) else { return nil }
    if instance.cost(ofLatencies: latencies) >= known.cost * (1 - 1e-9) {
      let maker = PotentialCertificate(instance, latencies: latencies)
      return (try? maker.certificate(of: known.cost))?.jsonValue
    }
    let maker = MultiplierCertificate(instance, latencies: latencies)
    var candidates = [findings.multipliers].compactMap(\.self)
    if task.ledger.progress.origin.backend != Origin.native {
      for solver in request.solvers {
        let duals = await maker.relaxationDuals(layered, solver, known: known.cost, task.budget.part())
        if let duals {
          candidates.append(duals)
          break
        }
      }
    }
    return maker.best(of: candidates)?.jsonValue
  }
}

/// The results that the steps of one solve share.
final class Findings: Sendable {
  private let state = Mutex<(latencies: [Double]?, multipliers: Certificate.Multipliers?)>((nil, nil))

  /// The shortest latency of each job without the other jobs [s]; `nil` if the task was cancelled.
  func latencies(of instance: Instance) -> [Double]? {
    if let known = state.withLock({ $0.latencies }) { return known }
    guard let paths = try? ShortestPaths(instance) else { return nil }
    state.withLock { $0.latencies = paths.latencies }
    return paths.latencies
  }

  func note(latencies: [Double]) { state.withLock { $0.latencies = latencies } }

  /// The multipliers that prove the heuristic's bound.
  var multipliers: Certificate.Multipliers? {
    get { state.withLock { $0.multipliers } }
    set { state.withLock { $0.multipliers = newValue } }
  }
}

/// Routes each job on its shortest path, which is optimal if all coupling constraints hold.
struct ShortestPathsPlanner: Planner {
  private let findings: Findings

  init(_ findings: Findings) { self.findings = findings }

  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    task.ledger.announce(.shortestPaths)
    guard let paths = try? ShortestPaths(task.instance) else { return .open }
    findings.note(latencies: paths.latencies)
    if let plan = paths.plan, let known = task.ledger.offer(plan, by: .shortestPaths) {
      try task.ledger.raise(to: known.cost, by: .shortestPaths)
    }
    return .open
  }
}

/// Shortest paths and nothing else, if the caller asks for just these.
public struct NativePlanner: Planner {
  private let backends: String

  /// - Parameter solvers: the solvers that a refusal recommends.
  public init(solvers: [any ModelSolver]) { backends = solvers.map(\.name).joined(separator: ", ") }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let findings = Findings()
    let instance = task.instance
    if case .infeasible(let reason, let origin) = try await OneHost().run(task) {
      return .infeasible(reason: reason, by: origin)
    }
    if task.isSettled { return .final() }
    guard let paths = try? ShortestPaths(instance) else { return .open }
    findings.note(latencies: paths.latencies)
    guard let plan = paths.plan else { return try await UnservedJobs(findings).run(task) }
    if let known = task.ledger.offer(plan, by: .shortestPaths) {
      try task.ledger.raise(to: known.cost, by: .shortestPaths)
      return .final()
    }
    if let limit = instance.hostLimit {
      throw .refused(
        "the native planner routes each job by itself, which cannot limit the number of hosts to \(limit); use a "
          + "formulation with a backend (\(backends))")
    }
    let violations = Evaluator(instance).evaluate(plan).violations
    if violations.contains(where: { $0.kind == .deadline }) {
      let conclusion = try await UnservedJobs(findings).run(task)
      if case .infeasible = conclusion { return conclusion }
    }
    throw .refused(
      "the native planner routes each job by itself, but its shortest paths break a coupling constraint "
        + "(\(violations[0])); use a formulation with a backend (\(backends))")
  }

  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> JSONValue? {
    guard let paths = try? ShortestPaths(task.instance) else { return nil }
    let maker = PotentialCertificate(task.instance, latencies: paths.latencies)
    return (try? maker.certificate(of: known.cost))?.jsonValue
  }
}

/// Runs all layers on one node if no more than one may be used.
struct OneHost: Planner {
  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let (instance, ledger) = (task.instance, task.ledger)
    guard instance.hostLimit == 1 else { return .open }
    ledger.announce(.shortestPaths)
    guard let search = try? SingleHost(instance) else { return .final() }
    guard let host = search.best else {
      return .infeasible(reason: "no node can run all layers of all jobs", by: .shortestPaths)
    }
    guard let paths = try? ShortestPaths(instance.hosting(on: [host])) else { return .final() }
    if let plan = paths.plan { ledger.offer(plan, by: .shortestPaths) }
    // The loads of links may leave open which host is the best one.
    try ledger.raise(to: min(search.values[host], ledger.best?.cost ?? .infinity), by: .shortestPaths)
    return .open
  }
}

/// Finds jobs that cannot be served even alone, and nodes and links with too little capacity for the least
/// needs of all jobs.
struct UnservedJobs: Planner {
  private let findings: Findings

  init(_ findings: Findings) { self.findings = findings }

  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    // A limit on the number of hosts is only set if there are plans without it.
    guard task.instance.hostLimit == nil else { return .open }
    guard let latencies = findings.latencies(of: task.instance),
      let reason = InfeasibilityReason.withoutSolver(task.instance, latencies: latencies)
    else { return .open }
    return .infeasible(reason: reason, by: .shortestPaths)
  }
}

/// Finds a plan within moments, with a Lagrangian bound.
public struct HeuristicPlanner: Planner {
  private let findings: Findings

  init(_ findings: Findings) { self.findings = findings }

  public init() { self.init(Findings()) }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let ledger = task.ledger
    guard task.instance.hostLimit == nil else { return .open }
    ledger.announce(.shortestPaths)
    let outcome = outcome(task)
    findings.multipliers = outcome.multipliers
    guard outcome.lowerBound < .infinity else { return .open }
    if let known = outcome.plan { ledger.keep(known, by: .shortestPaths) }
    try ledger.raise(to: min(outcome.lowerBound, ledger.best?.cost ?? .infinity), by: .shortestPaths)
    return .open
  }

  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> JSONValue? {
    guard let multipliers = findings.multipliers, let latencies = findings.latencies(of: task.instance) else {
      return nil
    }
    return MultiplierCertificate(task.instance, latencies: latencies).best(of: [multipliers])?.jsonValue
  }

  /// Runs for a tenth of the time, and longer if it has no plan by then: a solver would hardly have one
  /// sooner.
  private func outcome(_ task: SolveTask<SplittingProblem>) -> ResidualRouting.Outcome {
    let routing = ResidualRouting(task.instance)
    let first = routing.outcome(seconds: min(2, (task.budget.remaining ?? 20) / 10))
    guard first.plan == nil, first.lowerBound < .infinity, let remaining = task.budget.remaining else {
      return first
    }
    return routing.outcome(seconds: min(10, remaining / 2))
  }
}
