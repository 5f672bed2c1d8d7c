import Problems
import Serving
import ServingFlows

/// A rule that places machines, with the largest flow of its placement and no bound of its own.
public struct PlacementPlanner: Planner {
  private let place: @Sendable (ClusterFigures, _ mustStop: @escaping () -> Bool) -> Placement

  public init(_ place: @escaping @Sendable (ClusterFigures, _ mustStop: @escaping () -> Bool) -> Placement) {
    self.place = place
  }

  public func run(_ task: SolveTask<ServingProblem>) async throws(PlanningError) -> Conclusion {
    task.ledger.announce(Origin())
    let figures = task.instance.figures
    let placement = place(figures) { task.budget.isExhausted }
    task.ledger.offer(ServingPlan(placement, PlacementFlow(placement, in: figures)), by: Origin())
    return .open
  }
}
