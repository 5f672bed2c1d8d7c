import Foundations
import LinearModels
import Problems

extension ModelSolver {
  /// The optimum of a model's linear relaxation, as a cost; `nil` if it is not found within the limits [s, byte].
  public func relaxationCost(of model: CompiledModel, timeLimit: Double?, memory: Double?) async -> Double? {
    let options = SolveOptions(timeLimit: timeLimit, memoryLimit: memory)
    guard let solution = try? await solve(model.relaxed(), options: options),
      solution.termination == .optimal
    else { return nil }
    return solution.objective.map { $0 * model.objectiveScale }
  }
}

/// The linear relaxation of an instance's model, solved.
public struct LinearRelaxation: Sendable {
  /// The model that was solved: scaled, with every column continuous.
  public let model: CompiledModel
  /// The optimum, as a cost.
  public let value: Double
  /// One for each row of ``model``, in base units: the rate at which the cost rises with the right-hand side.
  public let duals: [Double]

  /// Solves the relaxation of a formulation that does not refuse the instance, without the choices whose plans all cost
  /// more than `limit`, which is about the optimum: smaller figures are left out of the model in proportion to it. `nil`
  /// if it was not solved, or the solver gives no duals.
  public init?<P: Problem>(
    of instance: P.Instance, _ formulation: any Formulation<P>, _ solver: any ModelSolver,
    limitedTo limit: Double, _ budget: Budget
  ) async {
    let stated = try? formulation.model(of: instance, limitedTo: limit, memory: budget.modelMemory)
    guard let model = stated else { return nil }
    let options = SolveOptions(timeLimit: budget.remaining, memoryLimit: budget.memory, log: budget.log)
    guard let solution = try? await solver.solve(model.relaxed(), options: options),
      solution.termination == .optimal, let objective = solution.objective, let duals = solution.rowDuals
    else { return nil }
    self.model = model
    value = objective * model.objectiveScale
    self.duals = model.inBaseUnits(rowDuals: duals)
  }
}
