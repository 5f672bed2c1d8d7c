import Documents
import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking

extension Origin {
  /// Column generation over the paths of each job.
  static let paths = Origin(formulation: "paths")
}

/// Solves coupled instances exactly without a mixed-integer program: column generation bounds the optimum, then all
/// paths within the gap are listed, and a branch and bound chooses among them.
///
/// It needs a backend with LP sessions, and leaves to a formulation what it cannot express.
public struct PathsPlanner: Planner {
  private let source: any LinearSessionSource
  private let findings: Findings
  private let isStep: Bool
  private let effort: Effort?

  /// How far the searches of an instance go, and of its parts if it has to be divided.
  struct Effort {
    var whole = PathsRun.Effort()
    var parts = HostBranching.effort
  }

  /// The planner as a method of its own.
  public init(_ source: any LinearSessionSource) { self.init(source, Findings(), isStep: false) }

  /// The planner with what others found; as a step of several it leaves what it cannot do to the next one.
  init(
    _ source: any LinearSessionSource, _ findings: Findings, isStep: Bool, effort: Effort? = nil
  ) {
    self.effort = effort
    self.source = source
    self.findings = findings
    self.isStep = isStep
  }

  /// The part of the time after which the next step goes on.
  private static let share = 0.6

  public func refusal(of instance: Instance) -> String? { isStep ? nil : limitation(instance) }

  private func limitation(_ instance: Instance) -> String? {
    if instance.hostLimit != nil { return "paths cannot limit the number of hosts" }
    return nil
  }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    if let reason = limitation(task.instance) {
      if isStep { return .open }
      throw .refused(reason)
    }
    if !isStep {
      // The reasons that need no search.
      let conclusion = try await UnservedJobs(findings: findings).run(task)
      if case .infeasible = conclusion { return conclusion }
    }
    if let conclusion = try alone(task) {
      if isStep, case .infeasible = conclusion { return .open }
      return conclusion
    }
    let error: PlanningError
    do {
      switch try search(task).conclusion {
      // A formulation finds out which constraints cannot hold together.
      case .infeasible where isStep: return .open
      // The rest of the time is the next step's.
      case .stopped where isStep && !task.budget.isExhausted: return .open
      case let conclusion: return conclusion
      }
    } catch let failure as PlanningError {
      error = failure
    } catch let failure as BackendError {
      error = .backend(failure)
    } catch {
      throw .cancelled
    }
    guard isStep else { throw error }
    // The next step has a solver of its own, and says so if none is there.
    if case .backend(.unavailable) = error { return .open }
    task.ledger.warn("\(error)")
    return .open
  }
}

extension PathsPlanner {
  /// Searches all plans at once, and if that is too much, in parts; with the paths that prove the result.
  private func search(
    _ task: SolveTask<SplittingProblem>
  ) throws -> (conclusion: Conclusion, proof: [[JobPlan]]) {
    let budget = task.budget.part(seconds: isStep ? task.budget.remaining.map { Self.share * $0 } : nil)
    let task = SolveTask(task.instance, budget, task.ledger, cutoff: task.cutoff)
    let effort = effort ?? (task.instance.hasHoldings ? .ofHoldings : Effort())
    var run = try PathsRun(task, source, findings, effort: effort.whole)
    let conclusion = try run.run()
    guard case .open = conclusion, !task.isSettled else {
      return (conclusion, Self.distinct(run.proof, and: task.ledger.best?.plan))
    }
    // A step goes on for as long as it took so far: the next one may find it easier.
    let rest = budget.part(seconds: isStep ? max(1, budget.elapsed) : nil)
    var branching = HostBranching(task, source, within: rest, effort: effort.parts)
    let divided = try branching.run(after: run)
    return (divided, Self.distinct(branching.proof, and: task.ledger.best?.plan))
  }

  /// Each path once, and those of a plan: the searches keep only what may be better than it.
  private static func distinct(_ paths: [[JobPlan]], and plan: Plan?) -> [[JobPlan]] {
    paths.enumerated().map { job, paths in
      var known: Set<[[Int]]> = []
      return (paths + [plan?.jobs[job]].compactMap(\.self)).filter {
        known.insert([$0.hosts] + $0.routes).inserted
      }
    }
  }

  /// The plan of a job that competes with no other: the cheapest of its paths that keep its own limits. `nil` if there are
  /// several jobs, or the search ended before it knew.
  private func alone(_ task: SolveTask<SplittingProblem>) throws(PlanningError) -> Conclusion? {
    guard task.instance.jobs.count == 1 else { return nil }
    let budget = task.budget
    task.ledger.announce(.paths)
    let instance = PathInstance(ResidualRouting(task.instance), task.instance.options.objective)
    let job = instance.jobs[0]
    let free = [Double](repeating: 0, count: instance.resources.sharedCount)
    let prices = PathPrices(latency: job.figures.weight, perUnit: free, nodeCount: job.nodeCount)
    var pricing = Pricing(instance, Cancellation { budget.isExhausted })
    let answer = pricing.cheapest(0, prices)
    if budget.isExhausted { return nil }
    findings.relaxation.withLock {
      var multipliers = Certificate.Multipliers()
      if instance.minimisesLargest { multipliers.makespan = [.init([task.instance.jobs[0].id], value: 1)] }
      $0 = RelaxationProof(
        multipliers: multipliers, bound: answer.bound, instance: instance, prices: [prices],
        leastCosts: [answer.bound], ownLimits: pricing.ownLimits)
    }
    guard answer.bound < .infinity else {
      return .infeasible(reason: "the job has no path within its own limits", by: .paths)
    }
    guard let path = answer.path,
      let known = task.ledger.offer(Plan(jobs: [path.plan(of: job.figures)]), by: .paths)
    else { return nil }
    try task.ledger.raise(to: min(answer.bound, known.cost), by: .paths)
    return task.isSettled ? .final() : nil
  }

  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> CertificateAttempt {
    await findings.certificate(of: known, task, source)
  }
}

extension PathsPlanner {
  /// Paths of each job, in the instance's order, that an integer program needs to reach the optimum, as the search left
  /// them when it had proved it.
  /// - Throws: ``/Problems/PlanningError/refused(_:)`` if there is no plan, or if the optimum could not be proved.
  public func provingPaths(
    _ task: SolveTask<SplittingProblem>
  ) async throws(PlanningError) -> [[JobPlan]] {
    if let reason = limitation(task.instance) { throw .refused(reason) }
    if task.instance.options.objective == .bottleneck {
      throw .refused("the model of paths is of latencies, and the objective is bottleneck")
    }
    var conclusion = try await UnservedJobs(findings: findings).run(task)
    var paths: [[JobPlan]] = []
    if case .open = conclusion, let found = try alone(task) {
      conclusion = found
      paths = task.ledger.best.map { [[$0.plan.jobs[0]]] } ?? []
    } else if case .open = conclusion {
      do {
        (conclusion, paths) = try search(task)
      } catch let error as PlanningError {
        throw error
      } catch let error as BackendError {
        throw .backend(error)
      } catch {
        throw .cancelled
      }
    }
    if case .infeasible(let reason, _) = conclusion {
      throw .refused("there is no plan, and so no paths to choose from: \(reason)")
    }
    guard task.isSettled else {
      throw .refused("paths has not proved the optimum, so that its paths may not contain it")
    }
    return paths
  }
}
