import Foundations
import Problems
import Serving
import ServingFlows
import ServingSearch

/// The own exact method: area and pattern bound, rows of stages, annealing where links bind, and the search from left to
/// right (``/ServingSearch/ClusterSearch``).
public struct NativeServing: Planner {
  private let seed: UInt64
  private let rounds: Int

  /// A search with that many rounds of decisions, each of which may take twice as many steps as the one before. The same
  /// seed and rounds give the same plan, unless time ends the search.
  public init(seed: UInt64 = 0, rounds: Int = usualRounds) {
    self.seed = seed
    self.rounds = rounds
  }

  public static let usualRounds = 10

  public func run(_ task: SolveTask<ServingProblem>) async throws(PlanningError) -> Conclusion {
    let (ledger, origin) = (task.ledger, Origin(formulation: "layered"))
    ledger.announce(origin)
    let instance = task.instance
    var failure: PlanningError?
    let listener = ClusterSearch.Listener(
      found: { placement, flow in ledger.offer(ServingPlan(placement, flow), by: origin) },
      proved: { bound in
        do throws(PlanningError) { try ledger.raise(to: 0 - bound, by: origin) } catch {
          failure = failure ?? error
        }
      },
      mustStop: { task.budget.isExhausted || failure != nil })
    var search = ClusterSearch(instance.figures, seed: seed, gap: task.budget.gap, listener: listener)
    search.run(rounds: rounds)
    if let failure { throw failure }
    return task.budget.isExhausted && !search.isClosed ? .stopped : .open
  }
}
