#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What every backend does the same way: refusing what cannot be honoured, answering what no library has to
/// see, and not taking a library's word for a point.
extension Backend {
  /// Rows, bounds and integrality may be off by this much (relative, see ``CompiledModel/violation(at:tolerance:)``).
  public static var feasibilityTolerance: Double { 1e-6 }

  /// Refuses limits and gaps that mean nothing.
  ///
  /// - Throws: ``BackendError/unsupported(backend:option:)``.
  public func checkOptions(_ options: SolveOptions) throws(BackendError) {
    if let limit = options.timeLimit, !(limit >= 0) {
      throw .unsupported(backend: name, option: "a time limit of \(limit) s (at least 0 is possible)")
    }
    guard options.relativeGap >= 0, options.relativeGap < .infinity else {
      throw .unsupported(
        backend: name, option: "a gap of \(options.relativeGap) (a finite number from 0 on is possible)")
    }
    guard options.memoryLimit == nil else {
      throw .unsupported(backend: name, option: "a memory limit in this process (a worker can)")
    }
  }

  /// Refuses a start that is no feasible point: a solver would take it on trust, or drop it without a word.
  ///
  /// - Throws: ``BackendError/unsupported(backend:option:)``.
  public func checkStart(_ options: SolveOptions, of model: CompiledModel) throws(BackendError) {
    guard let start = options.start else { return }
    guard takesStart else { throw .unsupported(backend: name, option: "a start") }
    guard start.count == model.columnCount else {
      throw .unsupported(
        backend: name, option: "a start of \(start.count) values for \(model.columnCount) columns")
    }
    if let violation = model.violation(at: start, tolerance: Self.feasibilityTolerance) {
      throw .unsupported(backend: name, option: "a start at which \(violation)")
    }
  }

  /// The answer to a model without columns: every row reads `0 ~ right-hand side`. `nil` if there are columns.
  ///
  /// CBC 2.10.8 gives no status for such a model, and GLPK 5.0 has none to give without a basis.
  public func answerWithoutColumns(_ model: CompiledModel) -> Solution? {
    guard model.columnCount == 0 else { return nil }
    guard model.violation(at: [], tolerance: Self.feasibilityTolerance) == nil else {
      return Solution(termination: .infeasible)
    }
    let value = model.objectiveConstant
    return Solution(
      termination: .optimal, values: [], objective: value, bound: value,
      rowDuals: model.integerCount == 0 ? Array(repeating: 0, count: model.rowCount) : nil,
      reducedCosts: model.integerCount == 0 ? [] : nil)
  }

  /// The point that a mixed-integer solve returned, with whole numbers in the integer columns.
  ///
  /// Where rounding breaks a row, the continuous columns are computed afresh with the integers fixed.
  ///
  /// - Parameters:
  ///   - values: one a column, as the library gave them.
  ///   - model: what was solved.
  ///   - solveLinear: solves a linear program; gives `nil` where it finds no optimum.
  /// - Throws: ``BackendError/wrong(backend:detail:)`` if the point does not satisfy the model.
  public func accepted(
    _ values: [Double], of model: CompiledModel,
    solveLinear: (CompiledModel) throws(BackendError) -> [Double]?
  ) throws(BackendError) -> [Double] {
    let snapped = model.snapped(values)
    guard model.violation(at: snapped, tolerance: 1e-9) != nil else { return snapped }
    if model.violation(at: values, tolerance: Self.feasibilityTolerance) == nil,
      model.integerCount < model.columnCount,
      let polished = try solveLinear(model.fixingIntegers(at: snapped))
    {
      return try accepted(model.snapped(polished), of: model)
    }
    return try accepted(snapped, of: model)
  }

  /// The point itself, once it is known to satisfy the model.
  public func accepted(_ values: [Double], of model: CompiledModel) throws(BackendError) -> [Double] {
    if let violation = model.violation(at: values, tolerance: Self.feasibilityTolerance) {
      throw .wrong(backend: name, detail: "it returned a point at which \(violation)")
    }
    return values
  }

  /// The solution itself, unless the point to start from proves it wrong.
  ///
  /// - Throws: ``BackendError/wrong(backend:detail:)`` with both values.
  public func consistent(
    _ solution: Solution, with options: SolveOptions, of model: CompiledModel
  ) throws(BackendError) -> Solution {
    guard let start = options.start.map(model.snapped) else { return solution }
    let known = model.objectiveValue(at: start)
    let tolerance = Self.feasibilityTolerance * max(1, abs(known))
    if solution.termination == .infeasible {
      throw .wrong(backend: name, detail: "it calls infeasible what has a point worth \(known)")
    }
    let claimed = solution.objective ?? known
    if solution.termination == .optimal, claimed - options.relativeGap * abs(claimed) > known + tolerance {
      throw .wrong(backend: name, detail: "it calls \(claimed) optimal, but a point worth \(known) is known")
    }
    if let bound = solution.bound, bound > known + tolerance {
      throw .wrong(
        backend: name, detail: "it says that nothing is below \(bound), but a point worth \(known) is known")
    }
    return solution
  }
}

/// Whether a symbol of a C library can be called: the backends refer to their libraries weakly, so that a
/// program which only starts workers need not link them.
public func isLinked(_ symbol: String) -> Bool { dlsym(nil, symbol) != nil }
