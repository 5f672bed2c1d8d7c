import Foundations

/// A solver that can hold a linear program between solves: the capability of a backend to open LP sessions.
public protocol LinearSessionSource: Sendable {
  /// The backend's name, for example "glpk".
  var name: String { get }

  /// Opens a session with an empty program: no columns and no rows.
  ///
  /// - Parameters:
  ///   - log: the file descriptor to which the library writes its log; `nil` for none.
  ///   - cancellation: asked while a solve waits for a worker, about fifty times a second; a session in this process
  ///     asks it before each solve.
  /// - Throws: ``BackendError``; `unavailable` if the library or its worker cannot be loaded, `unsupported` if the
  ///   backend has no LP sessions.
  func openSession(log: Int32?, cancellation: Cancellation) throws(BackendError) -> any LinearSession
}

extension LinearSessionSource {
  /// Opens a session that nothing cancels, with an empty program.
  public func openSession(log: Int32? = nil) throws(BackendError) -> any LinearSession {
    try openSession(log: log, cancellation: .never)
  }
}

/// A linear program that stays in a solver, with the basis of its last solve.
///
///     minimise   costs . x
///     subject to rowLower <= A x <= rowUpper, columnLower <= x <= columnUpper
///
/// A session belongs to one task at a time, and ends when it is released.
public protocol LinearSession: AnyObject {
  /// The name of the backend that holds the program.
  var name: String { get }

  /// Applies changes in the order of their properties, and solves from the last basis.
  ///
  /// The call blocks until the solver answers. A program without a solution and a limit that was reached are outcomes,
  /// not errors. A session that was cancelled, or whose worker had to be killed at the time limit, has ended: the next
  /// call throws.
  /// - Throws: ``BackendError`` if the solver breaks or a change is not valid. The session is of no use then.
  func solve(_ changes: LinearChanges, options: LinearSolveOptions) throws(BackendError) -> LinearSolution
}

extension LinearSession {
  /// Applies changes, and solves without limits.
  public func solve(_ changes: LinearChanges) throws(BackendError) -> LinearSolution {
    try solve(changes, options: LinearSolveOptions())
  }
}

/// The options of one solve of an LP session.
public struct LinearSolveOptions: Sendable, Equatable {
  /// The variant of the simplex method.
  public enum Algorithm: UInt8, Sendable {
    /// Dual where the basis is known to be dual feasible: no column and no cost has changed since it was optimal.
    /// Otherwise primal.
    case automatic
    /// The primal simplex method.
    case primal
    /// The dual simplex method, which a limit can stop with a bound.
    case dual
  }

  /// The limit of simplex iterations of this solve, at least 0; `nil` for none.
  public var iterationLimit: Int?
  /// The limit of wall-clock time of this solve, at least 0 [s]; `nil` for none.
  public var timeLimit: Double?
  /// The variant of the simplex method, with which a solve begins.
  public var algorithm: Algorithm

  /// Makes options from their parts.
  public init(iterationLimit: Int? = nil, timeLimit: Double? = nil, algorithm: Algorithm = .automatic) {
    self.iterationLimit = iterationLimit
    self.timeLimit = timeLimit
    self.algorithm = algorithm
  }
}

/// The outcome of a solve of an LP session, with one value a column or row of the program as it is after the changes.
public struct LinearSolution: Sendable, Equatable {
  /// Why the solve ended.
  public var termination: Termination
  /// The optimum; `nil` unless the program was solved to optimality.
  public var objective: Double?
  /// A lower bound on the optimum, computed from dual values; of an optimal solution, or of a dual simplex method that
  /// a limit stopped; `nil` if there is none. It is valid up to rounding, and up to 1e-7 of the terms in the reduced costs of
  /// columns without a bound.
  public var bound: Double?
  /// The optimal point, one value a column; `nil` unless the program was solved to optimality.
  public var values: [Double]?
  /// The dual values of an optimal solution, or those that prove `bound`, one a row; otherwise `nil`. As in
  /// ``Solution/rowDuals`` a dual is the rate at which the optimum rises with the bound of the row that holds: not
  /// negative at a lower bound and not positive at an upper bound.
  public var rowDuals: [Double]?
  /// The reduced costs of the columns under `rowDuals`: a column's cost minus the sum of duals times its coefficients;
  /// `nil` without duals.
  public var reducedCosts: [Double]?
  /// Multipliers y of the rows that prove an infeasible program to be so, one a row; otherwise `nil`.
  ///
  /// The combination y . A x of the rows is at least need = sum of y_i rowLower_i where y_i > 0, and of y_i rowUpper_i
  /// where y_i < 0. No x within the bounds of the columns reaches it: with d = A'y, the sum of d_j columnUpper_j where
  /// d_j > 0, and of d_j columnLower_j where d_j < 0, is less than need. A new column that may be positive can mend the
  /// program only if its d_j is positive. The proof has been verified; an infeasible program has none if its rows miss
  /// feasibility by no more than the tolerances.
  public var farkas: [Double]?
  /// The number of simplex iterations.
  public var iterations: Int

  /// Makes a solution from its parts.
  public init(
    termination: Termination, objective: Double? = nil, bound: Double? = nil, values: [Double]? = nil,
    rowDuals: [Double]? = nil, reducedCosts: [Double]? = nil, farkas: [Double]? = nil, iterations: Int = 0
  ) {
    self.termination = termination
    self.objective = objective
    self.bound = bound
    self.values = values
    self.rowDuals = rowDuals
    self.reducedCosts = reducedCosts
    self.farkas = farkas
    self.iterations = iterations
  }
}
