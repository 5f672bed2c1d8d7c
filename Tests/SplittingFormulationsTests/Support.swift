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

/// A family of tiny seeded instances.
enum SampleFamily: Sendable, CaseIterable, CustomStringConvertible {
  /// What couples the jobs, on machines without weights, activations and bandwidths of memory.
  case coupled(Coupling)
  /// Machines as they are.
  case machines(MachineFamily)

  static var allCases: [SampleFamily] {
    Coupling.allCases.map { .coupled($0) } + MachineFamily.allCases.map { .machines($0) }
  }

  var description: String {
    switch self {
    case .coupled(let coupling): "\(coupling)"
    case .machines(let family): "machines, \(family)"
    }
  }

  var describesMachines: Bool { if case .machines = self { true } else { false } }

  /// Whether the load of links can decide routes.
  var loadsLinks: Bool {
    switch self {
    case .coupled(let coupling): [.linkLoad, .together].contains(coupling)
    case .machines(let family): family == .together
    }
  }

  func instance(seed: UInt64) -> Instance {
    switch self {
    case .coupled(let coupling): .random(seed: seed, coupling)
    case .machines(let family): .machines(family, seed: seed)
    }
  }
}
