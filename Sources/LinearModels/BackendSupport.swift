#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The steps that all backends share: they check options, answer trivial models, and check the points of a library.
extension Backend {
  /// The violation of rows, bounds and integrality that is tolerated, relative as in
  /// ``CompiledModel/violation(at:tolerance:)``.
  public static var feasibilityTolerance: Double { 1e-6 }

  /// Refuses a negative time limit, a gap that is negative or not finite, and any memory limit.
  /// - Throws: ``BackendError/unsupported(backend:option:)``.
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
  /// The point counts as it is and with its integer columns at whole numbers: behind a large coefficient, a binary
  /// column of 1e-7 can make a point "feasible" in a model without any.
  /// - Throws: ``BackendError/unsupported(backend:option:)``.
  /// - Complexity: O(columns + rows + nonzeros).
  public func checkStart(_ options: SolveOptions, of model: CompiledModel) throws(BackendError) {
    guard let start = options.start else { return }
    guard takesStart else { throw .unsupported(backend: name, option: "a start") }
    guard start.count == model.columnCount else {
      throw .unsupported(
        backend: name, option: "a start of \(start.count) values for \(model.columnCount) columns")
    }
    let violations = [start, model.snapped(start)].lazy.compactMap {
      model.violation(at: $0, tolerance: Self.feasibilityTolerance)
    }
    if let violation = violations.first {
      throw .unsupported(backend: name, option: "a start at which \(violation)")
    }
  }

  /// The answer to a model without columns, in which every row compares 0 with its right-hand side; `nil` if the model
  /// has columns. CBC 2.10.8 gives no status for such a model, nor does GLPK 5.0, which has no basis for it.
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

  /// The point that a mixed-integer solve returned, one value a column, with whole numbers in the integer columns. If
  /// rounding violates a row, the continuous columns are computed again with the integer columns fixed, by
  /// `solveLinear`, which returns `nil` if it finds no optimum.
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
  /// - Throws: ``BackendError/wrong(backend:detail:)`` if it does not.
  /// - Complexity: O(columns + rows + nonzeros).
  public func accepted(_ values: [Double], of model: CompiledModel) throws(BackendError) -> [Double] {
    if let violation = model.violation(at: values, tolerance: Self.feasibilityTolerance) {
      throw .wrong(backend: name, detail: "it returned a point at which \(violation)")
    }
    return values
  }

  /// The given solution, after a check that it does not contradict the start.
  /// - Throws: ``BackendError/wrong(backend:detail:)`` if the start proves it wrong; the message has both values.
  /// - Complexity: O(columns).
  public func consistent(
    _ solution: Solution, with options: SolveOptions, of model: CompiledModel
  ) throws(BackendError) -> Solution {
    guard let start = options.start.map(model.snapped) else { return solution }
    let known = model.objectiveValue(at: start)
    let tolerance = Self.feasibilityTolerance * max(1, abs(known))
    func isRefuted(_ bound: Double) -> Bool { bound > known + tolerance }
    let claimed = solution.objective ?? known
    let claim: String
    if solution.termination == .infeasible {
      claim = "calls the model infeasible"
    } else if solution.termination == .optimal, isRefuted(claimed - options.relativeGap * abs(claimed)) {
      claim = "calls \(claimed) optimal"
    } else if let bound = solution.bound, isRefuted(bound) {
      claim = "states the lower bound \(bound)"
    } else {
      return solution
    }
    throw .wrong(backend: name, detail: "it \(claim), but a point with the value \(known) is known")
  }
}

/// Whether a symbol of a C library can be called: backends refer to their libraries weakly, so that a program that only
/// starts workers need not link them.
public func isLinked(_ symbol: String) -> Bool { dlsym(nil, symbol) != nil }
