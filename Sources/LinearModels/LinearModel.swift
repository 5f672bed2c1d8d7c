/// A mixed-integer program under construction, which ``compiled()`` turns into a model for backends and writers.
///
///     var model = LinearModel(name: "knapsack", objectiveUnit: "s")
///     let x = model.addBinary(Label("x", 0)), y = model.addBinary(Label("x", 1))
///     model.add(Label("capacity"), 3 * x + 2 * y <= 4)
///     model.minimise(-5 * x - 4 * y)
///
/// Columns and rows keep the order in which they were added, so that the same steps give the same bytes. Adding one takes
/// amortised linear time in its terms.
public struct LinearModel: Sendable {
  /// The model without its matrix and its objective.
  private var model: CompiledModel
  private var objective = LinearExpression()
  // The terms of the rows, one row after the other.
  private var rowStarts: [Int] = [0]
  private var rowTerms: [LinearExpression.Term] = []

  /// Makes a model without columns and rows. Exported files have its name, and the unit of the objective in words.
  public init(name: String, objectiveUnit: String) {
    model = CompiledModel(name: name, objectiveUnit: objectiveUnit)
  }

  /// The lines at the top of an exported file.
  public var comments: [String] {
    get { model.comments }
    set { model.comments = newValue }
  }
  /// The number of columns so far.
  public var columnCount: Int { model.columnCount }
  /// The number of rows so far.
  public var rowCount: Int { model.rowCount }

  /// Adds a variable with the values 0 and 1.
  public mutating func addBinary(_ label: Label) -> Variable {
    addVariable(label, lower: 0, upper: 1, isInteger: true)
  }

  /// Adds a variable with real values, by default not negative.
  public mutating func addContinuous(
    _ label: Label, lower: Double = 0, upper: Double = .infinity
  ) -> Variable {
    addVariable(label, lower: lower, upper: upper, isInteger: false)
  }

  /// Adds a variable with whole values, by default not negative.
  public mutating func addInteger(_ label: Label, lower: Double = 0, upper: Double = .infinity) -> Variable {
    addVariable(label, lower: lower, upper: upper, isInteger: true)
  }

  private mutating func addVariable(
    _ label: Label, lower: Double, upper: Double, isInteger: Bool
  ) -> Variable {
    model.columnLabels.append(label)
    model.columnLower.append(lower)
    model.columnUpper.append(upper)
    model.isInteger.append(isInteger)
    return Variable(column: columnCount - 1)
  }

  /// Adds a row.
  public mutating func add(_ label: Label, _ constraint: Constraint) {
    rowTerms.append(contentsOf: constraint.difference.terms)
    rowStarts.append(rowTerms.count)
    model.rowSenses.append(constraint.sense)
    model.rightHandSides.append(0 - constraint.difference.constant)
    model.rowLabels.append(label)
  }

  /// Sets the expression to minimise.
  public mutating func minimise(_ expression: some LinearTerm) { objective = expression.expression }

  /// The model as validated sparse arrays, in which terms of the same variable are added up and zeros are dropped.
  /// - Throws: ``ModelError`` if a number is not finite or a bound is invalid.
  /// - Complexity: O(columns + rows + terms).
  public func compiled() throws(ModelError) -> CompiledModel {
    let columns = try mergedRows().transposed(columnCount: columnCount)
    var compiled = model
    compiled.columnStarts = columns.starts
    compiled.rowIndices = columns.indices
    compiled.coefficients = columns.values
    compiled.objective = try objectiveCoefficients()
    compiled.objectiveConstant = objective.constant
    return compiled
  }

