/// What points and multipliers prove of a linear program, by arithmetic that shares nothing with a solver.
extension LinearProgram {
  /// The violation of rows that is tolerated in an optimal point, relative to the largest of 1, the row's bounds and
  /// its terms.
  static let feasibilityTolerance = 1e-6
  /// The part of its largest term, or of 1, up to which a reduced cost counts as 0 where a column has no bound: the
  /// tolerance of libraries, 1e-9, holds for a program that they have scaled.
  static let reducedCostTolerance = 1e-7
  /// The same for a proof of infeasibility, relative to the terms alone: a small coefficient can be what makes a program
  /// feasible.
  static let cancellationTolerance = 1e-8
  /// The part of its terms by which a proof of infeasibility must exceed rounding errors.
  static let proofTolerance = 1e-9

  /// The objective at a point.
  /// - Complexity: O(columns).
  func objective(at values: [Double]) -> Double { zip(costs, values).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The point with every column within its bounds, which libraries miss by their tolerance.
  /// - Complexity: O(columns).
  func withinBounds(_ values: [Double]) -> [Double] {
    values.indices.map { min(max(values[$0], columnLower[$0]), columnUpper[$0]) }
  }

  /// The worst violation of a row at a point, if it exceeds the tolerance. NaN is worse than any number.
  /// - Complexity: O(rows + entries).
  func violation(
    at values: [Double], tolerance: Double = feasibilityTolerance
  ) -> (row: Int, amount: Double)? {
    var activities = [Double](repeating: 0, count: rowCount)
    var magnitudes = [Double](repeating: 1, count: rowCount)
    for entry in coefficients.indices {
      let row = Int(entryRows[entry])
      let term = coefficients[entry] * values[Int(entryColumns[entry])]
      activities[row] += term
      magnitudes[row] = max(magnitudes[row], abs(term))
    }
    var worst: (row: Int, amount: Double)?
    for row in 0..<rowCount {
      let (activity, lower, upper) = (activities[row], rowLower[row], rowUpper[row])
      // Only the bound that is violated counts, which is finite.
      let excess = max(lower - activity, activity - upper, 0)
      let magnitude = max(magnitudes[row], activity < lower ? abs(lower) : abs(upper))
      let amount = activity.isNaN ? .infinity : excess / magnitude
      if amount > worst?.amount ?? tolerance { worst = (row, amount) }
    }
    return worst
  }

  /// Multipliers without those whose sign asks for a bound that the row has not.
  /// - Complexity: O(rows).
  func usable(_ multipliers: [Double]) -> [Double] {
    multipliers.indices.map { row in
      let bound = multipliers[row] > 0 ? rowLower[row] : rowUpper[row]
      return bound.isFinite && multipliers[row].isFinite ? multipliers[row] : 0
    }
  }

  /// Numbers of the columns minus the combination of the rows with the given multipliers.
  struct Reduction {
    /// One a column.
    var values: [Double]
    /// The largest magnitude of a term, one a column.
    var magnitudes: [Double]
    /// The part of 1 and of the largest term up to which a number counts as 0 where a column has no bound.
    var tolerances: (one: Double, term: Double)
  }

  /// The reduced costs of the columns under multipliers of the rows.
  /// - Complexity: O(columns + entries).
  func reducedCosts(_ multipliers: [Double]) -> Reduction {
    let tolerance = Self.reducedCostTolerance
    return reduce(costs, by: multipliers, (tolerance, tolerance))
  }

  private func reduce(
    _ start: [Double], by multipliers: [Double], _ tolerances: (one: Double, term: Double)
  ) -> Reduction {
    var values = start
    var magnitudes = start.map(abs)
    for entry in coefficients.indices {
      let multiplier = multipliers[Int(entryRows[entry])]
      guard multiplier != 0 else { continue }
      let column = Int(entryColumns[entry])
      let term = coefficients[entry] * multiplier
      values[column] -= term
      magnitudes[column] = max(magnitudes[column], abs(term))
    }
    return Reduction(values: values, magnitudes: magnitudes, tolerances: tolerances)
  }

  /// The least that the costs can be, by weak duality: for every x within the bounds of the columns and rows,
  ///
  ///     c . x = y . A x + (c - A'y) . x >= sum of y_i times a bound of row i + sum of d_j times a bound of column j.
  ///
  /// - Parameters:
  ///   - multipliers: y, as ``usable(_:)`` returns it.
  ///   - reduction: d, as ``reducedCosts(_:)`` returns it.
  /// - Returns: `nil` if nothing bounds a column with a reduced cost.
  /// - Complexity: O(columns + rows).
  func bound(_ multipliers: [Double], _ reduction: Reduction) -> Double? {
    guard let columns = leastOfColumns(reduction) else { return nil }
    return leastOfRows(multipliers).value + columns.value
  }

  private func leastOfRows(_ multipliers: [Double]) -> (value: Double, magnitude: Double) {
    var sum = (value: 0.0, magnitude: 0.0)
    for row in 0..<rowCount where multipliers[row] != 0 {
      let term = multipliers[row] * (multipliers[row] > 0 ? rowLower[row] : rowUpper[row])
      sum.value += term
      sum.magnitude += abs(term)
    }
    return sum
  }

  private func leastOfColumns(_ reduction: Reduction) -> (value: Double, magnitude: Double)? {
    var sum = (value: 0.0, magnitude: 0.0)
    for column in 0..<columnCount where reduction.values[column] != 0 {
      let number = reduction.values[column]
      let bound = number > 0 ? columnLower[column] : columnUpper[column]
      guard bound.isFinite else {
        let (one, term) = reduction.tolerances
        if abs(number) <= max(one, term * reduction.magnitudes[column]) { continue }
        return nil
      }
      sum.value += number * bound
      sum.magnitude += abs(number * bound)
    }
    return sum
  }

  /// The given multipliers as a proof that no point within the bounds of the columns satisfies the rows, scaled to a
  /// largest one of 1; `nil` if they prove nothing (see ``LinearSolution/farkas``).
  ///
  /// It is the bound of the program without costs: its optimum is 0 if it has a point, so that a positive bound proves
  /// that it has none.
  /// - Complexity: O(columns + rows + entries).
  func proof(from multipliers: [Double]) -> [Double]? {
    let given = usable(multipliers)
    let largest = given.reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return nil }
    // What is left of a number that is 0 would count where nothing else does.
    let scaled = given.map { abs($0) > 1e-11 * largest ? $0 / largest : 0 }
    let rows = leastOfRows(scaled)
    let none = [Double](repeating: 0, count: columnCount)
    guard let columns = leastOfColumns(reduce(none, by: scaled, (0, Self.cancellationTolerance))) else {
      return nil
    }
    let margin = Self.proofTolerance * max(rows.magnitude, columns.magnitude)
    return rows.value + columns.value > margin ? scaled : nil
  }

  /// The solution of a program without entries, with which libraries cannot deal: each row compares 0 with its bounds,
  /// and each column goes to its better bound; `nil` if there are entries.
  /// - Complexity: O(columns + rows).
  func solutionWithoutEntries() -> LinearSolution? {
    guard coefficients.isEmpty else { return nil }
    let tolerance = Self.proofTolerance
    var multipliers = [Double](repeating: 0, count: rowCount)
    if let row = (0..<rowCount).first(where: { rowLower[$0] > tolerance || rowUpper[$0] < -tolerance }) {
      multipliers[row] = rowLower[row] > 0 ? 1 : -1
      return LinearSolution(termination: .infeasible, farkas: multipliers)
    }
    let values = (0..<columnCount).map { column in
      switch costs[column] {
      case 0: min(max(0, columnLower[column]), columnUpper[column])
      case let cost: cost > 0 ? columnLower[column] : columnUpper[column]
      }
    }
    guard values.allSatisfy(\.isFinite) else { return LinearSolution(termination: .unbounded) }
    let objective = objective(at: values)
    return LinearSolution(
      termination: .optimal, objective: objective, bound: objective, values: values, rowDuals: multipliers,
      reducedCosts: costs)
  }
}
