import LinearModels
import Problems
import Synchronization

/// Translates a solver's reports on a model into the progress of a search.
final class IncumbentWatch: Sendable {
  /// The size of one unit of the model's objective.
  private let scale: Double
  /// The cost above which plans were left out of the model.
  private let limit: Double
  /// The cost of the plan that a point stands for, if the evaluator accepts it.
  private let accept: @Sendable (_ values: [Double]) -> Double?
  private let latest: Mutex<SearchProgress>

  init(
    scale: Double, limit: Double, _ progress: SearchProgress,
    accept: @escaping @Sendable (_ values: [Double]) -> Double?
  ) {
    self.scale = scale
    self.limit = limit
    self.accept = accept
    latest = Mutex(progress)
  }

  /// Records a report.
  func note(_ report: SolveProgress) -> SearchProgress {
    let known = report.values.flatMap(accept)
    return latest.withLock { latest in
      if let known { latest.cost = min(known, latest.cost ?? .infinity) }
      if let bound = report.bound.map({ $0 * scale }), bound.isFinite {
        let cost = latest.cost ?? .infinity
        // A bound above a plan's cost is wrong, and proves nothing.
        if !Claim.bound(bound).isContradicted(byCost: cost, scale: scale) {
          latest.bound = max(latest.bound, min(bound, limit, cost))
        }
      }
      latest.nodes = report.nodes
      return latest
    }
  }
}
