import Foundations
import LinearModels
import Problems
import Splitting
import SplittingChecking
import SplittingFormulations

/// An instance's model for other solvers.
public enum Exporter {
  /// The scaled model of a formulation.
  ///
  /// Choices are left out only by the value of a plan that the evaluator accepted: that of a heuristic plan, or
  /// twice that of the shortest paths where these are optimal, so that there is a problem left to solve.
  ///
  /// - Throws: ``PlanningError/refused(_:)`` where the formulation is unknown or cannot express the instance,
  ///   ``PlanningError/tooLarge(formulation:size:memory:)`` where the model would not fit into memory.
  public static func model(
    of instance: Instance, formulation name: String, registry: Registry = .standard
  ) throws(PlanningError) -> CompiledModel {
    try instance.checkFigures()
    let formulation = try registry.formulation(named: name)
    if let reason = formulation.refusal(of: instance) {
      throw .refused("formulation \(name) cannot express this instance: \(reason)")
    }
    guard var problem = try? Problem(instance) else { throw .cancelled }
    if let bound = upperBound(instance) { problem = problem.limited(to: bound) }
    try formulation.checkSize(of: problem, memory: MachineMemory.bytes)
    do {
      return try formulation.encode(problem).scaledModel
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .model(error)
    }
  }

  private static func upperBound(_ instance: Instance) -> Double? {
    if let plan = try? NativePlanner(instance).plan {
      let evaluation = Evaluator(instance).evaluate(plan)
      if evaluation.isFeasible { return 2 * evaluation.objective(instance.options.objective) }
    }
    return ResidualRouting(instance).bestPlan()?.value
  }
}
