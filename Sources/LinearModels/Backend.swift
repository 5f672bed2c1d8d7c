/// Solves linear and mixed-integer programs. One synchronous call; nothing of the solver outlives it.
public protocol Backend: Sendable {
  /// The name that the command line knows it by, for example "glpk".
  var name: String { get }
  /// The version of the library, as the library itself says.
  var version: String { get }
  /// Whether it can be given a point to start from.
  var takesStart: Bool { get }

  /// Solves the model.
  ///
  /// - Parameters:
  ///   - model: what is minimised.
  ///   - options: what the caller asks for.
  ///   - report: called now and then while the solve runs, on whatever thread, never twice at once.
  /// - Throws: ``BackendError`` when something broke, or when an option cannot be honoured. That a model has
  ///   no solution, or that a limit struck, is an outcome and not an error.
  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) throws(BackendError) -> Solution
}

extension Backend {
  /// Solves the model without a word in between.
  public func solve(
    _ model: CompiledModel, options: SolveOptions = SolveOptions()
  ) throws(BackendError) -> Solution {
    try solve(model, options: options) { _ in }
  }
}

/// Whom a running solve tells how far it is.
public typealias SolveReport = @Sendable (SolveProgress) -> Void

/// How far a running solve is; `nil` for what is unknown, or what the backend does not tell.
public struct SolveProgress: Sendable, Equatable {
  /// The incumbent, one value a column, where it is a new one.
  public var values: [Double]?
  /// The incumbent's objective, the constant included.
  public var objective: Double?
  /// A lower bound that is proved by now.
  public var bound: Double?
  /// Branch-and-bound nodes.
  public var nodes: Int

  public init(values: [Double]? = nil, objective: Double? = nil, bound: Double? = nil, nodes: Int = 0) {
    self.values = values
    self.objective = objective
    self.bound = bound
    self.nodes = nodes
  }
}

/// What a caller asks of a solve.
public struct SolveOptions: Sendable, Equatable {
  /// Wall-clock limit [s]; `nil` for none.
  public var timeLimit: Double?
  /// Relative gap at which the search may stop.
  public var relativeGap: Double
  /// A feasible point to start from, one value a column; `nil` for none. Linear programs have no use for it.
  public var start: [Double]?
  /// Memory that the solve may take [byte], the model included; `nil` for all there is. Only a worker can honour it.
  public var memoryLimit: Double?
  /// The file descriptor that the backend's own log goes to, 2 for standard error; `nil` for no log.
  public var log: Int32?

  public init(
    timeLimit: Double? = nil, relativeGap: Double = 0, start: [Double]? = nil, memoryLimit: Double? = nil,
    log: Int32? = nil
  ) {
    self.timeLimit = timeLimit
    self.relativeGap = relativeGap
    self.start = start
    self.memoryLimit = memoryLimit
    self.log = log
  }
}

/// How a solve ended and what it found.
public struct Solution: Sendable, Equatable {
  public var termination: Termination
  /// The best point found, one value a column; `nil` where none was.
  public var values: [Double]?
  /// The objective at `values`, the constant included.
  public var objective: Double?
  /// A lower bound that the backend has proved; `nil` where it has none.
  public var bound: Double?
  /// For linear programs solved to optimality: one multiplier a row, the rate at which the optimum rises with
  /// the right-hand side (so not negative on >= rows, not positive on <= rows).
  public var rowDuals: [Double]?
  /// For linear programs solved to optimality: objective minus duals times column, one a column.
  public var reducedCosts: [Double]?
  /// Branch-and-bound nodes.
  public var nodes: Int
  /// Simplex iterations; 0 where the backend does not tell.
  public var iterations: Int
  /// The most memory that the process which solved had in use [byte]; `nil` where that is the caller's own.
  public var peakMemory: Double?

  public init(
    termination: Termination, values: [Double]? = nil, objective: Double? = nil,
    bound: Double? = nil, rowDuals: [Double]? = nil, reducedCosts: [Double]? = nil,
    nodes: Int = 0, iterations: Int = 0, peakMemory: Double? = nil
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

/// Why a solve ended.
public enum Termination: Sendable, Equatable {
  /// `values` is within the gap that was asked for; `bound` tells how near.
  case optimal
  case infeasible
  case unbounded
  /// A limit struck; `values` and `bound` hold what there was by then.
  case limit(Limit)

  public enum Limit: UInt8, Sendable {
    case time
    /// The task that waits for the solve was cancelled.
    case cancelled
    /// Any other limit of the backend's own (nodes, iterations, numerical trouble that it gave up on).
    case other
  }
}

/// A solve that broke, rather than ended.
public enum BackendError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The library, or its worker, cannot be loaded; `remedy` says how to get it.
  case unavailable(backend: String, remedy: String)
  /// An option that this backend cannot honour.
  case unsupported(backend: String, option: String)
  /// The library failed; `detail` in its own words or ours.
  case failed(backend: String, detail: String)
  /// The answer cannot be true; `detail` says what it is and what it contradicts.
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
