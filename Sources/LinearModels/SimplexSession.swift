import Foundations

/// An LP session in this process, on the engine of a backend.
///
/// It validates changes before the engine sees them. Of the engine's answers nothing is taken on trust: an optimum has
/// a feasible point and duals that prove its value, and infeasibility has a proof. If an answer does not hold, or the
/// engine fails, the program is solved again from the basis of its rows, by the primal and then by the dual simplex
/// method.
public final class SimplexSession: LinearSession {
  public let name: String
  private let cancellation: Cancellation
  private let makeEngine: () throws(BackendError) -> any SimplexEngine
  private var engine: any SimplexEngine
  private var program = LinearProgram()
  private var saved: [Int32: SavedBasis] = [:]
  private var hasEnded = false
  /// Counts the changes of costs and the new columns, each of which may spoil a basis for the dual simplex method.
  private var costsVersion = 0
  /// The costs for which the basis of the engine is dual feasible; `nil` if it is not known to be so.
  private var dualFeasibleCosts: Int?

  private struct SavedBasis {
    var basis: SimplexBasis
    var dualFeasibleCosts: Int?
  }

  /// Makes a session for a backend with engines from `makeEngine`: one that lasts, and now and then one for an
  /// auxiliary program.
  public init(
    name: String, cancellation: Cancellation,
    makeEngine: @escaping () throws(BackendError) -> any SimplexEngine
  ) throws(BackendError) {
    self.name = name
    self.cancellation = cancellation
    self.makeEngine = makeEngine
    engine = try makeEngine()
  }

  public func solve(
    _ changes: LinearChanges, options: LinearSolveOptions
  ) throws(BackendError) -> LinearSolution {
    guard !hasEnded else { throw .failed(backend: name, detail: "the session has ended") }
    // Whatever throws or is cancelled below ends the session.
    hasEnded = true
    try options.check(backend: name)
    if cancellation.isCancelled { return LinearSolution(termination: .limit(.cancelled)) }
    let budget = Budget(seconds: options.timeLimit)
    try apply(changes)
    let solution: LinearSolution
    if let answer = program.solutionWithoutEntries() {
      solution = answer
    } else {
      solution = try solveBySimplex(options, budget)
    }
    if let number = changes.savesBasis {
      saved[number] = SavedBasis(basis: engine.basis, dualFeasibleCosts: dualFeasibleCosts)
    }
    hasEnded = false
    return solution
  }

  private func apply(_ changes: LinearChanges) throws(BackendError) {
    if changes.startsAnew {
      engine = try makeEngine()
      (program, saved, dualFeasibleCosts) = (LinearProgram(), [:], nil)
    }
    do {
      try program.apply(changes)
    } catch {
      throw .failed(backend: name, detail: "the changes are not valid: \(error)")
    }
    engine.apply(changes)
    if changes.columns.count + changes.costs.count > 0 { costsVersion += 1 }
    guard let number = changes.restoredBasis else { return }
    guard var restored = saved[number] else {
      throw .failed(backend: name, detail: "no basis was saved under the number \(number)")
    }
    restored.basis.extend(to: program)
    engine.basis = restored.basis
    dualFeasibleCosts = restored.dualFeasibleCosts
  }

  private func solveBySimplex(
    _ options: LinearSolveOptions, _ budget: Budget
  ) throws(BackendError) -> LinearSolution {
    let isDualFeasible = dualFeasibleCosts == costsVersion
    let algorithm: SimplexAlgorithm =
      switch options.algorithm {
      case .automatic: isDualFeasible ? .dual : .primal
      case .primal: .primal
      case .dual: .dual
      }
    var iterations = 0
    var answer = attempt(algorithm, options, budget, &iterations)
    dualFeasibleCosts =
      isDualFeasible && algorithm == .dual || answer.isOptimal ? costsVersion : nil
    // Either method can fail where the other does not.
    for algorithm in [SimplexAlgorithm.primal, .dual] {
      guard case .failure = answer else { break }
      engine.basis = SimplexBasis(ofRowsOf: program)
      answer = attempt(algorithm, options, budget, &iterations, isLast: algorithm == .dual)
      dualFeasibleCosts = answer.isOptimal ? costsVersion : nil
    }
    var solution = try answer.get()
    solution.iterations = iterations
    return solution
  }

  /// Runs the engine within what is left of the limits.
  private func attempt(
    _ algorithm: SimplexAlgorithm, _ options: LinearSolveOptions, _ budget: Budget, _ iterations: inout Int,
    isLast: Bool = false
  ) -> Result<LinearSolution, BackendError> {
    let left = options.iterationLimit.map { max(0, $0 - iterations) }
    let outcome = engine.run(SimplexLimits(iterations: left, seconds: budget.remaining), algorithm)
    iterations += engine.iterations
    return checked(outcome, isLast: isLast, budget)
  }

