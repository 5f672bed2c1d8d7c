import Batching
import Foundations
import Problems

/// The exact method: labels from the last block to the first, which search the layered graph without building it.
///
/// Users of equal value take `EqualValueSearch`, others `ValueSearch`.
public struct BatchLabelPlanner: Planner {
  public init() {}

  public func run(_ task: SolveTask<BatchingProblem>) async throws(PlanningError) -> Conclusion {
    let (ledger, origin) = (task.ledger, Origin(formulation: "layered"))
    ledger.announce(origin)
    let tasks = TaskGroups(task.instance)
    let count = task.instance.users.count
    ledger.offer(BestShelf.withExits.plan(for: task.instance), by: origin)
    // The largest possible batch has the most valuable users at best.
    let most = tasks.values.sorted(by: >).prefix(tasks.limits.largest.first ?? 0).reduce(0, +)
    try ledger.raise(to: 0 - most, by: origin)
    if task.isSettled { return .open }
    let value = tasks.values.first ?? 0
    let (batch, bound, isComplete) =
      tasks.values.allSatisfy { $0 == value } ? largestBatch(tasks, task) : bestBatch(tasks, task)
    ledger.offer(tasks.plan(serving: batch, of: count), by: origin)
    try ledger.raise(to: 0 - bound, by: origin)
    return isComplete || !task.budget.isExhausted ? .open : .stopped
  }

  /// The users of a batch, an upper bound on the value, and whether the search came to its end.
  private typealias Found = (batch: [Int], bound: Double, isComplete: Bool)

  private func largestBatch(_ tasks: TaskGroups, _ task: SolveTask<BatchingProblem>) -> Found {
    var search = EqualValueSearch(
      tasks, mostLabels: Int(memory(task) / EqualValueSearch.bytesOfLabel))
    search.run { task.budget.isExhausted }
    let batch = search.largestBatch
    let bound = search.isComplete ? tasks.values.prefix(batch.count).reduce(0, +) : .infinity
    return (batch, bound, search.isComplete)
  }

  /// The gap that counts as closed where values are no whole numbers: half of what an optimal plan may have.
  private static let closedGap = Tolerance.relative / 2
  /// A label of ``ValueSearch`` with its successor and its part in the lists besides [byte].
  private static let bytesOfLabel = 200.0
  /// The labels of a step in the first search, which finds a good batch.
  private static let firstWidth = 64

  /// The memory for labels [byte].
  private func memory(_ task: SolveTask<BatchingProblem>) -> Double {
    min(task.budget.modelMemory / 2, 4e9)
  }

  private func bestBatch(_ tasks: TaskGroups, _ task: SolveTask<BatchingProblem>) -> Found {
    var search = ValueSearch(
      tasks, gap: max(Self.closedGap, task.budget.gap), mostLabels: Int(memory(task) / Self.bytesOfLabel))
    for width in [Self.firstWidth, .max] {
      guard case .complete = search.run(width: width, { task.budget.isExhausted }) else {
        return (search.bestBatch, search.bound, false)
      }
    }
    return (search.bestBatch, search.bound, true)
  }
}
