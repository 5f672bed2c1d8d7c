import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking

/// Finds the least bottleneck by bisection of a limit on all loads: whether some plan keeps a limit is a question about
/// latencies, for which `paths` is exact.
///
/// The method answers for several jobs, and for a job with a deadline; the plans that it meets shorten the interval as well.
struct LoadLimitSearch: Planner {
  private let source: any LinearSessionSource
  private let isStep: Bool

  /// The search as a step leaves what it cannot decide to the next one.
  init(_ source: any LinearSessionSource, isStep: Bool) {
    self.source = source
    self.isStep = isStep
  }

  /// The part of the time after which the next step goes on.
  private static let share = 0.6

  func refusal(of instance: Instance) -> String? {
    isStep || instance.hostLimit == nil ? nil : "paths cannot limit the number of hosts"
  }

  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let (ledger, budget) = (task.ledger, task.budget)
    guard task.instance.hostLimit == nil else {
      if isStep { return .open }
      throw .refused("paths cannot limit the number of hosts")
    }
    ledger.announce(.paths)
    var part = budget.part(seconds: budget.remaining.map { isStep ? Self.share * $0 : $0 })
    try LoadHeuristic(task.instance).improve(ledger, within: part.part(seconds: (part.remaining ?? 20) / 10))
    // Any plan answers a question. The bound of a question without one must stay a number.
    part.gap = 0.99
    // Without a plan, the first question is whether there is one at all.
    guard ledger.best != nil else {
      return try await firstPlan(task, part)
    }
    return try await bisect(task, part)
  }

  private func firstPlan(
    _ task: SolveTask<SplittingProblem>, _ budget: Budget
  ) async throws(PlanningError) -> Conclusion {
    switch try await test(task, task.instance.limitingLoads(to: .infinity), budget) {
    case .found: return try await bisect(task, budget)
    case .infeasible: return isStep ? .open : .infeasible(reason: "no plan keeps all limits", by: .paths)
    case .unknown: return budget.isExhausted && !task.budget.isExhausted && isStep ? .open : .stopped
    }
  }

  private func bisect(
    _ task: SolveTask<SplittingProblem>, _ budget: Budget
  ) async throws(PlanningError) -> Conclusion {
    let ledger = task.ledger
    while let best = ledger.best, !task.isSettled {
      let upper = best.cost * (1 - 1e-9)
      let lower = max(0, ledger.bound)
      // The upper end is tested as soon as the interval is short, which proves the optimum.
      let isShort = upper - lower <= 1e-3 * upper
      let limit = isShort ? upper : (lower + upper) / 2
      // The tolerance of limits would let the known plan pass.
      switch try await test(task, task.instance.limitingLoads(to: limit / Tolerance.slack), budget) {
      case .found(let cost):
        // Rounding may let the known plan pass; then nothing more can be told.
        if cost >= best.cost { return isStep ? .open : .stopped }
      // That a plan is better by less than rounding cannot be told.
      case .infeasible: try ledger.raise(to: isShort ? best.cost : limit, by: .paths)
      case .unknown: return isStep && !task.budget.isExhausted ? .open : .stopped
      }
    }
    return task.isSettled ? .final() : .open
  }

  private enum Answer {
    /// A plan, with its value.
    case found(Double)
    case infeasible
    case unknown
  }

  /// Whether an instance with limits has a plan; a plan goes into the task's ledger.
  private func test(
    _ task: SolveTask<SplittingProblem>, _ limited: Instance, _ budget: Budget
  ) async throws(PlanningError) -> Answer {
    if budget.isExhausted { return .unknown }
    let question = task.asking(limited, within: budget.part())
    let conclusion = try await Portfolio.anyPlan(source).run(question)
    if let found = question.ledger.best, let known = KnownPlan(found.plan, task.ledger.assess(found.plan)) {
      task.ledger.keep(known, by: .paths)
      return .found(known.cost)
    }
    if case .infeasible = conclusion { return .infeasible }
    return .unknown
  }
}

extension Portfolio<SplittingProblem> {
  /// The steps that find some plan under an objective of latencies, or that there is none.
  static func anyPlan(_ sessions: any LinearSessionSource) -> Portfolio {
    let findings = Findings()
    return Portfolio([
      UnservedJobs(findings: findings), QuickLatency(), PathsPlanner(sessions, findings, isStep: false),
    ])
  }
}

/// The heuristic for latencies, for a moment.
private struct QuickLatency: Planner {
  func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let seconds = min(1, (task.budget.remaining ?? 20) / 20)
    if let plan = ResidualRouting(task.instance).outcome(rounds: 8, seconds: seconds).plan {
      task.ledger.keep(plan, by: .paths)
    }
    return .open
  }
}
