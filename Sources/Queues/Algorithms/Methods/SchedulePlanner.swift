import Foundations
import Problems
import Queues

/// Runs a method, and bounds what it finds.
struct SchedulePlanner: Planner {
  let name: String
  let request: MethodRequest<QueueProblem>
  let explain: ScheduleMethods.Explanation
  let search: ScheduleMethods.Run

  private var origin: Origin { Origin(method: name) }

  func run(_ task: SolveTask<QueueProblem>) async throws(PlanningError) -> Conclusion {
    let batch: Batch
    do throws(BatchError) {
      batch = try Batch(task.instance)
    } catch {
      switch error {
      case .planning(let error): throw error
      case .unservable(_, let alone):
        return .infeasible(reason: try await explain(alone) ?? error.description, by: origin)
      }
    }
    let found = try Cancellation.ofCurrentTask { cancellation throws(PlanningError) in
      try search(
        ScheduleSearch(
          batch: batch, values: request.parameters, cancellation: cancellation, limit: task.budget.remaining))
    }
    try keep(found, task)
    if !found.isProven { try await bound(batch, task) }
    return found.isComplete ? .open : .stopped
  }

  private func keep(_ found: FoundSchedule, _ task: SolveTask<QueueProblem>) throws(PlanningError) {
    let assessment = task.ledger.assess(found.schedule)
    guard let known = KnownPlan(found.schedule, assessment) else {
      throw .wrongAnswer(
        backend: name, detail: "its schedule breaks a constraint: \(assessment.violations[0])")
    }
    task.ledger.keep(known, by: origin)
    if found.isProven { try raise(LowerBound(seconds: known.cost, reason: .exact), task) }
  }

  /// What the linear program of the bound may take [s].
  private static let balanceLimit = 10.0

  private func bound(_ batch: Batch, _ task: SolveTask<QueueProblem>) async throws(PlanningError) {
    try raise(batch.boundOfJobsAlone, task)
    // A caller that has cancelled the task does not wait for a better bound.
    guard !Task.isCancelled else { return }
    let limit = request.parameters.number("timeLimit") ?? task.budget.seconds ?? .infinity
    let seconds = min(Self.balanceLimit, max(1, limit))
    let bound = await batch.lowerBound(solvers: request.solvers, limit: seconds) { task.ledger.warn($0) }
    try raise(bound, task)
  }

  private func raise(_ bound: LowerBound, _ task: SolveTask<QueueProblem>) throws(PlanningError) {
    try task.ledger.raise(to: bound.seconds, by: Origin(method: bound.reason.rawValue))
  }
}
