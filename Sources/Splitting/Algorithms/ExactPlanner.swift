import Documents
import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking
import Synchronization

extension Origin {
  /// The native methods, for files that name a formulation: they search the graph of this one.
  static let shortestPaths = Origin(formulation: "layered")
}

/// The exact method: the cheapest steps first, and a formulation with a solver last, each with what the earlier ones
/// left in the task's ledger.
public struct ExactPlanner: Planner {
  private let steps: Portfolio<SplittingProblem>
  private let findings = Findings()
  private let request: MethodRequest<SplittingProblem>
  private let layered: any Formulation<SplittingProblem>
  private let sessions: any LinearSessionSource

  /// The steps for a caller's request with `layered`, the formulation that expresses every instance; if the request
  /// names another formulation or a solver, no shortest path answers in its place. `sessions` are for the linear
  /// programs of `paths`.
  public init(
    _ kind: Kind<SplittingProblem>, layered: any Formulation<SplittingProblem>,
    sessions: any LinearSessionSource, _ request: MethodRequest<SplittingProblem>
  ) {
    let models = FirstSolver(kind, request.formulation ?? layered, request) {
      await InfeasibilityReason.ofConflict($0, $1, $2)
    }
    let isFree = !models.isDemanded || request.formulation?.name == layered.name && !request.namesSolver
    let shortcuts: [any Planner<SplittingProblem>] =
      isFree ? [OneHost(), ShortestPathsPlanner(findings: findings)] : []
    let paths: [any Planner<SplittingProblem>] =
      models.isDemanded ? [] : [PathsPlanner(sessions, findings, isStep: true)]
    self.request = request
    self.layered = layered
    self.sessions = sessions
    steps = Portfolio(
      shortcuts + [UnservedJobs(findings: findings)] + paths + [HeuristicPlanner(findings), models])
  }

  public func refusal(of instance: Instance) -> String? { steps.refusal(of: instance) }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    try await steps.run(task)
  }

  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> CertificateAttempt {
    // With the prices of `paths`, or if only a heuristic has run, a linear program would take longer than the solve.
    let isNative = task.ledger.progress.origin.backend == Origin.native
    return await findings.certificate(of: known, task, sessions) { maker in
      for solver in isNative ? [] : request.solvers {
        let duals = await maker.relaxationDuals(layered, solver, known: known.cost, task.budget.part())
        if let duals { return duals }
      }
      return nil
    }
  }
}

/// The results that the steps of one solve share.
final class Findings: Sendable {
  private let paths = Mutex<ShortestPaths?>(nil)
  /// The multipliers that prove the heuristic's bound.
  let multipliers = Mutex<Certificate.Multipliers?>(nil)
  /// What proves the bound with which `paths` began its search.
  let relaxation = Mutex<RelaxationProof?>(nil)

  /// The shortest path of each job without the other jobs; `nil` if the task was cancelled.
  func paths(of instance: Instance) -> ShortestPaths? {
    if let known = paths.withLock({ $0 }) { return known }
    let found = try? ShortestPaths(instance)
    paths.withLock { $0 = found }
    return found
  }

  /// The certificate from potentials if they prove all of the plan's cost, otherwise from the best multipliers that were
  /// found, that `more` finds, or that the relaxation of `paths` has with cuts; `sessions` are for its linear programs.
  func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>,
    _ sessions: (any LinearSessionSource)? = nil,
    more: (MultiplierCertificate) async -> Certificate.Multipliers? = { _ in nil }
  ) async -> CertificateAttempt {
    let (instance, budget) = (task.instance, task.budget)
    guard let latencies = paths(of: instance)?.latencies else { return .stopped }
    if instance.cost(ofLatencies: latencies) >= known.cost * (1 - 1e-9) {
      let maker = PotentialCertificate(instance: instance, latencies: latencies)
      return CertificateAttempt(try? maker.certificate(of: known.cost))
    }
    let maker = MultiplierCertificate(instance: instance, latencies: latencies)
    var candidates = [multipliers.withLock { $0 }, await more(maker)].compactMap(\.self)
    let cancellation = Cancellation { budget.isExhausted }
    let cost = known.cost
    let found = relaxation.withLock { $0 }
    if let found { candidates.append(found.multipliers(of: instance, cancellation)) }
    if let sessions, (found?.bound ?? 0) < cost * (1 - 1e-9), instance.hostLimit == nil, !budget.isExhausted {
      // At most as long again as the solve took, and time is left to state what was found.
      let seconds = min(max(1, budget.elapsed), (budget.remaining ?? .infinity) / 2)
      let proof = try? RelaxationProof.tightened(
        instance, sessions, known: cost, budget.part(seconds: seconds))
      if let proof { candidates.append(proof.multipliers(of: instance, cancellation)) }
    }
    return CertificateAttempt(maker.best(of: candidates))
  }
}

