extension CompiledModel {
  /// The model with tighter bounds on integer columns, as implied by rows with one free column.
  ///
  /// A row whose other columns are all fixed is a bound on its free column. An integer column whose bounds meet is
  /// fixed, which can leave further rows with one free column, and so on. Rows and columns stay as they are.
  ///
  /// - Returns: the model; `nil` if the bounds show that it has no feasible point.
  /// - Complexity: O(columns + rows + nonzeros).
  public func fixingImpliedIntegers() -> CompiledModel? {
    var fixing = ImpliedFixing(self)
    return fixing.run()
  }

  /// Whether the bounds leave a single value to every integer column.
  ///
  /// - Complexity: O(columns).
  public var hasAllIntegersFixed: Bool {
    (0..<columnCount).allSatisfy { !isInteger[$0] || columnLower[$0] == columnUpper[$0] }
  }
}

private struct ImpliedFixing {
  private var model: CompiledModel
  private let rows: SparseRows
  /// The number of columns in each row that are not fixed.
  private var freeCounts: [Int]
  /// The right-hand side of each row minus the terms of its fixed columns.
  private var remainders: [Double]
  private var queue: [Int] = []

  init(_ model: CompiledModel) {
    self.model = model
    rows = model.rowwise()
    freeCounts = (0..<model.rowCount).map { [rows] in rows.entries(ofRow: $0).count }
    remainders = model.rightHandSides
  }

  mutating func run() -> CompiledModel? {
    for column in 0..<model.columnCount where model.columnLower[column] == model.columnUpper[column] {
      settle(column)
    }
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
    for entry in Int(model.columnStarts[column])..<Int(model.columnStarts[column + 1]) {
      let row = Int(model.rowIndices[entry])
      freeCounts[row] -= 1
      remainders[row] -= model.coefficients[entry] * model.columnLower[column]
      if freeCounts[row] == 1 { queue.append(row) }
    }
  }

  /// Applies a row as a bound on its only free column.
  ///
  /// - Returns: `false` if the bounds leave no whole number.
  private mutating func tighten(_ column: Int, coefficient: Double, _ row: Int) -> Bool {
    let slack = 1e-9 * max(1, abs(remainders[row] / coefficient))
    let value = remainders[row] / coefficient
    let limitsAbove =
      model.rowSenses[row] == .equal || (model.rowSenses[row] == .lessOrEqual) == (coefficient > 0)
    let limitsBelow = model.rowSenses[row] == .equal || !limitsAbove
    if limitsAbove {
      model.columnUpper[column] = min(model.columnUpper[column], (value + slack).rounded(.down))
    }
    if limitsBelow {
      model.columnLower[column] = max(model.columnLower[column], (value - slack).rounded(.up))
    }
    guard model.columnLower[column] <= model.columnUpper[column] else { return false }
    if isFixed(column) { settle(column) }
    return true
  }
}
