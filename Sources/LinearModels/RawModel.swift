extension CompiledModel {
  /// A model from sparse columns, for example from another process.
  ///
  /// Columns are labelled `x_0`, `x_1` ... and rows `row_0`, `row_1` ... The objective has no unit and the scale 1.
  /// The arrays mean the same as the properties of these names: `columnLower.count + 1` starts that ascend from 0, and
  /// for each entry its row, ascending within a column and none twice, and its coefficient.
  /// - Throws: ``ModelError`` if the arrays do not fit together, a number is not finite, a coefficient is 0, or a bound
  ///   is invalid.
  /// - Complexity: O(columns + rows + nonzeros).
  public init(
    name: String, columnStarts: [Int32], rowIndices: [Int32], coefficients: [Double],
    columnLower: [Double], columnUpper: [Double], isInteger: [Bool], objective: [Double],
    objectiveConstant: Double, rowSenses: [Sense], rightHandSides: [Double]
  ) throws(ModelError) {
    self.init(
      name: name, columnStarts: columnStarts, rowIndices: rowIndices, coefficients: coefficients,
      columnLower: columnLower, columnUpper: columnUpper, isInteger: isInteger, objective: objective,
      objectiveConstant: objectiveConstant, rowSenses: rowSenses, rightHandSides: rightHandSides,
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
      for entry in entries(ofColumn: column) {
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
      try validateBounds(ofColumn: column)
      try ModelError.requireFinite(
        objective[column], "objective coefficient of \(columnLabels[column])")
    }
    try ModelError.requireFinite(objectiveConstant, "objective constant")
    for row in 0..<rowCount { try validateRightHandSide(ofRow: row) }
  }

  func validateRightHandSide(ofRow row: Int) throws(ModelError) {
    try ModelError.requireFinite(rightHandSides[row], "right-hand side of \(rowLabels[row])")
  }

  func validateBounds(ofColumn column: Int) throws(ModelError) {
    let (lower, upper) = (columnLower[column], columnUpper[column])
    guard lower <= upper, lower < .infinity, upper > -.infinity else {
      throw .bounds(column: "\(columnLabels[column])", lower: lower, upper: upper)
    }
    guard isInteger[column] else { return }
    for bound in [lower, upper] where bound.isFinite && bound != bound.rounded() {
      throw .fractionalBound(column: "\(columnLabels[column])", bound: bound)
    }
  }
}
