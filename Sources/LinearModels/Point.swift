/// A row or column that a point violates.
public struct PointViolation: Sendable, Equatable, CustomStringConvertible {
  /// The label of the row or column.
  public let place: String
  /// The violation, relative to the largest number involved (at least 1).
  public let amount: Double

  /// The violation as a message.
  public var description: String { "\(place) is violated by \(amount)" }
}

extension CompiledModel {
  /// The worst violation of a row, a bound or integrality at a point with one value a column; `nil` if none exceeds
  /// the tolerance.
  ///
  /// The violation of a row is relative to the largest of 1, its right-hand side and its terms, since no solver can
  /// avoid rounding errors of that size.
  /// - Complexity: O(columns + rows + nonzeros).
  public func violation(at values: [Double], tolerance: Double) -> PointViolation? {
    var worst = PointViolation(place: "", amount: tolerance)
    func note(_ amount: Double, _ label: Label) {
      // NaN is worse than any number.
      if amount > worst.amount || (amount.isNaN && !worst.amount.isNaN) {
        worst = PointViolation(place: "\(label)", amount: amount)
      }
    }
    var activities = [Double](repeating: 0, count: rowCount)
    var magnitudes = rightHandSides.map { max(1, abs($0)) }
    for column in 0..<columnCount {
      let value = values[column]
      note(boundViolation(ofColumn: column, at: value), columnLabels[column])
      for entry in entries(ofColumn: column) {
        let row = Int(rowIndices[entry])
        let term = coefficients[entry] * value
        activities[row] += term
        magnitudes[row] = max(magnitudes[row], abs(term))
      }
    }
    for row in 0..<rowCount {
      note(excess(ofRow: row, activity: activities[row]) / magnitudes[row], rowLabels[row])
    }
    return worst.amount == tolerance ? nil : worst
  }

  private func boundViolation(ofColumn column: Int, at value: Double) -> Double {
    guard value.isFinite else { return .nan }
    var amount = max(columnLower[column] - value, value - columnUpper[column], 0)
    if isInteger[column] { amount = max(amount, abs(value - value.rounded())) }
    return amount / max(1, abs(value))
  }

  private func excess(ofRow row: Int, activity: Double) -> Double {
    switch rowSenses[row] {
    case .lessOrEqual: activity - rightHandSides[row]
    case .greaterOrEqual: rightHandSides[row] - activity
    case .equal: abs(activity - rightHandSides[row])
    }
  }

  /// The point with every integer column at the nearest whole number and every column within its bounds.
  /// - Complexity: O(columns).
  public func snapped(_ values: [Double]) -> [Double] {
    (0..<columnCount).map { column in
      let value = isInteger[column] ? values[column].rounded() : values[column]
      // Adding 0 turns -0 into 0.
      return min(max(value, columnLower[column]), columnUpper[column]) + 0
    }
  }

  /// The linear program that is left if the integer columns are fixed at the values of a point.
  /// - Complexity: O(columns).
  public func fixingIntegers(at values: [Double]) -> CompiledModel {
    var copy = relaxed()
    for column in integerColumns {
      copy.columnLower[column] = values[column]
      copy.columnUpper[column] = values[column]
    }
    return copy
  }

  /// The same model without its objective, which asks only for a feasible point.
  /// - Complexity: O(columns).
  public func withoutObjective() -> CompiledModel {
    var copy = self
    copy.objective = Array(repeating: 0, count: columnCount)
    copy.objectiveConstant = 0
    return copy
  }
}
