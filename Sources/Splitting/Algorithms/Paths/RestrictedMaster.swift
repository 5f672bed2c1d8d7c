import LinearModels

/// The linear program over the paths that are known so far: a mixture of paths for each job, within the limits.
///
///     minimise   sum of cost_p x_p + sum of artificial_j * its cost        (or z in place of the first sum)
///     subject to sum over the paths p of job j of x_p + artificial_j = 1   for each job
///                sum over the paths p of job j of cost_p x_p <= z          for each job, if z is minimised
///                sum of share_rp x_p + sum of share_rq y_q <= 1            for each row r that was added
///                sum of share_kp x_p <= y_q                                for each link k that was added
///                x, y, artificial, z >= 0
///
/// where the y are what paths hold together, or what they hold at most: see ``MemoryLinks``.
///
/// The program stays in an LP session, and each solve starts from the last basis.
///
/// Costs are counted in units of a typical cost, because solvers have absolute tolerances.
struct RestrictedMaster {
  private let session: any LinearSession
  private let jobCount: Int
  /// The cost that the program counts as 1 [s].
  private let unit: Double
  /// Whether the largest cost z is minimised, and not the sum.
  private let minimisesLargest: Bool
  private var changes = LinearChanges()
  /// By path: its column of the program; and the same for what is held.
  private var pathColumns: [Int32] = []
  private var heldColumns: [Int32] = []
  private(set) var rowCount = 0

  /// The program without rows and paths; `artificialCost` is what leaving out a job costs [s].
  init(
    _ session: any LinearSession, jobCount: Int, minimisesLargest: Bool, unit: Double, artificialCost: Double
  ) {
    self.session = session
    self.jobCount = jobCount
    self.minimisesLargest = minimisesLargest
    // The session may have held another program.
    changes.startsAnew = true
    self.unit = unit
    for _ in 0..<jobCount { changes.rows.append(lower: 1, upper: 1) }
    for job in 0..<jobCount {
      changes.columns.append(
        cost: artificialCost / unit, rows: CollectionOfOne(Int32(job)), coefficients: CollectionOfOne(1))
    }
    if minimisesLargest {
      for _ in 0..<jobCount { changes.rows.append(lower: -.infinity, upper: 0) }
      changes.columns.append(
        cost: 1, rows: (0..<jobCount).map { Int32(jobCount + $0) },
        coefficients: repeatElement(-1, count: jobCount))
    }
  }

  /// The columns before those of paths, and the rows before those that are added.
  private var firstColumn: Int { minimisesLargest ? jobCount + 1 : jobCount }
  private var firstRow: Int { minimisesLargest ? 2 * jobCount : jobCount }
  private var nextColumn: Int32 { Int32(firstColumn + pathColumns.count + heldColumns.count) }

  /// Adds a row with the shares of the paths that are there, which have all been part of a solve.
  mutating func addRow(columns: [Int32], shares: [Double]) {
    rowCount += 1
    changes.rows.append(
      lower: -.infinity, upper: 1, columns: columns.map { pathColumns[Int($0)] }, coefficients: shares)
  }

  /// Adds a variable for what is held, with its share of a row.
  mutating func addHeld(row: Int, share: Double) {
    let column = nextColumn
    changes.columns.append(
      cost: 0, rows: CollectionOfOne(Int32(firstRow + row)), coefficients: CollectionOfOne(share))
    heldColumns.append(column)
  }

  /// Adds the row that keeps a variable for what is held above the shares of paths; all have been part of a solve.
  mutating func addLink(held: Int, columns: [Int32], shares: [Double]) {
    rowCount += 1
    changes.rows.append(
      lower: -.infinity, upper: 0, columns: columns.map { pathColumns[Int($0)] } + [heldColumns[held]],
      coefficients: shares + [-1])
  }

  /// Adds a path of a job with its shares of the rows and links that are there; returns its number.
  @discardableResult
  mutating func addColumn(job: Int, cost: Double, rows: [Int32], shares: [Double]) -> Int {
    let (rows, column) = (rows.map { $0 + Int32(firstRow) }, nextColumn)
    if minimisesLargest {
      changes.columns.append(
        cost: 0, rows: [Int32(job), Int32(jobCount + job)] + rows, coefficients: [1, cost / unit] + shares)
    } else {
      changes.columns.append(cost: cost / unit, rows: [Int32(job)] + rows, coefficients: [1] + shares)
    }
    pathColumns.append(column)
    return pathColumns.count - 1
  }

  /// Allows or forbids a path.
  mutating func allow(_ column: Int, _ isAllowed: Bool) {
    changes.columnBounds.set(pathColumns[column], lower: 0, upper: isAllowed ? .infinity : 0)
  }

  struct Solution {
    /// [s]
    let objective: Double
    /// By path.
    let values: [Double]
    /// By variable for what is held.
    let held: [Double]
    /// The part of each job that has no path.
    let missing: ArraySlice<Double>
    /// By job: the price of its cost, 1 if the sum is minimised; otherwise they add up to 1 at most.
    let jobWeights: [Double]
    /// By job: the cost that a path has to stay below to improve the mixture, prices included [s].
    let jobCosts: [Double]
    /// By row and link, in the order in which they were added: the price of the whole limit, or of a whole share [s].
    let prices: [Double]
  }

  /// The objective, or a bound on it, after at most some steps of the dual simplex method from a saved basis.
  mutating func probe(from basis: Int32, iterations: Int) throws(BackendError) -> Double? {
    var rest = LinearChanges()
    swap(&changes, &rest)
    rest.restoredBasis = basis
    let solution = try session.solve(
      rest, options: LinearSolveOptions(iterationLimit: iterations, algorithm: .dual))
    if solution.termination == .infeasible { return .infinity }
    return (solution.objective ?? solution.bound).map { unit * $0 }
  }

  /// Saves the basis after the next solve under a number.
  mutating func saveBasis(_ number: Int32) { changes.savesBasis = number }

  /// Starts the next solve from a saved basis.
  mutating func restoreBasis(_ number: Int32) { changes.restoredBasis = number }

  /// Solves the program.
  /// - Returns: `nil` if a limit was reached.
  mutating func solve(_ options: LinearSolveOptions = LinearSolveOptions()) throws(BackendError) -> Solution?
  {
    var rest = LinearChanges()
    swap(&changes, &rest)
    let solution = try session.solve(rest, options: options)
    guard solution.termination == .optimal, let values = solution.values, let duals = solution.rowDuals,
      let objective = solution.objective
    else { return nil }
    var weights = [Double](repeating: 1, count: jobCount)
    if minimisesLargest {
      weights = duals[jobCount..<2 * jobCount].map { max(0, -$0) }
      let sum = weights.reduce(0, +)
      if sum > 1 { weights = weights.map { $0 / sum } }
    }
    return Solution(
      objective: unit * objective, values: pathColumns.map { values[Int($0)] },
      held: heldColumns.map { values[Int($0)] }, missing: values[..<jobCount], jobWeights: weights,
      jobCosts: duals[..<jobCount].map { unit * $0 },
      prices: duals[firstRow...].map { unit * max(0, -$0) })
  }
}
