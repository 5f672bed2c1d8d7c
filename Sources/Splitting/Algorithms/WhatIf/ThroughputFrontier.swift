import Documents
import Foundations
import Problems
import Splitting
import SplittingChecking

/// Finds the plans that no other plan beats both in total latency and in bottleneck.
///
/// Each is the best in latency under a limit on the largest load, which is a question about latencies with rates divided by
/// the limit (epsilon-constraint method: Haimes, Lasdon and Wismer, "On a bicriterion formulation of the problems of integrated
/// system identification and system optimization", 1971). The first has no limit, each further one a limit just below the
/// bottleneck of the last, down to the least bottleneck, which the task's best answer has.
public struct ThroughputFrontier {
  private let task: RankingTask<SplittingProblem>
  private let instance: Instance

  public init(_ task: RankingTask<SplittingProblem>) {
    self.task = task
    instance = task.instance
  }

  /// The relative distance between the bottlenecks of two plans: three times the tolerance of limits.
  private static let step = 3e-6

  /// The plans of the frontier, that of the least latency first.
  ///
  /// - Complexity: a solve for each plan.
  public func ranking() async throws(PlanningError) -> Ranking<SplittingProblem> {
    guard task.best.plan != nil else { return Ranking(answers: [task.best], isComplete: false) }
    var frontier = Ranking<SplittingProblem>(answers: [], isComplete: task.best.file.status == .optimal)
    var limited = instance.limitingLoads(to: .infinity)
    // The task's best answer has the least bottleneck: below it is nothing to find.
    let least = task.best.bound
    while true {
      if task.budget.isExhausted || task.count == frontier.answers.count {
        frontier.isComplete = false
        break
      }
      let bound = frontier.answers.last?.bound ?? -.infinity
      let solved = try await task.solve(limited, PriorKnowledge(bound: bound))
      guard let plan = solved.plan, let answer = answer(of: plan, solved, bound: solved.bound) else {
        // No plan keeps the limit, although one with the least bottleneck was known.
        if solved.file.status != .infeasible { frontier.isComplete = false }
        frontier.warnings += solved.warnings
        break
      }
      if answer.file.status != .optimal { frontier.isComplete = false }
      // Of plans with the same latency, that with the smaller bottleneck comes later.
      if let last = frontier.answers.last, Tolerance.agrees(last.cost, answer.cost) {
        frontier.answers.removeLast()
      }
      frontier.answers.append(answer)
      let bottleneck = bottleneck(of: plan)
      let limit = bottleneck * (1 - Self.step)
      if limit < least || bottleneck == 0 { break }
      limited = instance.limitingLoads(to: limit)
    }
    // Without the time for the first question, the plan of the least bottleneck is what is known.
    if frontier.answers.isEmpty {
      frontier.answers = [task.best.plan.flatMap { answer(of: $0, task.best, bound: 0) } ?? task.best]
    }
    return frontier
  }

  private func bottleneck(of plan: Plan) -> Double { Evaluator(instance).loads(of: plan).largest }

  /// The answer with the figures of the instance itself, and the bottleneck beside them.
  ///
  /// - Parameter bound: a bound on the latency.
  private func answer(
    of plan: Plan, _ solved: Answer<SplittingProblem>, bound: Double
  ) -> Answer<SplittingProblem>? {
    let latencies = instance.withFreeLoads
    let assess = { @Sendable in Evaluator(latencies).assess($0) }
    guard let known = KnownPlan(plan, assess(plan)) else { return nil }
    let origin = solved.file.solver?.origin ?? Origin()
    let ledger = Ledger<SplittingProblem>(
      objective: SplittingProblem.objective(of: latencies), origin: origin, known: known,
      bound: min(bound, known.cost), assess: assess)
    var answer = Answer(ledger, of: latencies, by: origin, seconds: solved.file.solver?.seconds ?? 0)
    answer.file.body.insert(.init("bottleneck", .number(bottleneck(of: plan))), at: 0)
    answer.warnings = solved.warnings
    return answer
  }
}
