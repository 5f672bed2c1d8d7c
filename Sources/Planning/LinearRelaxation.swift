import Foundations
import LinearModels
import Problems

/// The linear relaxation of an instance's model, solved.
public struct LinearRelaxation: Sendable {
  /// The model that was solved: scaled, with every column continuous.
  public let model: CompiledModel
  /// The optimum, as a cost.
  public let value: Double
  /// One for each row of ``model``, in base units: the rate at which the cost rises with the right-hand side.
  public let duals: [Double]

  /// - Parameters:
  ///   - instance: the instance to encode.
  ///   - formulation: a formulation that does not refuse it.
  ///   - solver: a solver of linear programs.
  ///   - limit: a cost; choices whose plans all cost more are left out.
  ///   - budget: the limits of building and solving.
  /// - Returns: `nil` if the relaxation was not solved, or the solver gives no duals.
  public init?<P: Problem>(
    of instance: P.Instance, _ formulation: any Formulation<P>, _ solver: any ModelSolver,
    limitedTo limit: Double, _ budget: Budget
  ) async {
    guard let model = Self.model(of: instance, formulation, limit, budget) else { return nil }
    let options = SolveOptions(timeLimit: budget.remaining, memoryLimit: budget.memory, log: budget.log)
    guard let solution = try? await solver.solve(model.relaxed(), options: options),
      let objective = solution.objective, let duals = solution.rowDuals
    else { return nil }
    self.model = model
    value = objective * model.objectiveScale
    self.duals = model.inBaseUnits(rowDuals: duals)
  }

  private static func model<F: Formulation>(
    of instance: F.P.Instance, _ formulation: F, _ limit: Double, _ budget: Budget
  ) -> CompiledModel? {
    guard let choices = formulation.choices(of: instance) else { return nil }
    return try? formulation.stated(choices.limited(to: limit), memory: budget.modelMemory).model
  }
}
