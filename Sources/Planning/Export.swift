import Foundations
import LinearModels
import Problems

extension Kind {
  /// The scaled model of a formulation, for other solvers.
  ///
  /// Choices are left out only by the cost of a plan that the evaluator accepted: that of a heuristic, or
  /// twice that of the native method if it solves the instance, so that there is a problem left to solve.
  ///
  /// - Throws: ``/Problems/PlanningError/refused(_:)`` if the formulation is unknown or cannot express the instance,
  ///   ``/Problems/PlanningError/tooLarge(formulation:size:memory:)`` if the model would not fit into memory.
  public func model(
    of instance: P.Instance, formulation name: String
  ) async throws(PlanningError) -> CompiledModel {
    try checkFigures(instance)
    let formulation = try formulation(named: name)
    if let reason = formulation.refusal(of: instance) {
      throw .refused("formulation \(name) cannot express this instance: \(reason)")
    }
    return try stated(instance, formulation, limit: await exportLimit(instance))
  }

  private func exportLimit(_ instance: P.Instance) async -> Double? {
    if let native = try? await solve(instance, SolveRequest(backend: Origin.native)).known {
      return native.cost > 0 ? 2 * native.cost : nil
    }
    return quickPlan(instance, nil)?.cost
  }

  private func stated<F: Formulation>(
    _ instance: P.Instance, _ formulation: F, limit: Double?
  ) throws(PlanningError) -> CompiledModel where F.P == P {
    guard var choices = formulation.choices(of: instance) else { throw .cancelled }
    if let limit { choices = choices.limited(to: limit) }
    return try formulation.stated(choices, memory: MachineMemory.bytes).model
  }
}
