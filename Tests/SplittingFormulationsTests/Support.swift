import LinearModels
import Problems
import Solvers
import Splitting
import SplittingFormulations
import TestSupport
import Testing

/// A backend to solve with, whichever the package's traits build.
enum Solvers {
  static var first: WorkerBackend? {
    #if GLPK
      .glpk
    #elseif CBC
      .cbc
    #else
      nil
    #endif
  }

  /// The optimum in seconds; `nil` if the model is infeasible.
  static func value(_ model: CompiledModel) async throws -> Double? {
    let solver = try #require(first)
    let solution = try await solver.solve(model)
    switch solution.termination {
    case .optimal: return try #require(solution.objective) * model.objectiveScale
    case .infeasible: return nil
    default:
      Issue.record("the solve ended with \(solution.termination)")
      return nil
    }
  }
}

extension Formulation<SplittingProblem> {
  // All formulations of splitting state the same choices, which a formulation of any type does not say.

  func encoding(of choices: SplittingChoices) throws -> Encoding<Plan> {
    try encode(#require(choices as? Stated))
  }

  /// The model of all choices of an instance.
  func model(of instance: Instance) throws -> CompiledModel {
    try encoding(of: SplittingChoices(instance)).model
  }

  func size(ofAll choices: SplittingChoices) throws -> ModelSize {
    size(of: try #require(choices as? Stated))
  }
}
