import Foundations
import LinearModels
import Problems

extension Kind {
  /// The scaled model of a formulation, for other solvers.
  ///
  /// Choices are left out only by the cost of a plan that the evaluator accepted: that of a heuristic, or twice that of
  /// the native method if it solves the instance, so that there is a problem left to solve.
  /// - Throws: ``/Problems/PlanningError/refused(_:)`` if the formulation is unknown or cannot express the instance,
  ///   ``/Problems/PlanningError/tooLarge(formulation:size:memory:)`` if the model would not fit into memory.
  public func model(
    of instance: P.Instance, formulation name: String
  ) async throws(PlanningError) -> CompiledModel {
    try checkFigures(instance)
    if let found = foundFormulations.first(where: { $0.name == name }) {
      return try await model(of: instance, found)
    }
    let formulation = try formulation(named: name)
    try formulation.checkExpresses(instance)
    return try formulation.model(
      of: instance, limitedTo: await exportLimit(instance), memory: MachineMemory.bytes)
  }

  private func model(
    of instance: P.Instance, _ found: FoundFormulation<P>
  ) async throws(PlanningError) -> CompiledModel {
    let ledger = Ledger<P>(
      objective: P.objective(of: instance), origin: Origin(formulation: found.name),
      assess: evaluator(instance))
    let formulation = try await found.find(SolveTask(instance, Budget(), ledger))
    try formulation.checkExpresses(instance)
    return try formulation.model(of: instance, limitedTo: nil, memory: MachineMemory.bytes)
  }

  private func exportLimit(_ instance: P.Instance) async -> Double? {
    guard let name = nativeMethods(for: instance).first(where: \.isQuick)?.name,
      let native = try? await solve(instance, SolveRequest(method: name)).known
    else { return quickPlan(instance, nil)?.cost }
    return native.cost > 0 ? 2 * native.cost : nil
  }
}