  /// The validated rows with the terms of each variable added up, in the order in which the variables first occur.
  private func mergedRows() throws(ModelError) -> SparseRows {
    for column in 0..<columnCount { try model.validateBounds(ofColumn: column) }
    var merged = SparseRows()
    merged.starts.reserveCapacity(rowCount + 1)
    merged.indices.reserveCapacity(rowTerms.count)
    merged.values.reserveCapacity(rowTerms.count)
    var lastRow = [Int](repeating: -1, count: columnCount)
    var sums = [Double](repeating: 0, count: columnCount)
    var columns: [Int] = []
    for row in 0..<rowCount {
      columns.removeAll(keepingCapacity: true)
      for term in rowTerms[rowStarts[row]..<rowStarts[row + 1]] {
        let column = term.variable.column
        if lastRow[column] != row {
          lastRow[column] = row
          sums[column] = 0
          columns.append(column)
        }
        sums[column] += term.coefficient
      }
      for column in columns where sums[column] != 0 {
        try ModelError.requireFinite(
          sums[column], "coefficient of \(model.columnLabels[column]) in \(model.rowLabels[row])")
        merged.indices.append(Int32(column))
        merged.values.append(sums[column])
      }
      merged.starts.append(Int32(merged.values.count))
      try model.validateRightHandSide(ofRow: row)
    }
    return merged
  }

  private func objectiveCoefficients() throws(ModelError) -> [Double] {
    var coefficients = [Double](repeating: 0, count: columnCount)
    for term in objective.terms { coefficients[term.variable.column] += term.coefficient }
    for (column, coefficient) in coefficients.enumerated() {
      try ModelError.requireFinite(coefficient, "objective coefficient of \(model.columnLabels[column])")
    }
    try ModelError.requireFinite(objective.constant, "objective constant")
    return coefficients
  }
}

/// The reason why a model cannot be solved.
public enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A coefficient, constant or right-hand side is not finite, or a coefficient is 0.
  case notFinite(place: String, value: Double)
  /// The bounds of a column leave no number between them.
  case bounds(column: String, lower: Double, upper: Double)
  /// A bound of an integer column is not a whole number.
  case fractionalBound(column: String, bound: Double)
  /// Arrays do not fit together, which occurs only in models from sparse columns.
  case shape(String)
  /// The task that built the model was cancelled.
  case cancelled

  /// Throws ``cancelled`` if the current task is cancelled, since large models take seconds to build.
  public static func checkCancellation() throws(ModelError) {
    if Task.isCancelled { throw .cancelled }
  }

  static func requireFinite(_ value: Double, _ place: @autoclosure () -> String) throws(ModelError) {
    if !value.isFinite { throw .notFinite(place: place(), value: value) }
  }

  /// The error as a message.
  public var description: String {
    switch self {
    case .notFinite(let place, let value):
      "the \(place) is \(value); it must be a finite number\(value == 0 ? " other than 0" : "")"
    case .bounds(let column, let lower, let upper):
      "\(column) has the bounds \(lower) and \(upper), between which there is no number"
    case .fractionalBound(let column, let bound):
      "\(column) is integer, but its bound \(bound) is not a whole number"
    case .shape(let detail): detail
    case .cancelled: "the task was cancelled"
    }
  }
}

/// A matrix as compressed sparse rows.
struct SparseRows {
  /// The offset of the first entry of each row, and the number of all entries.
  var starts: [Int32] = [0]
  var indices: [Int32] = []
  var values: [Double] = []

  func entries(ofRow row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }

  /// The transposed matrix, with ascending indices in each of its rows.
  func transposed(columnCount: Int) -> SparseRows {
    var result = SparseRows(
      starts: Array(repeating: 0, count: columnCount + 1),
      indices: Array(repeating: 0, count: indices.count), values: Array(repeating: 0, count: values.count))
    for column in indices { result.starts[Int(column) + 1] += 1 }
    for column in 0..<columnCount { result.starts[column + 1] += result.starts[column] }
    var next = result.starts
    for row in 0..<(starts.count - 1) {
      for entry in entries(ofRow: row) {
        let column = Int(indices[entry])
        let slot = Int(next[column])
        result.indices[slot] = Int32(row)
        result.values[slot] = values[entry]
        next[column] += 1
      }
    }
    return result
  }
}
