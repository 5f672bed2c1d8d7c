import LinearModels

/// A method of a kind, by name: its exact algorithm, a heuristic, a baseline of the literature.
public struct Method<P: Problem>: Sendable {
  public let name: String
  /// One sentence, for lists and help.
  public let summary: String
  public let promise: Promise
  /// What can be chosen of it.
  public let parameters: [Parameter]
  /// The planner that works as a caller asks.
  public let planner: @Sendable (MethodRequest<P>) throws(PlanningError) -> any Planner<P>

  public init(
    _ name: String, _ summary: String, promise: Promise, parameters: [Parameter] = [],
    planner: @escaping @Sendable (MethodRequest<P>) throws(PlanningError) -> any Planner<P>
  ) {
    self.name = name
    self.summary = summary
    self.promise = promise
    self.parameters = parameters
    self.planner = planner
  }
}

/// What a method says of the plans that it finds.
public enum Promise: String, Sendable {
  /// The best plan, or the proof that there is none, given time.
  case exact
  /// A plan with a bound of its own.
  case bound
  /// A plan.
  case heuristic
}

/// What a caller asks of a method.
public struct MethodRequest<P: Problem>: Sendable {
  /// A formulation that was asked for by name.
  public var formulation: (any Formulation<P>)?
  /// The solvers that may be used, the preferred one first.
  public var solvers: [any ModelSolver]
  /// Whether these were asked for by name, so that they must be used.
  public var namesSolver: Bool
  public var numerics: Numerics
  public var parameters: ParameterValues

  public init(
    formulation: (any Formulation<P>)? = nil, solvers: [any ModelSolver], namesSolver: Bool = false,
    numerics: Numerics = .careful, parameters: ParameterValues = ParameterValues()
  ) {
    self.formulation = formulation
    self.solvers = solvers
    self.namesSolver = namesSolver
    self.numerics = numerics
    self.parameters = parameters
  }
}

/// How models are made fit for solvers.
public enum Numerics: Sendable {
  /// Without the choices that no plan of interest uses, and scaled.
  case careful
  /// Scaled, with every choice: to see what leaving out gains.
  case unpruned
  /// In base units, with every choice: to see what solvers make of it.
  case raw
}
