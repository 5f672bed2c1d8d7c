import Foundations
import LinearModels
import Planning
import Problems
import Splitting

/// The reason of an instance that only has no plan because jobs must be contiguous: a node may run one run of layers of them.
struct ContiguityReason {
  private let instance: Instance
  /// The jobs whose demand has to go.
  private let jobs: [Int]

  /// Looks for a set of jobs that is enough, minimal if the time allows: with a plan of any other demand, frees all, and
  /// then demands it of one job after the other again. `nil` if no plan is found even then.
  ///
  /// - Parameter hasPlan: whether a plan is found where only these jobs must be contiguous.
  /// - Complexity: a question a contiguous job, and one more.
  init?(_ instance: Instance, hasPlan: (_ contiguous: [Int]) async -> Bool) async {
    let all = instance.jobs.indices.filter { instance.jobs[$0].isContiguous }
    guard !all.isEmpty, await hasPlan([]) else { return nil }
    var freed = all
    for job in all where freed.count > 1 {
      let fewer = freed.filter { $0 != job }
      if await hasPlan(all.filter { !fewer.contains($0) }) { freed = fewer }
    }
    (self.instance, jobs) = (instance, freed)
  }

  /// The reason as a text.
  var text: String {
    let demand = "without that demand\(jobs.count == 1 ? "" : " on these jobs")"
    return
      "contiguous: \(instance.list(jobs: jobs)) cannot run with one run of layers a node; \(demand) there would be a plan"
  }
}

extension Instance {
  /// The instance where only these jobs must be contiguous.
  package func demandingContiguity(of jobs: [Int]) -> Instance {
    var instance = self
    for job in instance.jobs.indices { instance.jobs[job].isContiguous = jobs.contains(job) }
    return instance
  }
}

/// A native method that says whether it is the demand for contiguous jobs that leaves no plan.
public struct ContiguityExplained: Planner {
  private let planner: any Planner<SplittingProblem>
  private let sessions: any LinearSessionSource

  /// The time for the reason at most [s].
  private static let seconds = 10.0

  /// - Parameters:
  ///   - planner: the method whose claim that there is no plan is looked into.
  ///   - sessions: for the questions whether there would be a plan without the demand.
  public init(_ planner: any Planner<SplittingProblem>, sessions: any LinearSessionSource) {
    (self.planner, self.sessions) = (planner, sessions)
  }

  public func refusal(of instance: Instance) -> String? { planner.refusal(of: instance) }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    let conclusion = try await planner.run(task)
    guard case .infeasible(_, let origin) = conclusion else { return conclusion }
    let budget = task.budget.part(seconds: Self.seconds)
    let reason = await ContiguityReason(task.instance) { jobs in
      await hasPlan(task, task.instance.demandingContiguity(of: jobs), budget)
    }
    return reason.map { .infeasible(reason: $0.text, by: origin) } ?? conclusion
  }

  public func certificate(of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>) async
    -> CertificateAttempt
  {
    await planner.certificate(of: known, task)
  }

  private func hasPlan(
    _ task: SolveTask<SplittingProblem>, _ instance: Instance, _ budget: Budget
  ) async -> Bool {
    if budget.isExhausted { return false }
    var relaxed = instance
    if relaxed.options.objective == .bottleneck { relaxed = relaxed.limitingLoads(to: .infinity) }
    var part = budget.part()
    // Any plan is an answer.
    part.gap = 0.99
    let question = task.asking(relaxed, within: part)
    _ = try? await Portfolio.anyPlan(sessions).run(question)
    return question.ledger.best != nil
  }
}
