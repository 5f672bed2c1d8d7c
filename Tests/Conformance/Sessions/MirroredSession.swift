import Foundations
import LinearModels
import Testing

/// A session with a second account of its program, from which every answer is checked by arithmetic that shares nothing
/// with the session, and held against a fresh solve.
final class MirroredSession {
  private let session: any LinearSession
  private let oracle: any Backend
  private(set) var columnBounds: [ClosedRange<Double>] = []
  private(set) var rowBounds: [ClosedRange<Double>] = []
  private(set) var costs: [Double] = []
  /// One list of coefficients a row, one coefficient a column.
  private(set) var matrix: [[Double]] = []

  init(_ source: any LinearSessionSource, oracle: any Backend) throws {
    session = try source.openSession()
    self.oracle = oracle
  }

  /// Applies changes, solves, and records an issue for each thing in the answer that is not so.
  @discardableResult func solve(
    _ changes: LinearChanges = LinearChanges(), _ options: LinearSolveOptions = LinearSolveOptions(),
    _ comment: @autoclosure () -> String = ""
  ) throws -> LinearSolution {
    mirror(changes)
    let solution = try session.solve(changes, options: options)
    let truth = try oracle.solve(program())
    let comment = Comment(
      rawValue: "\(comment()): \(solution), truth \(truth.termination) \(truth.objective ?? .nan)")
    switch solution.termination {
    case .optimal:
      #expect(truth.termination == .optimal, comment)
      #expect(near(solution.objective, truth.objective ?? .nan, within: 1e-6), comment)
      try checkCertificate(solution, comment)
      #expect(solution.farkas == nil, comment)
    case .infeasible:
      #expect(truth.termination == .infeasible, comment)
      #expect(solution.values == nil && solution.objective == nil, comment)
      checkProof(try #require(solution.farkas, comment), comment)
    case .unbounded:
      #expect(truth.termination == .unbounded, comment)
      #expect(solution.values == nil && solution.bound == nil, comment)
    case .limit:
      #expect(solution.values == nil && solution.objective == nil, comment)
      try checkBound(solution, truth, comment)
    }
    return solution
  }

  private func mirror(_ changes: LinearChanges) {
    if changes.startsAnew { (columnBounds, rowBounds, costs, matrix) = ([], [], [], []) }
    for row in 0..<changes.rows.count {
      var line = [Double](repeating: 0, count: costs.count)
      for entry in changes.rows.vectors.entries(of: row) {
        line[Int(changes.rows.vectors.indices[entry])] = changes.rows.vectors.coefficients[entry]
      }
      matrix.append(line)
      rowBounds.append(changes.rows.lower[row]...changes.rows.upper[row])
    }
    for column in 0..<changes.columns.count {
      for row in matrix.indices { matrix[row].append(0) }
      for entry in changes.columns.vectors.entries(of: column) {
        let row = Int(changes.columns.vectors.indices[entry])
        matrix[row][costs.count] = changes.columns.vectors.coefficients[entry]
      }
      costs.append(changes.columns.costs[column])
      columnBounds.append(changes.columns.lower[column]...changes.columns.upper[column])
    }
    for (place, column) in changes.columnBounds.indices.enumerated() {
      columnBounds[Int(column)] = changes.columnBounds.lower[place]...changes.columnBounds.upper[place]
    }
    for (place, row) in changes.rowBounds.indices.enumerated() {
      rowBounds[Int(row)] = changes.rowBounds.lower[place]...changes.rowBounds.upper[place]
    }
    for (column, cost) in zip(changes.costs.indices, changes.costs.values) { costs[Int(column)] = cost }
  }

  /// The program as a model, in which a range is two rows.
  private func program() throws -> CompiledModel {
    var rows: [([Double], Sense, Double)] = []
    for (line, bounds) in zip(matrix, rowBounds) {
      if bounds.lowerBound == bounds.upperBound {
        rows.append((line, .equal, bounds.lowerBound))
        continue
      }
      if bounds.lowerBound > -.infinity { rows.append((line, .greaterOrEqual, bounds.lowerBound)) }
      if bounds.upperBound < .infinity { rows.append((line, .lessOrEqual, bounds.upperBound)) }
    }
    return try model(minimise: costs, bounds: columnBounds, rows: rows)
  }

  /// The point is feasible, the reduced costs belong to the duals, and what they hold is at its bound, so that both sides
  /// of weak duality have the same value.
  private func checkCertificate(_ solution: LinearSolution, _ comment: Comment) throws {
    let values = try #require(solution.values, comment)
    let duals = try #require(solution.rowDuals, comment)
    let reduced = try #require(solution.reducedCosts, comment)
    let objective = try #require(solution.objective, comment)
    let bound = try #require(solution.bound, comment)
    try #require(values.count == costs.count && duals.count == matrix.count, comment)
    #expect(near(objective, zip(costs, values).map(*).reduce(0, +)), comment)
    #expect(bound <= objective && near(bound, objective, within: 1e-6), comment)
    for (column, value) in values.enumerated() {
      #expect(columnBounds[column].contains(value), comment)
      #expect(isHeld(value, in: columnBounds[column], by: reduced[column]), comment)
    }
    for (row, line) in matrix.enumerated() {
      let activity = zip(line, values).map(*).reduce(0, +)
      let (lower, upper) = (rowBounds[row].lowerBound, rowBounds[row].upperBound)
      #expect(activity >= lower - 1e-6 * max(1, abs(lower)), comment)
      #expect(activity <= upper + 1e-6 * max(1, abs(upper)), comment)
      #expect(isHeld(activity, in: rowBounds[row], by: duals[row]), comment)
    }
    checkReducedCosts(reduced, duals, comment)
  }

  /// Whether a value with a multiplier that is not 0 is at the bound that the multiplier's sign names.
  private func isHeld(_ value: Double, in bounds: ClosedRange<Double>, by multiplier: Double) -> Bool {
    if abs(multiplier) <= 1e-6 { return true }
    return near(value, multiplier > 0 ? bounds.lowerBound : bounds.upperBound, within: 1e-6)
  }

  private func checkReducedCosts(_ reduced: [Double], _ duals: [Double], _ comment: Comment) {
    for column in costs.indices {
      let combination = matrix.indices.map { duals[$0] * matrix[$0][column] }.reduce(0, +)
      #expect(near(reduced[column], costs[column] - combination), comment)
    }
  }

  /// A bound that a limit left is proved by its duals, and is none above the optimum.
  private func checkBound(_ solution: LinearSolution, _ truth: Solution, _ comment: Comment) throws {
    guard let bound = solution.bound else { return }
    #expect(truth.termination != .unbounded, comment)
    if let optimum = truth.objective { #expect(bound <= optimum + 1e-6 * max(1, abs(optimum)), comment) }
    let duals = try #require(solution.rowDuals, comment)
    let reduced = try #require(solution.reducedCosts, comment)
    checkReducedCosts(reduced, duals, comment)
    let proved = least(of: duals, rowBounds) + least(of: reduced, columnBounds)
    #expect(near(bound, proved), comment)
  }

  /// No point within the bounds of the columns satisfies the combination of the rows.
  private func checkProof(_ multipliers: [Double], _ comment: Comment) {
    let needed = least(of: multipliers, rowBounds)
    let slopes = costs.indices.map { column in
      -matrix.indices.map { multipliers[$0] * matrix[$0][column] }.reduce(0, +)
    }
    let most = -least(of: slopes, columnBounds)
    #expect(most < needed, comment)
  }

  /// The least that a combination of values within bounds can be. A multiplier that is not 0 but for rounding counts as
  /// 0 where there is no bound.
  private func least(of multipliers: [Double], _ bounds: [ClosedRange<Double>]) -> Double {
    zip(multipliers, bounds).map { multiplier, bounds in
      let bound = multiplier > 0 ? bounds.lowerBound : bounds.upperBound
      return abs(multiplier) < 1e-8 && !bound.isFinite ? 0 : multiplier * bound
    }.map { $0.isNaN ? 0 : $0 }.reduce(0, +)
  }
}
