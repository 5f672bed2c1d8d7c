/// The linear program of an LP session as flat arrays.
///
/// Whoever holds a session keeps it beside the library, to validate changes before the library sees them and to check
/// the library's answers.
///
///     minimise   costs . x
///     subject to rowLower <= A x <= rowUpper, columnLower <= x <= columnUpper
public struct LinearProgram: Sendable, Equatable {
  /// The lower bound of each column; `-infinity` for none.
  public private(set) var columnLower: [Double] = []
  /// The upper bound of each column; `infinity` for none.
  public private(set) var columnUpper: [Double] = []
  /// The cost of each column.
  public private(set) var costs: [Double] = []
  /// The lower bound of each row; `-infinity` for none.
  public private(set) var rowLower: [Double] = []
  /// The upper bound of each row; `infinity` for none.
  public private(set) var rowUpper: [Double] = []
  /// The row of each entry of the matrix, in the order in which the entries came.
  public private(set) var entryRows: [Int32] = []
  /// The column of each entry.
  public private(set) var entryColumns: [Int32] = []
  /// The coefficient of each entry.
  public private(set) var coefficients: [Double] = []

  /// Makes an empty program.
  public init() {}

  /// The number of columns.
  public var columnCount: Int { costs.count }
  /// The number of rows.
  public var rowCount: Int { rowLower.count }

  /// The largest number of columns, and of rows (GLPK's limit, and it aborts beyond).
  private static let mostLines = 100_000_000

  /// Applies changes in the order of their properties.
  /// - Throws: ``InvalidChange`` for an index out of range or twice in a vector, a coefficient that is 0, a number
  ///   that is not finite, or bounds that are not in order. Some changes may have been applied by then.
  /// - Complexity: linear in the size of the changes, plus O(columns) if there are new rows, and O(rows) if there are
  ///   new columns.
  public mutating func apply(_ changes: LinearChanges) throws(InvalidChange) {
    let (rows, columns) = (changes.rows, changes.columns)
    guard columnCount + columns.count <= Self.mostLines, rowCount + rows.count <= Self.mostLines else {
      throw InvalidChange("a program has at most \(Self.mostLines) columns and as many rows")
    }
    try append(rows)
    try append(columns)
    for (place, column) in changes.columnBounds.indices.enumerated() {
      let index = try Self.checked(column, below: columnCount, "column")
      let (lower, upper) = (changes.columnBounds.lower[place], changes.columnBounds.upper[place])
      try Self.checkBounds(lower, upper, "column", index)
      (columnLower[index], columnUpper[index]) = (lower, upper)
    }
    for (place, row) in changes.rowBounds.indices.enumerated() {
      let index = try Self.checked(row, below: rowCount, "row")
      let (lower, upper) = (changes.rowBounds.lower[place], changes.rowBounds.upper[place])
      try Self.checkBounds(lower, upper, "row", index)
      (rowLower[index], rowUpper[index]) = (lower, upper)
    }
    for (column, cost) in zip(changes.costs.indices, changes.costs.values) {
      let index = try Self.checked(column, below: columnCount, "column")
      try Self.checkFinite(cost, "the cost of column \(index)")
      costs[index] = cost
    }
  }

  private mutating func append(_ rows: LinearChanges.Rows) throws(InvalidChange) {
    guard rows.count > 0 else { return }
    try check(rows.vectors, first: rowCount, below: columnCount, "row", "column")
    for row in 0..<rows.count {
      try Self.checkBounds(rows.lower[row], rows.upper[row], "row", rowCount + row)
      let entries = rows.vectors.entries(of: row)
      entryRows.append(contentsOf: repeatElement(Int32(rowCount + row), count: entries.count))
    }
    entryColumns += rows.vectors.indices
    coefficients += rows.vectors.coefficients
    rowLower += rows.lower
    rowUpper += rows.upper
  }

  private mutating func append(_ columns: LinearChanges.Columns) throws(InvalidChange) {
    guard columns.count > 0 else { return }
    try check(columns.vectors, first: columnCount, below: rowCount, "column", "row")
    for column in 0..<columns.count {
      let index = columnCount + column
      try Self.checkBounds(columns.lower[column], columns.upper[column], "column", index)
      try Self.checkFinite(columns.costs[column], "the cost of column \(index)")
      let entries = columns.vectors.entries(of: column)
      entryColumns.append(contentsOf: repeatElement(Int32(index), count: entries.count))
    }
    entryRows += columns.vectors.indices
    coefficients += columns.vectors.coefficients
    columnLower += columns.lower
    columnUpper += columns.upper
    costs += columns.costs
  }

  /// Checks new vectors, the first of which gets a number, with indices below a count.
  private func check(
    _ vectors: LinearChanges.Vectors, first: Int, below count: Int, _ vector: String, _ index: String
  ) throws(InvalidChange) {
    guard coefficients.count + vectors.coefficients.count <= Int(Int32.max) else {
      throw InvalidChange("a program has at most \(Int32.max) entries")
    }
    // The last vector in which an index occurred.
    var latest = [Int](repeating: -1, count: count)
    for number in 0..<vectors.count {
      for entry in vectors.entries(of: number) {
        let place = try Self.checked(
          vectors.indices[entry], below: count, "\(vector) \(first + number): \(index)")
        guard latest[place] < number else {
          throw InvalidChange("\(vector) \(first + number) has \(index) \(place) twice")
        }
        latest[place] = number
        let coefficient = vectors.coefficients[entry]
        guard coefficient.isFinite, coefficient != 0 else {
          throw InvalidChange(
            "the coefficient of \(index) \(place) in \(vector) \(first + number) is \(coefficient)")
        }
      }
    }
  }

  private static func checked(
    _ index: Int32, below count: Int, _ what: @autoclosure () -> String
  ) throws(InvalidChange) -> Int {
    guard index >= 0, index < count else { throw InvalidChange("\(what()) \(index) does not exist") }
    return Int(index)
  }

  private static func checkFinite(
    _ number: Double, _ what: @autoclosure () -> String
  ) throws(InvalidChange) {
    guard number.isFinite else { throw InvalidChange("\(what()) is \(number)") }
  }

  private static func checkBounds(
    _ lower: Double, _ upper: Double, _ what: String, _ index: Int
  ) throws(InvalidChange) {
    guard lower <= upper, lower < .infinity, upper > -.infinity else {
      throw InvalidChange("the bounds of \(what) \(index) are \(lower) and \(upper)")
    }
  }
}

/// A change that does not fit the program of a session.
public struct InvalidChange: Error, Sendable, Equatable, CustomStringConvertible {
  /// What does not fit, for example "row 3 has column 5 twice".
  public let description: String

  init(_ description: String) { self.description = description }
}
