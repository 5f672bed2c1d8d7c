/// A solver for linear and mixed-integer programs. A solve is one synchronous call, and nothing of the solver outlives
/// it.
public protocol Backend: Sendable {
  /// The name on the command line, for example "glpk".
  var name: String { get }
  /// The version that the library reports.
  /// - Throws: ``BackendError/unavailable(backend:remedy:)`` if the library is missing.
  var version: String { get throws(BackendError) }
  /// Whether a solve can begin from a given point.
  var takesStart: Bool { get }

  /// Minimises a model, and calls `report` from time to time, on any thread, but never twice at once. A model without a
  /// solution and a limit that was reached are outcomes, not errors.
  /// - Throws: ``BackendError`` if the solver breaks or cannot honour an option.
  /// - Complexity: exponential in the number of integer columns in the worst case.
  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) throws(BackendError) -> Solution
}

extension Backend {
  /// Solves a model without progress reports.
  public func solve(
    _ model: CompiledModel, options: SolveOptions = SolveOptions()
  ) throws(BackendError) -> Solution {
    try solve(model, options: options) { _ in }
  }
}

/// A function that receives the progress of a running solve.
public typealias SolveReport = @Sendable (SolveProgress) -> Void

/// The progress of a running solve; a property is `nil` if it is unknown or the backend does not report it.
public struct SolveProgress: Sendable, Equatable {
  /// The incumbent, one value a column, if it is new.
  public var values: [Double]?
  /// The objective of the incumbent, including the constant.
  public var objective: Double?
  /// The lower bound that is proved so far.
  public var bound: Double?
  /// The number of branch-and-bound nodes so far.
  public var nodes: Int

  /// Makes a report of progress from its parts.
  public init(values: [Double]? = nil, objective: Double? = nil, bound: Double? = nil, nodes: Int = 0) {
    self.values = values
    self.objective = objective
    self.bound = bound
    self.nodes = nodes
  }
}

/// The options of a solve.
public struct SolveOptions: Sendable, Equatable {
  /// The limit of wall-clock time [s]; `nil` for none.
  public var timeLimit: Double?
  /// The relative gap at which the search may stop.
  public var relativeGap: Double
  /// A feasible point to begin from, one value a column; `nil` for none. It is of no use for linear programs.
  public var start: [Double]?
  /// The memory that the solve may take, including the model [byte]; `nil` for no limit. Only a worker can honour it.
  public var memoryLimit: Double?
  /// The file descriptor to which the backend writes its log, for example 2 for standard error; `nil` for no log.
  public var log: Int32?
  /// Whether the backend does without the steps that are known to lead it to wrong answers, such as presolving or cuts.
  /// Most solves then take longer, so it is meant for a second attempt after a wrong answer.
  public var isCautious: Bool

  /// Makes options from their parts.
  public init(
    timeLimit: Double? = nil, relativeGap: Double = 0, start: [Double]? = nil, memoryLimit: Double? = nil,
    log: Int32? = nil, isCautious: Bool = false
  ) {
    self.timeLimit = timeLimit
    self.relativeGap = relativeGap
    self.start = start
    self.memoryLimit = memoryLimit
    self.log = log
    self.isCautious = isCautious
  }
}

/// The outcome of a solve.
public struct Solution: Sendable, Equatable {
  /// Why the solve ended.
  public var termination: Termination
  /// The best point found, one value a column; `nil` if none was found.
  public var values: [Double]?
  /// The objective at `values`, including the constant.
  public var objective: Double?
  /// The lower bound that the backend has proved; `nil` if it has none.
  public var bound: Double?
  /// The dual values of a linear program solved to optimality, one a row; otherwise `nil`. A dual is the rate at which
  /// the optimum rises with the right-hand side: not negative on `>=` rows and not positive on `<=` rows.
  public var rowDuals: [Double]?
  /// The reduced costs of a linear program solved to optimality, one a column; otherwise `nil`. A reduced cost is the
  /// objective coefficient minus the sum of duals times coefficients of the column.
  public var reducedCosts: [Double]?
  /// The number of branch-and-bound nodes.
  public var nodes: Int
  /// The number of simplex iterations; 0 if the backend does not report it.
  public var iterations: Int
  /// The peak memory of the process that solved [byte]; `nil` if that is the caller's own process.
  public var peakMemory: Double?

  /// Makes a solution from its parts.
  public init(
    termination: Termination, values: [Double]? = nil, objective: Double? = nil, bound: Double? = nil,
    rowDuals: [Double]? = nil, reducedCosts: [Double]? = nil, nodes: Int = 0, iterations: Int = 0,
    peakMemory: Double? = nil
  ) {
    self.termination = termination
    self.values = values
    self.objective = objective
    self.bound = bound
    self.rowDuals = rowDuals
    self.reducedCosts = reducedCosts
    self.nodes = nodes
    self.iterations = iterations
    self.peakMemory = peakMemory
  }
}

/// The reason why a solve ended.
public enum Termination: Sendable, Equatable {
  /// `values` is optimal within the relative gap of the options, and `bound` tells how near it is.
  case optimal
  /// The model has no feasible point.
  case infeasible
  /// The objective has no lower bound on the feasible points.
  case unbounded
  /// A limit was reached; `values` and `bound` are the best up to then.
  case limit(Limit)

  /// The limit that ended a solve.
  public enum Limit: UInt8, Sendable {
    /// The time limit of the options.
    case time
    /// The task that waits for the solve was cancelled.
    case cancelled
    /// Another limit of the backend, such as nodes or numerical trouble.
    case other
    /// The iteration limit of an LP session.
    case iterations
  }
}

/// The reason why a solve broke.
public enum BackendError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The library or its worker cannot be loaded; `remedy` says how to install it.
  case unavailable(backend: String, remedy: String)
  /// The backend cannot honour an option.
  case unsupported(backend: String, option: String)
  /// The library failed; `detail` describes the failure.
  case failed(backend: String, detail: String)
  /// The answer cannot be true; `detail` names the answer and the fact that it contradicts.
  case wrong(backend: String, detail: String)

  public var description: String {
    switch self {
    case .unavailable(let backend, let remedy): "backend \(backend) is not available: \(remedy)"
    case .unsupported(let backend, let option): "backend \(backend) cannot honour \(option)"
    case .failed(let backend, let detail): "backend \(backend) failed: \(detail)"
    case .wrong(let backend, let detail): "backend \(backend) gave a wrong answer: \(detail)"
    }
  }
}
