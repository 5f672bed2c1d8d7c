extension CompiledModel {
  /// The model with tighter bounds on integer columns, as implied by rows whose other columns are all fixed; `nil` if the
  /// bounds show that it has no feasible point. Rows and columns stay as they are.
  ///
  /// An integer column whose bounds meet is fixed, which can leave further rows with one free column, and so on.
  /// - Complexity: O(columns + rows + nonzeros).
  public func fixingImpliedIntegers() -> CompiledModel? {
    let rows = rowwise()
    var fixing = ImpliedFixing(
      model: self, rows: rows, freeCounts: (0..<rowCount).map { rows.entries(ofRow: $0).count },
      remainders: rightHandSides)
    return fixing.run()
  }

  /// Whether the bounds leave a single value to every integer column.
  /// - Complexity: O(columns).
  public var hasAllIntegersFixed: Bool {
    (0..<columnCount).allSatisfy { !isInteger[$0] || columnLower[$0] == columnUpper[$0] }
  }
}

private struct ImpliedFixing {
  var model: CompiledModel
  let rows: SparseRows
  /// The number of columns in each row that are not fixed.
  var freeCounts: [Int]
  /// The right-hand side of each row minus the terms of its fixed columns.
  var remainders: [Double]
  var queue: [Int] = []

  mutating func run() -> CompiledModel? {
    for column in 0..<model.columnCount where isFixed(column) { settle(column) }
    for row in 0..<model.rowCount where freeCounts[row] == 1 { queue.append(row) }
    while let row = queue.popLast() {
      guard freeCounts[row] == 1 else { continue }
      let entry = rows.entries(ofRow: row).first { !isFixed(Int(rows.indices[$0])) }
      guard let entry, model.isInteger[Int(rows.indices[entry])] else { continue }
      if !tighten(Int(rows.indices[entry]), coefficient: rows.values[entry], row) { return nil }
    }
    return model
  }

  private func isFixed(_ column: Int) -> Bool { model.columnLower[column] == model.columnUpper[column] }

  /// Takes a fixed column out of its rows.
  private mutating func settle(_ column: Int) {
    for entry in model.entries(ofColumn: column) {
      let row = Int(model.rowIndices[entry])
      freeCounts[row] -= 1
      remainders[row] -= model.coefficients[entry] * model.columnLower[column]
      if freeCounts[row] == 1 { queue.append(row) }
    }
  }

  /// Applies a row as a bound on its only free column. Returns `false` if the bounds leave no whole number.
  private mutating func tighten(_ column: Int, coefficient: Double, _ row: Int) -> Bool {
    let value = remainders[row] / coefficient
    let slack = 1e-9 * max(1, abs(value))
    let sense = model.rowSenses[row]
    let limitsAbove = sense == .equal || (sense == .lessOrEqual) == (coefficient > 0)
    if limitsAbove {
      model.columnUpper[column] = min(model.columnUpper[column], (value + slack).rounded(.down))
    }
    if sense == .equal || !limitsAbove {
      model.columnLower[column] = max(model.columnLower[column], (value - slack).rounded(.up))
    }
    guard model.columnLower[column] <= model.columnUpper[column] else { return false }
    if isFixed(column) { settle(column) }
    return true
  }
}
