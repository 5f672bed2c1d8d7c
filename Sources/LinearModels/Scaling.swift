extension CompiledModel {
  /// The same problem with numbers of moderate size, which solvers handle reliably.
  ///
  /// A row with a positive right-hand side is divided by it, any other row by its largest coefficient. The objective is
  /// divided by `objectiveMagnitude`, an estimate of the optimum, or by its largest coefficient if there is no positive
  /// and finite estimate; ``objectiveScale`` is multiplied by the same number. The columns are not scaled, so the two
  /// problems have the same solutions.
  ///
  /// With numbers near 1e9, CBC 2.10.8 calls plans optimal that are 8 % above the optimum.
  /// - Complexity: O(columns + rows + nonzeros).
  public func scaled(objectiveMagnitude: Double? = nil) -> CompiledModel {
    var scaled = self
    scaled.scaleRows()
    scaled.scaleObjective(by: objectiveMagnitude)
    return scaled
  }

  private mutating func scaleRows() {
    var divisors = [Double](repeating: 0, count: rowCount)
    for (row, coefficient) in zip(rowIndices, coefficients) {
      divisors[Int(row)] = max(divisors[Int(row)], abs(coefficient))
    }
    for row in 0..<rowCount {
      if rightHandSides[row] > 0 { divisors[row] = rightHandSides[row] }
      if divisors[row] == 0 { divisors[row] = 1 }
      rightHandSides[row] /= divisors[row]
    }
    rowDivisors = divisors
    for entry in 0..<coefficients.count { coefficients[entry] /= divisors[Int(rowIndices[entry])] }
  }

  private mutating func scaleObjective(by magnitude: Double?) {
    let usable = magnitude.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    let divisor = usable ?? objective.reduce(0) { max($0, abs($1)) }
    guard divisor > 0 else { return }
    for column in 0..<columnCount { objective[column] /= divisor }
    objectiveConstant /= divisor
    objectiveScale *= divisor
  }

  /// Multipliers of this model's rows in the units that the model had before it was scaled: the rate at which the
  /// objective, in base units, rises with a right-hand side in base units. The duals are one a row.
  public func inBaseUnits(rowDuals duals: [Double]) -> [Double] {
    guard !rowDivisors.isEmpty else { return duals.map { $0 * objectiveScale } }
    return zip(duals, rowDivisors).map { $0 * objectiveScale / $1 }
  }
}
