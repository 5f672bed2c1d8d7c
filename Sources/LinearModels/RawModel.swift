extension CompiledModel {
  /// A model from sparse columns, for example from another process.
  ///
  /// Columns are labelled `x_0`, `x_1` ... and rows `row_0`, `row_1` ... The objective has no unit and the scale 1.
  ///
  /// - Parameters:
  ///   - name: the name of the model, for files.
  ///   - columnStarts: `columnLower.count + 1` offsets into `rowIndices` and `coefficients`, ascending from 0.
  ///   - rowIndices: the row of each entry, ascending within a column, none twice.
  ///   - coefficients: the coefficient of each entry.
  ///   - columnLower: the lower bound of each column; `-infinity` for none.
  ///   - columnUpper: the upper bound of each column; `infinity` for none.
  ///   - isInteger: whether each column is restricted to whole numbers.
  ///   - objective: the objective coefficient of each column.
  ///   - objectiveConstant: the constant that is added to the objective.
  ///   - rowSenses: the relation of each row.
  ///   - rightHandSides: the right-hand side of each row.
  /// - Throws: ``ModelError`` if the arrays do not fit together, a number is not finite, a coefficient is 0, or a bound
  ///   is invalid.
  /// - Complexity: O(columns + rows + nonzeros).
  public init(
    name: String, columnStarts: [Int32], rowIndices: [Int32], coefficients: [Double],
    columnLower: [Double], columnUpper: [Double], isInteger: [Bool], objective: [Double],
    objectiveConstant: Double, rowSenses: [Sense], rightHandSides: [Double]
  ) throws(ModelError) {
    self.init(
      name: name, comments: [], columnStarts: columnStarts, rowIndices: rowIndices,
      coefficients: coefficients, columnLower: columnLower, columnUpper: columnUpper,
      isInteger: isInteger, objective: objective, objectiveConstant: objectiveConstant,
      objectiveScale: 1, objectiveUnit: "", rowSenses: rowSenses, rightHandSides: rightHandSides,
      columnLabels: columnLower.indices.map { Label("x", $0) },
      rowLabels: rowSenses.indices.map { Label("row", $0) })
    try validateShape()
    try validateMatrix()
    try validateNumbers()
  }

  private func validateShape() throws(ModelError) {
    let columns = columnLower.count
    guard columnUpper.count == columns, isInteger.count == columns, objective.count == columns,
      columnStarts.count == columns + 1
    else { throw .shape("the arrays of the columns differ in length") }
    guard rightHandSides.count == rowSenses.count else {
      throw .shape("the arrays of the rows differ in length")
    }
    guard rowIndices.count == coefficients.count else {
      throw .shape("there are \(rowIndices.count) row indices for \(coefficients.count) coefficients")
    }
    guard columnStarts.first == 0, Int(columnStarts[columns]) == coefficients.count,
      zip(columnStarts, columnStarts.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw .shape("the columns' starts do not ascend from 0 to the number of coefficients") }
  }

  private func validateMatrix() throws(ModelError) {
    for column in 0..<columnCount {
      var previous: Int32 = -1
      for entry in Int(columnStarts[column])..<Int(columnStarts[column + 1]) {
        let row = rowIndices[entry]
        guard row > previous, row < rowCount else {
          throw .shape("the rows of \(columnLabels[column]) do not ascend, or are not below \(rowCount)")
        }
        previous = row
        guard coefficients[entry].isFinite, coefficients[entry] != 0 else {
          throw .notFinite(
            place: "coefficient of \(columnLabels[column]) in \(rowLabels[Int(row)])",
            value: coefficients[entry])
        }
      }
    }
  }

  private func validateNumbers() throws(ModelError) {
    for column in 0..<columnCount {
      try CompiledModel.validateBounds(
        columnLower[column], columnUpper[column], isInteger: isInteger[column], columnLabels[column])
      guard objective[column].isFinite else {
        throw .notFinite(
          place: "objective coefficient of \(columnLabels[column])", value: objective[column])
      }
    }
    guard objectiveConstant.isFinite else {
      throw .notFinite(place: "objective constant", value: objectiveConstant)
    }
    for row in 0..<rowCount where !rightHandSides[row].isFinite {
      throw .notFinite(place: "right-hand side of \(rowLabels[row])", value: rightHandSides[row])
    }
  }

  static func validateBounds(
    _ lower: Double, _ upper: Double, isInteger: Bool, _ label: Label
  ) throws(ModelError) {
    guard lower <= upper, lower < .infinity, upper > -.infinity else {
      throw .bounds(column: "\(label)", lower: lower, upper: upper)
    }
    if isInteger {
      for bound in [lower, upper] where bound.isFinite && bound != bound.rounded() {
        throw .fractionalBound(column: "\(label)", bound: bound)
      }
    }
  }
}
