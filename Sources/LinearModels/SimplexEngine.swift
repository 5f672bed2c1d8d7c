/// What an LP session asks of a simplex library, which holds one linear program with a basis.
///
/// An engine is a thin binding: ``SimplexSession`` validates what it gets, checks what it answers, and tries again
/// where it fails.
public protocol SimplexEngine: AnyObject {
  /// Applies valid changes: appends rows, then columns, and sets bounds and costs. The new rows are basic, and the new
  /// columns are not. Numbers of bases are no concern of an engine.
  func apply(_ changes: LinearChanges)

  /// The basis of the last run, or the one that was set since.
  var basis: SimplexBasis { get set }

  /// Runs the simplex method from the basis, on a program with entries: libraries have no answers to others.
  func run(_ limits: SimplexLimits, _ algorithm: SimplexAlgorithm) -> SimplexOutcome

  /// The number of iterations of the last run.
  var iterations: Int { get }
  /// The point of the last run, one value a column.
  var values: [Double] { get }
  /// The dual values of the last run, one a row, in the signs of ``LinearSolution/rowDuals``.
  var rowDuals: [Double] { get }

  /// After a run that ended as infeasible, the first multipliers of the library, one a row, from which `proof` makes a
  /// proof; `nil` if the library has none that do.
  func infeasibilityProof(_ proof: ([Double]) -> [Double]?) -> [Double]?
}

/// A variant of the simplex method.
public enum SimplexAlgorithm: Sendable {
  case primal, dual
}

/// The limits of one run of the simplex method.
public struct SimplexLimits: Sendable {
  /// The largest number of iterations; `nil` for no limit.
  public var iterations: Int?
  /// The wall-clock time [s]; `nil` for no limit.
  public var seconds: Double?

  /// Makes limits from their parts.
  public init(iterations: Int? = nil, seconds: Double? = nil) {
    self.iterations = iterations
    self.seconds = seconds
  }

  /// The limit of iterations in the type of C libraries, up to the largest that they can count.
  public var iterationsForC: Int32 { Int32(clamping: iterations ?? Int(Int32.max)) }
}

/// How a run of the simplex method ended, in the words of the library, which ``SimplexSession`` does not take on trust.
public enum SimplexOutcome: Sendable, Equatable {
  case optimal, infeasible
  /// The point of the run is feasible, and the objective falls for ever from there.
  case unbounded
  /// The iteration limit or the time limit was reached.
  case limit(Termination.Limit)
  /// The library gave up; the text names its codes.
  case failed(String)
}

/// The place of every column and row in a basis.
public struct SimplexBasis: Sendable, Equatable {
  /// A place in a basis. Those that are not basic are at a bound.
  public enum Status: UInt8, Sendable {
    case basic
    case atLower
    case atUpper
    /// At 0, for want of a bound.
    case free

    /// That of a new column: at a bound, if it has one.
    public init(ofNewColumnFrom lower: Double, to upper: Double) {
      self = lower > -.infinity ? .atLower : upper < .infinity ? .atUpper : .free
    }
  }

  /// One a column.
  public var columns: [Status]
  /// One a row: the status of the sum of its terms.
  public var rows: [Status]

  /// Makes a basis from its parts; as many are basic as there are rows.
  public init(columns: [Status], rows: [Status]) {
    self.columns = columns
    self.rows = rows
  }

  /// The basis of the rows for a program, which always exists.
  /// - Complexity: O(columns + rows).
  init(ofRowsOf program: LinearProgram) {
    self.init(columns: [], rows: [])
    extend(to: program)
  }

  /// Adds the columns and rows that the program got since, and moves what is not basic to a bound that there is.
  /// - Complexity: O(columns + rows).
  mutating func extend(to program: LinearProgram) {
    rows += repeatElement(.basic, count: program.rowCount - rows.count)
    columns += repeatElement(.atLower, count: program.columnCount - columns.count)
    for column in columns.indices {
      columns[column].settle(between: program.columnLower[column], program.columnUpper[column])
    }
    for row in rows.indices { rows[row].settle(between: program.rowLower[row], program.rowUpper[row]) }
  }
}

extension SimplexBasis.Status {
  /// Moves a status that is not basic to a finite bound, if there is one.
  fileprivate mutating func settle(between lower: Double, _ upper: Double) {
    switch self {
    case .basic: return
    case .atUpper where upper.isFinite: return
    case .atLower, .atUpper, .free:
      self = lower.isFinite ? .atLower : upper.isFinite ? .atUpper : .free
    }
  }
}
