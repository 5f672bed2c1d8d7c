/// A mixed-integer program under construction, which ``compiled()`` turns into a model for backends and writers.
///
///     var model = LinearModel(name: "knapsack", objectiveUnit: "s")
///     let x = model.addBinary(Label("x", 0)), y = model.addBinary(Label("x", 1))
///     model.add(Label("capacity"), 3 * x + 2 * y <= 4)
///     model.minimise(-5 * x - 4 * y)
///
/// Columns and rows keep the order in which they were added, so that the same steps give the same bytes.
public struct LinearModel: Sendable {
  /// The name of the model, for files.
  public let name: String
  /// The unit of the objective in words, for exported files.
  public let objectiveUnit: String
  /// The lines at the top of an exported file.
  public var comments: [String] = []

  private var columnLower: [Double] = []
  private var columnUpper: [Double] = []
  private var isInteger: [Bool] = []
  private var columnLabels: [Label] = []
  private var objective = LinearExpression()

  // The rows one after the other, in the order of addition.
  private var rowStarts: [Int] = [0]
  private var rowTerms: [LinearExpression.Term] = []
  private var rowSenses: [Sense] = []
  private var rightHandSides: [Double] = []
  private var rowLabels: [Label] = []

  /// Makes a model without columns and rows.
  ///
  /// - Parameters:
  ///   - name: the name of the model, for files.
  ///   - objectiveUnit: the unit of the objective in words.
  public init(name: String, objectiveUnit: String) {
    self.name = name
    self.objectiveUnit = objectiveUnit
  }

  /// The number of columns so far.
  public var columnCount: Int { columnLabels.count }
  /// The number of rows so far.
  public var rowCount: Int { rowLabels.count }

  /// Adds a variable with the values 0 and 1.
  ///
  /// - Complexity: amortised O(1).
  public mutating func addBinary(_ label: Label) -> Variable {
    addVariable(label, lower: 0, upper: 1, isInteger: true)
  }

  /// Adds a variable with real values, by default not negative.
  ///
  /// - Complexity: amortised O(1).
  public mutating func addContinuous(
    _ label: Label, lower: Double = 0, upper: Double = .infinity
  ) -> Variable {
    addVariable(label, lower: lower, upper: upper, isInteger: false)
  }

  /// Adds a variable with whole values, by default not negative.
  ///
  /// - Complexity: amortised O(1).
  public mutating func addInteger(_ label: Label, lower: Double = 0, upper: Double = .infinity) -> Variable {
    addVariable(label, lower: lower, upper: upper, isInteger: true)
  }

  private mutating func addVariable(
    _ label: Label, lower: Double, upper: Double, isInteger: Bool
  ) -> Variable {
    columnLabels.append(label)
    columnLower.append(lower)
    columnUpper.append(upper)
    self.isInteger.append(isInteger)
    return Variable(column: columnLabels.count - 1)
  }

  /// Adds a row.
  ///
  /// - Complexity: amortised linear in the number of terms.
  public mutating func add(_ label: Label, _ constraint: Constraint) {
    rowTerms.append(contentsOf: constraint.difference.terms)
    rowStarts.append(rowTerms.count)
    rowSenses.append(constraint.sense)
    rightHandSides.append(0 - constraint.difference.constant)
    rowLabels.append(label)
  }

  /// Sets the expression to minimise.
  public mutating func minimise(_ expression: some LinearTerm) {
    objective = expression.expression
  }

  /// The model as validated sparse arrays, in which terms of the same variable are added up and zeros are dropped.
  ///
  /// - Throws: ``ModelError`` if a number is not finite or a bound is invalid.
  /// - Complexity: O(columns + rows + terms).
  public func compiled() throws(ModelError) -> CompiledModel {
    var rows = mergedRows()
    try validate(rows)
    rows.removeZeros()
    let columns = rows.transposed(columnCount: columnCount)
    return CompiledModel(
      name: name, comments: comments, columnStarts: columns.starts, rowIndices: columns.indices,
      coefficients: columns.values, columnLower: columnLower, columnUpper: columnUpper,
      isInteger: isInteger, objective: try objectiveCoefficients(), objectiveConstant: objective.constant,
      objectiveScale: 1, objectiveUnit: objectiveUnit, rowSenses: rowSenses,
      rightHandSides: rightHandSides, columnLabels: columnLabels, rowLabels: rowLabels)
  }

