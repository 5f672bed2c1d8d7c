/// Changes of the linear program of a session: one message to a worker.
///
/// Indices count from 0 in the order in which columns and rows were appended. Absent bounds are infinite. Storage is flat,
/// because a session receives thousands of changes.
public struct LinearChanges: Sendable, Equatable {
  /// Whether the program is emptied first, as if the session had just been opened: saved bases are gone too.
  public var startsAnew = false
  /// The number under which the basis to start from was saved (see ``savesBasis``); `nil` for that of the last solve.
  /// Rows that were appended since then enter it as basic, and columns at a bound.
  public var restoredBasis: Int32?
  /// Rows to append, with coefficients in the columns that are there before ``columns``.
  public var rows = Rows()
  /// Columns to append, with coefficients in any row, new ones included.
  public var columns = Columns()
  /// New bounds of columns, new ones included.
  public var columnBounds = Bounds()
  /// New bounds of rows, new ones included.
  public var rowBounds = Bounds()
  /// New costs of columns, new ones included.
  public var costs = Costs()
  /// The number under which to save the basis after the solve, which replaces one with the same number; `nil` to save none.
  public var savesBasis: Int32?

  /// Makes a set of no changes.
  public init(restoredBasis: Int32? = nil, savesBasis: Int32? = nil) {
    self.restoredBasis = restoredBasis
    self.savesBasis = savesBasis
  }

  /// Sparse vectors one after the other: vector `v` has the entries `starts[v] ..< starts[v + 1]`.
  public struct Vectors: Sendable, Equatable {
    /// The offset of the first entry of each vector, and the number of all entries.
    public internal(set) var starts: [Int32] = [0]
    /// The index of each entry, no index twice in a vector.
    public internal(set) var indices: [Int32] = []
    /// The coefficient of each entry, finite and not 0.
    public internal(set) var coefficients: [Double] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list from its arrays; `nil` if they do not fit each other.
    package init?(starts: [Int32], indices: [Int32], coefficients: [Double]) {
      guard starts.first == 0, Int(starts[starts.count - 1]) == indices.count,
        indices.count == coefficients.count, zip(starts, starts.dropFirst()).allSatisfy(<=)
      else { return nil }
      (self.starts, self.indices, self.coefficients) = (starts, indices, coefficients)
    }

    /// The number of vectors.
    public var count: Int { starts.count - 1 }

    /// The entries of a vector in `indices` and `coefficients`.
    public func entries(of vector: Int) -> Range<Int> { Int(starts[vector])..<Int(starts[vector + 1]) }

    /// Appends a vector without the entries that are 0. The two collections have the same length.
    mutating func append(_ newIndices: some Collection<Int32>, _ newCoefficients: some Collection<Double>) {
      precondition(newIndices.count == newCoefficients.count, "each index has a coefficient")
      for (index, coefficient) in zip(newIndices, newCoefficients) where coefficient != 0 {
        indices.append(index)
        coefficients.append(coefficient)
      }
      starts.append(Int32(indices.count))
    }
  }

  /// Rows that are appended.
  public struct Rows: Sendable, Equatable {
    /// The coefficients of each row, by column.
    public internal(set) var vectors = Vectors()
    /// The lower bound of each row; `-infinity` for none.
    public internal(set) var lower: [Double] = []
    /// The upper bound of each row; `infinity` for none.
    public internal(set) var upper: [Double] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list from its arrays; `nil` if they do not fit each other.
    package init?(vectors: Vectors, lower: [Double], upper: [Double]) {
      guard [lower.count, upper.count].allSatisfy({ $0 == vectors.count }) else { return nil }
      (self.vectors, self.lower, self.upper) = (vectors, lower, upper)
    }

    /// The number of rows.
    public var count: Int { lower.count }

    /// Appends the row `lower <= sum of coefficients times columns <= upper`. Coefficients that are 0 are left out.
    public mutating func append(
      lower: Double, upper: Double, columns: some Collection<Int32> = EmptyCollection<Int32>(),
      coefficients: some Collection<Double> = EmptyCollection<Double>()
    ) {
      vectors.append(columns, coefficients)
      self.lower.append(lower)
      self.upper.append(upper)
    }
  }

  /// Columns that are appended.
  public struct Columns: Sendable, Equatable {
    /// The coefficients of each column, by row.
    public internal(set) var vectors = Vectors()
    /// The lower bound of each column; `-infinity` for none.
    public internal(set) var lower: [Double] = []
    /// The upper bound of each column; `infinity` for none.
    public internal(set) var upper: [Double] = []
    /// The cost of each column.
    public internal(set) var costs: [Double] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list from its arrays; `nil` if they do not fit each other.
    package init?(vectors: Vectors, lower: [Double], upper: [Double], costs: [Double]) {
      guard [lower.count, upper.count, costs.count].allSatisfy({ $0 == vectors.count }) else { return nil }
      (self.vectors, self.lower, self.upper, self.costs) = (vectors, lower, upper, costs)
    }

    /// The number of columns.
    public var count: Int { lower.count }

    /// Appends a column with bounds, a cost, and coefficients in rows, of which those that are 0 are left out.
    public mutating func append(
      lower: Double = 0, upper: Double = .infinity, cost: Double,
      rows: some Collection<Int32> = EmptyCollection<Int32>(),
      coefficients: some Collection<Double> = EmptyCollection<Double>()
    ) {
      vectors.append(rows, coefficients)
      self.lower.append(lower)
      self.upper.append(upper)
      costs.append(cost)
    }
  }

  /// New bounds of columns, or of rows.
  public struct Bounds: Sendable, Equatable {
    /// The columns, or rows. Of bounds for the same index, the last ones hold.
    public internal(set) var indices: [Int32] = []
    /// The new lower bounds; `-infinity` for none.
    public internal(set) var lower: [Double] = []
    /// The new upper bounds; `infinity` for none.
    public internal(set) var upper: [Double] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list from its arrays; `nil` if they do not fit each other.
    package init?(indices: [Int32], lower: [Double], upper: [Double]) {
      guard [lower.count, upper.count].allSatisfy({ $0 == indices.count }) else { return nil }
      (self.indices, self.lower, self.upper) = (indices, lower, upper)
    }

    /// The number of changes.
    public var count: Int { indices.count }

    /// Gives a column or row new bounds.
    public mutating func set(_ index: Int32, lower: Double, upper: Double) {
      indices.append(index)
      self.lower.append(lower)
      self.upper.append(upper)
    }
  }

  /// New costs of columns.
  public struct Costs: Sendable, Equatable {
    /// The columns. Of costs for the same column, the last one holds.
    public internal(set) var indices: [Int32] = []
    /// The new costs.
    public internal(set) var values: [Double] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list from its arrays; `nil` if they do not fit each other.
    package init?(indices: [Int32], values: [Double]) {
      guard values.count == indices.count else { return nil }
      (self.indices, self.values) = (indices, values)
    }

    /// The number of changes.
    public var count: Int { indices.count }

    /// Gives a column a new cost.
    public mutating func set(_ index: Int32, _ cost: Double) {
      indices.append(index)
      values.append(cost)
    }
  }
}
