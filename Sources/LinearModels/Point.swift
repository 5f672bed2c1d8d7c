/// Where a point leaves what a model allows.
public struct PointViolation: Sendable, Equatable, CustomStringConvertible {
  /// The row or column, by its label.
  public let place: String
  /// How far outside, relative to the largest number involved (at least 1).
  public let amount: Double

  public var description: String { "\(place) is violated by \(amount)" }
}

extension CompiledModel {
  /// The worst violation of a row, a bound or integrality at a point, if it exceeds the tolerance.
  ///
  /// A row's violation is relative to the largest of 1, its right-hand side and its terms: no solver can do
  /// better than rounding errors of that size.
  ///
  /// - Parameters:
  ///   - values: one value a column.
  ///   - tolerance: violations up to it are none.
  /// - Complexity: O(columns + rows + nonzeros).
  public func violation(at values: [Double], tolerance: Double) -> PointViolation? {
    var worst = PointViolation(place: "", amount: tolerance)
    func note(_ amount: Double, _ label: Label) {
      // Not a number is worse than any.
      if amount > worst.amount || (amount.isNaN && !worst.amount.isNaN) {
        worst = PointViolation(place: "\(label)", amount: amount)
      }
    }
    var activities = [Double](repeating: 0, count: rowCount)
    var magnitudes = rightHandSides.map { max(1, abs($0)) }
    for column in 0..<columnCount {
      let value = values[column]
      note(boundViolation(ofColumn: column, at: value), columnLabels[column])
      for entry in Int(columnStarts[column])..<Int(columnStarts[column + 1]) {
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
  public func snapped(_ values: [Double]) -> [Double] {
    (0..<columnCount).map { column in
      let value = isInteger[column] ? values[column].rounded() : values[column]
      // The sum turns a negative zero into a plain one.
      return min(max(value, columnLower[column]), columnUpper[column]) + 0
    }
  }

  /// The linear program that is left once the integer columns stand at the values of a point.
  public func fixingIntegers(at values: [Double]) -> CompiledModel {
    var copy = relaxed()
    for column in integerColumns {
      copy.columnLower[column] = values[column]
      copy.columnUpper[column] = values[column]
    }
    return copy
  }

  /// The question whether there is a feasible point at all: the same model without its objective.
  public func withoutObjective() -> CompiledModel {
    var copy = self
    copy.objective = Array(repeating: 0, count: columnCount)
    copy.objectiveConstant = 0
    return copy
  }
}
