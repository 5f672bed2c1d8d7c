import Formulations
import Instances
import LinearModels
import Synchronization
import Verification

/// How far a planner is.
public struct PlanningProgress: Sendable {
  /// What runs.
  public var formulation: String
  public var backend: String
  /// The best plan by now.
  public var plan: KnownPlan?
  /// Proved: no plan is worth less [s].
  public var bound: Double
  /// Branch-and-bound nodes of the model that is solved.
  public var nodes: Int

  public init(
    formulation: String = Registry.bestFormulation, backend: String = Registry.native, plan: KnownPlan? = nil,
    bound: Double = 0, nodes: Int = 0
  ) {
    self.formulation = formulation
    self.backend = backend
    self.plan = plan
    self.bound = bound
    self.nodes = nodes
  }

  /// Takes a plan in if it is the best by now; false where it is not.
  @discardableResult
  mutating func keep(_ plan: KnownPlan?) -> Bool {
    guard let plan, plan.value < self.plan?.value ?? .infinity else { return false }
    self.plan = plan
    return true
  }

  /// (value - bound) / value of the best plan; `nil` where there is none.
  public var gap: Double? { plan.map { PlanDocument.gap(value: $0.value, bound: bound) } }
}

/// Translates what a solver reports of a model into plans that the evaluator accepts.
final class IncumbentWatch: Sendable {
  private let encoding: Encoding
  private let model: CompiledModel
  private let evaluator: Evaluator
  private let objective: ObjectiveKind
  private let hostLimit: Int?
  private let limit: Double
  private let latest: Mutex<PlanningProgress>

  /// - Parameters:
  ///   - hostLimit: on how many different nodes layers may run; `nil` for any number.
  ///   - start: where the solve begins.
  ///   - limit: the value [s] above which plans were left out of the model.
  init(
    _ encoding: Encoding, _ model: CompiledModel, _ evaluator: Evaluator, _ objective: ObjectiveKind,
    _ hostLimit: Int?, _ start: PlanningProgress, limit: Double
  ) {
    self.encoding = encoding
    self.model = model
    self.evaluator = evaluator
    self.objective = objective
    self.hostLimit = hostLimit
    self.limit = limit
    latest = Mutex(start)
  }

  var progress: PlanningProgress { latest.withLock { $0 } }

  /// Takes a report in.
  func note(_ report: SolveProgress) -> PlanningProgress {
    let plan = report.values.flatMap(acceptedPlan)
    return latest.withLock { latest in
      latest.keep(plan)
      if let stated = report.bound.map({ $0 * model.objectiveScale }), stated.isFinite {
        let value = latest.plan?.value ?? .infinity
        // A bound above a plan's value is wrong, and proves nothing.
        if stated <= value * (1 + 1e-6) + 1e-12 * model.objectiveScale {
          latest.bound = max(latest.bound, min(stated, limit, value))
        }
      }
      latest.nodes = report.nodes
      return latest
    }
  }

  private func acceptedPlan(_ values: [Double]) -> KnownPlan? {
    guard values.count == model.columnCount, let plan = encoding.decode(model.snapped(values)),
      plan.hosts.count <= hostLimit ?? .max
    else { return nil }
    let evaluation = evaluator.evaluate(plan)
    return evaluation.isFeasible ? KnownPlan(plan: plan, value: evaluation.objective(objective)) : nil
  }
}
