#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The steps that all backends share: the check of options, the answer to trivial models, and the check of the points
/// that a library returns.
extension Backend {
  /// The violation of rows, bounds and integrality that is tolerated, relative as in
  /// ``CompiledModel/violation(at:tolerance:)``.
  public static var feasibilityTolerance: Double { 1e-6 }

  /// Refuses limits and gaps that are out of range.
  ///
  /// - Throws: ``BackendError/unsupported(backend:option:)`` for a negative time limit, a gap that is negative or not
  ///   finite, and any memory limit.
  public func checkOptions(_ options: SolveOptions) throws(BackendError) {
    if let limit = options.timeLimit, !(limit >= 0) {
      throw .unsupported(backend: name, option: "a time limit of \(limit) s (it must be at least 0)")
    }
    guard options.relativeGap >= 0, options.relativeGap < .infinity else {
      throw .unsupported(
        backend: name, option: "a gap of \(options.relativeGap) (it must be a finite number of at least 0)")
    }
    guard options.memoryLimit == nil else {
      throw .unsupported(backend: name, option: "a memory limit in this process (a worker can)")
    }
  }

  /// Refuses a start that is not a feasible point, since a solver would trust it or drop it without a message.
  ///
  /// - Throws: ``BackendError/unsupported(backend:option:)``.
  /// - Complexity: O(columns + rows + nonzeros).
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

  /// The answer to a model without columns, in which every row compares 0 with its right-hand side.
  ///
  /// CBC 2.10.8 gives no status for such a model, nor does GLPK 5.0, which has no basis for it.
  ///
  /// - Returns: the solution; `nil` if the model has columns.
  /// - Complexity: O(rows).
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
  /// If rounding violates a row, the continuous columns are computed again with the integer columns fixed.
  ///
  /// - Parameters:
  ///   - values: the values from the library, one a column.
  ///   - model: the model that was solved.
  ///   - solveLinear: solves a linear program; returns `nil` if it finds no optimum.
  /// - Throws: ``BackendError/wrong(backend:detail:)`` if the point does not satisfy the model.
  /// - Complexity: O(columns + rows + nonzeros), plus at most one call of `solveLinear`.
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

  /// The given point, after a check that it satisfies the model.
  ///
  /// - Throws: ``BackendError/wrong(backend:detail:)`` if it does not.
  /// - Complexity: O(columns + rows + nonzeros).
  public func accepted(_ values: [Double], of model: CompiledModel) throws(BackendError) -> [Double] {
    if let violation = model.violation(at: values, tolerance: Self.feasibilityTolerance) {
      throw .wrong(backend: name, detail: "it returned a point at which \(violation)")
    }
    return values
  }

  /// The given solution, after a check that it does not contradict the start.
  ///
  /// - Throws: ``BackendError/wrong(backend:detail:)`` if the start proves it wrong; the message has both values.
  /// - Complexity: O(columns).
  public func consistent(
    _ solution: Solution, with options: SolveOptions, of model: CompiledModel
  ) throws(BackendError) -> Solution {
    guard let start = options.start.map(model.snapped) else { return solution }
    let known = model.objectiveValue(at: start)
    let tolerance = Self.feasibilityTolerance * max(1, abs(known))
    if solution.termination == .infeasible {
      throw .wrong(
        backend: name, detail: "it calls the model infeasible, but a point with the value \(known) is known")
    }
    let claimed = solution.objective ?? known
    if solution.termination == .optimal, claimed - options.relativeGap * abs(claimed) > known + tolerance {
      throw .wrong(
        backend: name, detail: "it calls \(claimed) optimal, but a point with the value \(known) is known")
    }
    if let bound = solution.bound, bound > known + tolerance {
      throw .wrong(
        backend: name,
        detail: "it states the lower bound \(bound), but a point with the value \(known) is known")
    }
    return solution
  }
}

/// Whether a symbol of a C library can be called.
///
/// The backends refer to their libraries weakly, so that a program that only starts workers need not link them.
public func isLinked(_ symbol: String) -> Bool { dlsym(nil, symbol) != nil }
