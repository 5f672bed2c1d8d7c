/// The primal simplex method (Dantzig 1951) for small programs in which x = 0 is feasible:
///
///     maximise costs . x   subject to   A x <= rightSides, x >= 0,   rightSides >= 0
///
/// with the dense inverse of the basis. Columns may be added between solves. Its answers are hints: what follows from
/// prices is proved without them.
struct PrimalSimplex {
  private let rowCount: Int
  private let rightSides: [Double]
  /// The inverse of the basis, row by row.
  private var inverse: [Double]
  /// The column that is basic in each row; -1 for the row's own slack, which `slackOfRow` then names.
  private var basis: [Int]
  private var slackOfRow: [Int]
  private var basicValues: [Double]
  private var isBasic: [Bool] = []
  private var starts = [0]
  private var rows: [Int] = []
  private var coefficients: [Double] = []
  private(set) var costs: [Double] = []
  /// The price of each row.
  private(set) var prices: [Double]

  private static let tolerance = 1e-9

  init(rightSides: [Double]) {
    rowCount = rightSides.count
    self.rightSides = rightSides
    inverse = Array(repeating: 0, count: rowCount * rowCount)
    for row in 0..<rowCount { inverse[row * rowCount + row] = 1 }
    basis = Array(repeating: -1, count: rowCount)
    slackOfRow = Array(0..<rowCount)
    basicValues = rightSides
    prices = Array(repeating: 0, count: rowCount)
  }

  var columnCount: Int { costs.count }

  mutating func addColumn(cost: Double, _ entries: [(row: Int, coefficient: Double)]) {
    for entry in entries {
      rows.append(entry.row)
      coefficients.append(entry.coefficient)
    }
    starts.append(rows.count)
    costs.append(cost)
    isBasic.append(false)
  }

  /// The value of the current basis.
  var value: Double {
    (0..<rowCount).reduce(0) { basis[$1] >= 0 ? $0 + costs[basis[$1]] * basicValues[$1] : $0 }
  }

  /// The value of each column in the current basis.
  var values: [Double] {
    var values = [Double](repeating: 0, count: columnCount)
    for row in 0..<rowCount where basis[row] >= 0 { values[basis[row]] = max(0, basicValues[row]) }
    return values
  }

  /// Moves to an optimal basis; false if it takes more than so many iterations.
  ///
  /// - Complexity: O(rows^2 + entries) an iteration.
  mutating func maximise(mostIterations: Int = 20_000) -> Bool {
    var direction = [Double](repeating: 0, count: rowCount)
    for _ in 0..<mostIterations {
      findPrices()
      var (entering, best) = (-1, Self.tolerance)
      for column in 0..<columnCount where !isBasic[column] {
        var reduced = costs[column]
        for entry in starts[column]..<starts[column + 1] {
          reduced -= prices[rows[entry]] * coefficients[entry]
        }
        if reduced > best { (entering, best) = (column, reduced) }
      }
      // A slack of a row with a negative price.
      var slack = -1
      for row in 0..<rowCount where -prices[row] > best { (slack, best) = (row, -prices[row]) }
      guard entering >= 0 || slack >= 0 else { return true }
      for row in 0..<rowCount { direction[row] = 0 }
      if slack >= 0 {
        for row in 0..<rowCount { direction[row] = inverse[row * rowCount + slack] }
      } else {
        for entry in starts[entering]..<starts[entering + 1] {
          let (column, factor) = (rows[entry], coefficients[entry])
          for row in 0..<rowCount { direction[row] += inverse[row * rowCount + column] * factor }
        }
      }
      var (leaving, ratio) = (-1, Double.infinity)
      for row in 0..<rowCount where direction[row] > Self.tolerance {
        let candidate = max(0, basicValues[row]) / direction[row]
        if candidate < ratio || candidate == ratio && direction[row] > direction[leaving] {
          (leaving, ratio) = (row, candidate)
        }
      }
      guard leaving >= 0 else { return false }
      pivot(leaving, direction, step: ratio)
      if basis[leaving] >= 0 { isBasic[basis[leaving]] = false }
      basis[leaving] = slack >= 0 ? -1 : entering
      if slack >= 0 { slackOfRow[leaving] = slack } else { isBasic[entering] = true }
    }
    return false
  }

  private mutating func findPrices() {
    for row in 0..<rowCount { prices[row] = 0 }
    for row in 0..<rowCount where basis[row] >= 0 {
      let cost = costs[basis[row]]
      guard cost != 0 else { continue }
      for column in 0..<rowCount { prices[column] += cost * inverse[row * rowCount + column] }
    }
  }

  private mutating func pivot(_ leaving: Int, _ direction: [Double], step: Double) {
    let scale = 1 / direction[leaving]
    let own = leaving * rowCount
    for column in 0..<rowCount { inverse[own + column] *= scale }
    for row in 0..<rowCount where row != leaving && direction[row] != 0 {
      let factor = direction[row]
      basicValues[row] -= factor * step
      for column in 0..<rowCount { inverse[row * rowCount + column] -= factor * inverse[own + column] }
    }
    basicValues[leaving] = step
  }
}
