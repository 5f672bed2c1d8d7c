import Documents
import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking

extension Origin {
  /// The search for the pipeline of one job with the least bottleneck.
  static let pipeline = Origin(formulation: "layered")
}

/// The exact method under the objective `bottleneck`: first the least value, then the least latency among the plans that
/// reach it.
public struct BottleneckPlanner: Planner {
  private let value: Portfolio<SplittingProblem>
  private let latency: any Planner<SplittingProblem>

  /// The planner that finds values with these steps, and solves for latencies with `latency`.
  private init(_ steps: [any Planner<SplittingProblem>], latency: any Planner<SplittingProblem>) {
    value = Portfolio([UnservedPipelines()] + steps)
    self.latency = latency
  }

  /// The usual steps for a caller's request with `layered`, the formulation that expresses every instance; if the request
  /// names a formulation or a solver, no other answers for the value.
  public init(
    _ kind: Kind<SplittingProblem>, layered: any Formulation<SplittingProblem>,
    sessions: any LinearSessionSource, _ request: MethodRequest<SplittingProblem>
  ) {
    let models = FirstSolver(kind, request.formulation ?? layered, request) {
      await InfeasibilityReason.ofConflict($0, $1, $2)
    }
    let own: [any Planner<SplittingProblem>] =
      models.isDemanded
      ? [LoadHeuristicPlanner()]
      : [PipelinePlanner(sessions, isStep: true), LoadLimitSearch(sessions, isStep: true)]
    var latencies = request
    latencies.formulation = nil
    latencies.namesSolver = false
    self.init(
      own + [models], latency: ExactPlanner(kind, layered: layered, sessions: sessions, latencies))
  }

  /// The steps without a model.
  public init(native sessions: any LinearSessionSource) {
    self.init(
      [PipelinePlanner(sessions, isStep: false), LoadLimitSearch(sessions, isStep: false)],
      latency: NativePlanner(solvers: [], sessions: sessions))
  }

  /// The bisection of limits on the load, with `paths` for each.
  public init(paths sessions: any LinearSessionSource) {
    self.init(
      [LoadLimitSearch(sessions, isStep: false)], latency: NativePlanner(solvers: [], sessions: sessions))
  }

  public func refusal(of instance: Instance) -> String? { value.refusal(of: instance) }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let conclusion = try await value.run(task)
    if case .infeasible = conclusion { return conclusion }
    try await SecondCriterion(latency).run(task)
    return conclusion
  }
}

/// Finds jobs that cannot be served even if nothing loads a node or a link.
struct UnservedPipelines: Planner {
  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let instance = task.instance.limitingLoads(to: .infinity)
    return try await UnservedJobs(findings: Findings()).run(task.asking(instance, within: task.budget.part()))
  }
}

/// Finds, among the plans whose value is within 1e-6 of the best one, that of the least total latency.
struct SecondCriterion {
  private let latency: any Planner<SplittingProblem>

  init(_ latency: any Planner<SplittingProblem>) { self.latency = latency }

  /// The time for it without a limit, at least and as a multiple of what the value took [s].
  private static let (leastSeconds, share) = (2.0, 2.0)

  /// Replaces the best plan in the task's ledger by one that takes less time.
  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) {
    let (ledger, budget) = (task.ledger, task.budget)
    guard let best = ledger.best, best.cost > 0, !budget.isExhausted else { return }
    let limited = task.instance.limitingLoads(to: max(ledger.bound, best.cost / Tolerance.slack))
    var part = budget.part(seconds: max(Self.leastSeconds, Self.share * budget.elapsed))
    part.gap = 0
    let question = task.asking(limited, within: part, known: best.plan)
    do throws(PlanningError) {
      _ = try await latency.run(question)
    } catch {
      // The value is what was asked for; a plan that reaches it is known.
      ledger.warn("the least latency among the best plans is not known: \(error)")
    }
    guard let found = question.ledger.best, let known = KnownPlan(found.plan, ledger.assess(found.plan))
    else {
      return
    }
    ledger.prefer(known)
    if let gap = question.ledger.gap, gap > Tolerance.relative {
      ledger.warn(
        "among the plans with this value one may have a latency that is less by up to \(Figures.percentage(gap))"
      )
    }
  }
}

extension SolveTask<SplittingProblem> {
  /// A task about another instance with the same hosts and routes, whose costs and bounds mean nothing here.
  /// - Parameter known: a plan of that instance to start with, if it is one.
  func asking(_ instance: Instance, within budget: Budget, known: Plan? = nil) -> SolveTask {
    let assess = { @Sendable in Evaluator(instance).assess($0) }
    let ledger = Ledger<SplittingProblem>(
      objective: SplittingProblem.objective(of: instance), known: known.flatMap { KnownPlan($0, assess($0)) },
      assess: assess)
    return SolveTask(instance, budget, ledger)
  }
}
