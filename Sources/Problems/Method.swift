import LinearModels

/// A named method of a kind: its exact algorithm, a heuristic, or a baseline from the literature.
public struct Method<P: Problem>: Sendable {
  public let name: String
  /// One sentence, for lists and help.
  public let summary: String
  public let promise: Promise
  /// The questions that it asks solvers.
  public let solvers: SolverUse
  /// The parameters of the method.
  public let parameters: [Parameter]
  /// Makes the planner for a request.
  public let planner: @Sendable (MethodRequest<P>) throws(PlanningError) -> any Planner<P>

  public init(
    _ name: String, _ summary: String, promise: Promise, solvers: SolverUse, parameters: [Parameter] = [],
    planner: @escaping @Sendable (MethodRequest<P>) throws(PlanningError) -> any Planner<P>
  ) {
    self.name = name
    self.summary = summary
    self.promise = promise
    self.solvers = solvers
    self.parameters = parameters
    self.planner = planner
  }
}

/// The promise of a method about its plans.
public enum Promise: String, Sendable {
  /// The best plan, or the proof that there is none, if the time suffices.
  case exact
  /// A plan and a bound.
  case bound
  /// A plan without a bound.
  case heuristic
}

/// The questions that a method asks solvers.
public enum SolverUse: Sendable {
  /// None.
  case none
  /// Linear programs of its own.
  case linearPrograms
  /// A formulation, which the caller may name.
  case formulations
}

/// The options of a method.
public struct MethodRequest<P: Problem>: Sendable {
  /// The formulation, if it was asked for by name.
  public var formulation: (any Formulation<P>)?
  /// The solvers that may be used, the preferred one first.
  public var solvers: [any ModelSolver]
  /// Whether the solvers were asked for by name, so that they must be used.
  public var namesSolver = false
  public var numerics: Numerics
  public var parameters: ParameterValues

  public init(
    solvers: [any ModelSolver], numerics: Numerics = .careful,
    parameters: ParameterValues = ParameterValues()
  ) {
    self.solvers = solvers
    self.numerics = numerics
    self.parameters = parameters
  }
}

/// The preparation of models for solvers.
public enum Numerics: Sendable {
  /// Without the choices that no plan of interest uses, and scaled.
  case careful
  /// Scaled but not pruned, to measure the gain of pruning.
  case unpruned
  /// In base units and not pruned, to study the behaviour of solvers.
  case raw
}