  /// The rows with the terms of each variable added up, in the order in which the variables first occur.
  private func mergedRows() -> SparseRows {
    var merged = SparseRows(capacity: rowTerms.count, rowCount: rowCount)
    var lastRow = [Int](repeating: -1, count: columnCount)
    var position = [Int](repeating: 0, count: columnCount)
    for row in 0..<rowCount {
      for term in rowTerms[rowStarts[row]..<rowStarts[row + 1]] {
        let column = term.variable.column
        if lastRow[column] == row {
          merged.values[position[column]] += term.coefficient
        } else {
          lastRow[column] = row
          position[column] = merged.values.count
          merged.append(column: column, value: term.coefficient)
        }
      }
      merged.endRow()
    }
    return merged
  }

  private func objectiveCoefficients() throws(ModelError) -> [Double] {
    var coefficients = [Double](repeating: 0, count: columnCount)
    for term in objective.terms { coefficients[term.variable.column] += term.coefficient }
    for (column, coefficient) in coefficients.enumerated() where !coefficient.isFinite {
      throw .notFinite(place: "objective coefficient of \(columnLabels[column])", value: coefficient)
    }
    guard objective.constant.isFinite else {
      throw .notFinite(place: "objective constant", value: objective.constant)
    }
    return coefficients
  }

  private func validate(_ rows: SparseRows) throws(ModelError) {
    for column in 0..<columnCount {
      try CompiledModel.validateBounds(
        columnLower[column], columnUpper[column], isInteger: isInteger[column], columnLabels[column])
    }
    for row in 0..<rowCount {
      for entry in rows.entries(ofRow: row) where !rows.values[entry].isFinite {
        let column = columnLabels[Int(rows.indices[entry])]
        throw .notFinite(place: "coefficient of \(column) in \(rowLabels[row])", value: rows.values[entry])
      }
      guard rightHandSides[row].isFinite else {
        throw .notFinite(place: "right-hand side of \(rowLabels[row])", value: rightHandSides[row])
      }
    }
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

  /// Throws if the current task is cancelled, since large models take seconds to build.
  ///
  /// - Throws: ``cancelled``.
  public static func checkCancellation() throws(ModelError) {
    if Task.isCancelled { throw .cancelled }
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

  init(capacity: Int, rowCount: Int) {
    starts.reserveCapacity(rowCount + 1)
    indices.reserveCapacity(capacity)
    values.reserveCapacity(capacity)
  }

  mutating func append(column: Int, value: Double) {
    indices.append(Int32(column))
    values.append(value)
  }

  mutating func endRow() { starts.append(Int32(values.count)) }

  func entries(ofRow row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }

  mutating func removeZeros() {
    guard values.contains(0) else { return }
    var kept = SparseRows(capacity: values.count, rowCount: starts.count)
    for row in 0..<(starts.count - 1) {
      for entry in entries(ofRow: row) where values[entry] != 0 {
        kept.append(column: Int(indices[entry]), value: values[entry])
      }
      kept.endRow()
    }
    self = kept
  }

  /// The transposed matrix, with ascending indices in each of its rows.
  func transposed(columnCount: Int) -> SparseRows {
    var result = SparseRows(capacity: 0, rowCount: 0)
    result.starts = [Int32](repeating: 0, count: columnCount + 1)
    for column in indices { result.starts[Int(column) + 1] += 1 }
    for column in 0..<columnCount { result.starts[column + 1] += result.starts[column] }
    var next = result.starts
    result.indices = [Int32](repeating: 0, count: indices.count)
    result.values = [Double](repeating: 0, count: values.count)
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
