import LinearModels
import Problems
import Synchronization

/// Translates a solver's reports on a model into plans that the evaluator accepts.
final class IncumbentWatch<Plan: Sendable>: Sendable {
  private let encoding: Encoding<Plan>
  private let model: CompiledModel
  private let assess: @Sendable (Plan) -> Assessment
  private let offer: @Sendable (KnownPlan<Plan>) -> Void
  private let limit: Double
  private let latest: Mutex<SearchProgress>

  /// - Parameters:
  ///   - offer: called with each incumbent that is accepted.
  ///   - progress: the progress at the start.
  ///   - limit: the cost above which plans were left out of the model.
  init(
    _ encoding: Encoding<Plan>, _ model: CompiledModel, _ assess: @escaping @Sendable (Plan) -> Assessment,
    _ offer: @escaping @Sendable (KnownPlan<Plan>) -> Void, _ progress: SearchProgress, limit: Double
  ) {
    self.encoding = encoding
    self.model = model
    self.assess = assess
    self.offer = offer
    self.limit = limit
    latest = Mutex(progress)
  }

  var progress: SearchProgress { latest.withLock { $0 } }

  /// Records a report.
  func note(_ report: SolveProgress) -> SearchProgress {
    let known = report.values.flatMap(acceptedPlan)
    if let known { offer(known) }
    return latest.withLock { latest in
      if let known { latest.cost = min(known.cost, latest.cost ?? .infinity) }
      if let bound = report.bound.map({ $0 * model.objectiveScale }), bound.isFinite {
        let cost = latest.cost ?? .infinity
        // A bound above a plan's cost is wrong, and proves nothing.
        if !Claim.bound(bound).isContradicted(byCost: cost, scale: model.objectiveScale) {
          latest.bound = max(latest.bound, min(bound, limit, cost))
        }
      }
      latest.nodes = report.nodes
      return latest
    }
  }

  private func acceptedPlan(_ values: [Double]) -> KnownPlan<Plan>? {
    guard values.count == model.columnCount, let plan = encoding.decode(model.snapped(values)) else {
      return nil
    }
    return KnownPlan(plan, assess(plan))
  }
}