  /// The solution that an outcome of the engine stands for, or what is wrong with it. In the last attempt the engine's
  /// word counts where infeasibility cannot be proved, because it lies within the tolerances.
  private func checked(
    _ outcome: SimplexOutcome, isLast: Bool, _ budget: Budget
  ) -> Result<LinearSolution, BackendError> {
    switch outcome {
    case .optimal: return Result { () throws(BackendError) in try optimum() }
    case .infeasible:
      return Result { () throws(BackendError) in
        let proof = try infeasibilityProof(budget)
        guard proof != nil || isLast else {
          throw wrong("it calls the program infeasible, which its multipliers do not prove")
        }
        return LinearSolution(termination: .infeasible, farkas: proof)
      }
    case .unbounded:
      return Result { () throws(BackendError) in
        _ = try feasiblePoint()
        return LinearSolution(termination: .unbounded)
      }
    case .limit(let limit):
      var solution = LinearSolution(termination: .limit(limit))
      addBound(to: &solution)
      return .success(solution)
    case .failed(let detail): return .failure(.failed(backend: name, detail: detail))
    }
  }

  private func optimum() throws(BackendError) -> LinearSolution {
    let values = try feasiblePoint()
    let objective = program.objective(at: values)
    var solution = LinearSolution(termination: .optimal, objective: objective, values: values)
    addBound(to: &solution)
    guard let bound = solution.bound else {
      throw wrong("it calls \(objective) optimal, but its duals prove no bound")
    }
    guard objective - bound <= LinearProgram.feasibilityTolerance * max(1, abs(objective)) else {
      throw wrong("it calls \(objective) optimal, but its duals prove no more than \(bound)")
    }
    // Above the objective there is nothing but rounding errors.
    solution.bound = min(bound, objective)
    return solution
  }

  private func feasiblePoint() throws(BackendError) -> [Double] {
    let values = program.withinBounds(engine.values)
    if let (row, amount) = program.violation(at: values) {
      throw wrong("it returned a point at which row \(row) is violated by \(amount)")
    }
    return values
  }

  /// Adds the bound that the engine's duals prove, with these.
  private func addBound(to solution: inout LinearSolution) {
    let duals = program.usable(engine.rowDuals)
    let reduced = program.reducedCosts(duals)
    guard let bound = program.bound(duals, reduced), bound.isFinite else { return }
    solution.bound = bound
    solution.rowDuals = duals
    solution.reducedCosts = reduced.values
  }

  /// Multipliers that prove the program infeasible, of the engine or the duals of an auxiliary program; `nil` if neither
  /// do.
  /// - Throws: `wrong` if the program has a point.
  private func infeasibilityProof(_ budget: Budget) throws(BackendError) -> [Double]? {
    if let proof = engine.infeasibilityProof(program.proof(from:)) { return proof }
    let auxiliary = try makeEngine()
    auxiliary.apply(program.leastViolation())
    let limits = SimplexLimits(seconds: budget.remaining)
    guard auxiliary.run(limits, .dual) == .optimal else { return nil }
    if let proof = program.proof(from: auxiliary.rowDuals) { return proof }
    let point = program.withinBounds(Array(auxiliary.values.prefix(program.columnCount)))
    if program.violation(at: point, tolerance: LinearProgram.proofTolerance) == nil {
      throw wrong("it calls the program infeasible, but it has a point")
    }
    return nil
  }

  private func wrong(_ detail: String) -> BackendError { .wrong(backend: name, detail: detail) }
}

extension Result<LinearSolution, BackendError> {
  fileprivate var isOptimal: Bool { (try? get())?.termination == .optimal }
}

extension LinearSolveOptions {
  /// Refuses negative limits.
  /// - Throws: ``BackendError/unsupported(backend:option:)``.
  func check(backend: String) throws(BackendError) {
    if let iterationLimit, iterationLimit < 0 {
      throw .unsupported(backend: backend, option: "an iteration limit of \(iterationLimit)")
    }
    if let timeLimit, !(timeLimit >= 0) {
      throw .unsupported(backend: backend, option: "a time limit of \(timeLimit) s (it must be at least 0)")
    }
  }
}

extension LinearProgram {
  /// The program that minimises the violation of this one's rows: it has a point in any case, and where its optimum is
  /// not 0 its duals prove that this one has none.
  ///
  ///     minimise   sum of s + t
  ///     subject to rowLower <= A x + s - t <= rowUpper, columnLower <= x <= columnUpper, s and t >= 0
  ///
  /// - Complexity: O(columns + rows + entries).
  func leastViolation() -> LinearChanges {
    var changes = LinearChanges()
    for row in 0..<rowCount { changes.rows.append(lower: rowLower[row], upper: rowUpper[row]) }
    var entries = [[Int]](repeating: [], count: columnCount)
    for entry in coefficients.indices { entries[Int(entryColumns[entry])].append(entry) }
    for column in 0..<columnCount {
      changes.columns.append(
        lower: columnLower[column], upper: columnUpper[column], cost: 0,
        rows: entries[column].map { entryRows[$0] }, coefficients: entries[column].map { coefficients[$0] })
    }
    for row in 0..<rowCount {
      if rowLower[row].isFinite { changes.columns.append(cost: 1, rows: [Int32(row)], coefficients: [1]) }
      if rowUpper[row].isFinite { changes.columns.append(cost: 1, rows: [Int32(row)], coefficients: [-1]) }
    }
    return changes
  }
}