extension CertificateAttempt {
  /// `nil` if the task was cancelled before there was a certificate.
  fileprivate init(_ certificate: Certificate?) { self = certificate.map { .made($0.jsonValue) } ?? .stopped }
}

/// Routes each job on its shortest path, which is optimal if all coupling constraints hold.
struct ShortestPathsPlanner: Planner {
  let findings: Findings

  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    task.ledger.announce(.shortestPaths)
    _ = try offer(task)
    return .open
  }

  /// Offers the paths as a plan; returns whether it is accepted, and therefore optimal.
  fileprivate func offer(_ task: SolveTask<SplittingProblem>) throws(PlanningError) -> Bool {
    guard let plan = findings.paths(of: task.instance)?.plan,
      let known = task.ledger.offer(plan, by: .shortestPaths)
    else { return false }
    try task.ledger.raise(to: known.cost, by: .shortestPaths)
    return true
  }
}

/// The shortest paths, without a model; and `paths` where jobs compete, unless the caller asks for just these.
public struct NativePlanner: Planner {
  private let findings = Findings()
  private let sessions: (any LinearSessionSource)?
  private let backends: String

  /// The planner whose refusals recommend these solvers. `sessions` are for the linear programs of `paths`; without any
  /// it refuses instances whose shortest paths break a coupling constraint.
  public init(solvers: [any ModelSolver], sessions: (any LinearSessionSource)? = nil) {
    backends = solvers.map(\.name).joined(separator: ", ")
    self.sessions = sessions
  }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let instance = task.instance
    let conclusion = try await OneHost().run(task)
    if case .infeasible = conclusion { return conclusion }
    if task.isSettled { return .final() }
    guard let paths = findings.paths(of: instance) else { return .open }
    let unserved = UnservedJobs(findings: findings)
    guard let plan = paths.plan else { return try await unserved.run(task) }
    if try ShortestPathsPlanner(findings: findings).offer(task) { return .final() }
    if let limit = instance.hostLimit {
      throw .refused(
        "the native planner routes each job by itself, which cannot limit the number of hosts to \(limit); use a "
          + "formulation with a backend (\(backends))")
    }
    if let sessions { return try await PathsPlanner(sessions, findings, isStep: false).run(task) }
    let violations = Evaluator(instance).evaluate(plan).violations
    if violations.contains(where: { $0.kind == .deadline }) {
      let conclusion = try await unserved.run(task)
      if case .infeasible = conclusion { return conclusion }
    }
    throw .refused(
      "the native planner routes each job by itself, but its shortest paths break a coupling constraint "
        + "(\(violations[0])); use the method paths, or a formulation with a backend (\(backends))")
  }

  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> CertificateAttempt {
    await findings.certificate(of: known, task, sessions)
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

/// Finds jobs that cannot be served even alone, and nodes and links too small for the least needs of all jobs.
struct UnservedJobs: Planner {
  let findings: Findings

  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    // A limit on the number of hosts is only set if there are plans without it.
    guard task.instance.hostLimit == nil,
      let latencies = findings.paths(of: task.instance)?.latencies,
      let reason = InfeasibilityReason.withoutSolver(task.instance, latencies: latencies)
    else { return .open }
    return .infeasible(reason: reason, by: .shortestPaths)
  }
}

/// Finds a plan within moments, with a Lagrangian bound.
public struct HeuristicPlanner: Planner {
  private let findings: Findings

  init(_ findings: Findings) { self.findings = findings }

  public init() { findings = Findings() }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let ledger = task.ledger
    guard task.instance.hostLimit == nil else { return .open }
    ledger.announce(.shortestPaths)
    let outcome = outcome(task)
    findings.multipliers.withLock { $0 = outcome.multipliers }
    guard outcome.lowerBound < .infinity else { return .open }
    if let known = outcome.plan { ledger.keep(known, by: .shortestPaths) }
    try ledger.raise(to: min(outcome.lowerBound, ledger.best?.cost ?? .infinity), by: .shortestPaths)
    return .open
  }

  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> CertificateAttempt {
    await findings.certificate(of: known, task)
  }

  /// Runs for a tenth of the time, and longer if it has no plan by then: a solver would hardly have one sooner.
  private func outcome(_ task: SolveTask<SplittingProblem>) -> ResidualRouting.Outcome {
    let routing = ResidualRouting(task.instance)
    let first = routing.outcome(seconds: min(2, (task.budget.remaining ?? 20) / 10))
    guard first.plan == nil, first.lowerBound < .infinity, let remaining = task.budget.remaining else {
      return first
    }
    return routing.outcome(seconds: min(10, remaining / 2))
  }
}
