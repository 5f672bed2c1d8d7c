public import LinearModels

#if CBC
  @_weakLinked import CCBC
#endif

/// Solves with COIN-OR CBC in this process; models without integer columns go to Clp, the linear solver that is
/// part of it.
///
/// CBC keeps its parameters in global state, so one solve at a time runs in a process: others wait. Run solves
/// in workers to have them in parallel, and where a crash of the library must not take the process with it.
public struct CBCBackend: Backend {
  public init() {}

  public var name: String { "cbc" }
  public var takesStart: Bool { true }

  #if CBC
    public var version: String { isLinked("Cbc_getVersion") ? String(cString: Cbc_getVersion()) : "" }

    /// Solves the model.
    ///
    /// Settings other than the caller's are listed in `CBCSettings`. The time limit counts from the moment that
    /// no other solve holds the library. While a solve writes a log, this process's standard output goes to
    /// standard error, because the library knows no other place for it.
    ///
    /// - Throws: ``/LinearModels/BackendError``; `failed` if CBC gives up, or returns a point that the model does not allow.
    public func solve(_ model: CompiledModel, options: SolveOptions) throws(BackendError) -> Solution {
      guard isLinked("Cbc_getVersion") else {
        throw .unavailable(
          backend: name,
          remedy: "link the program with .linkedLibrary(\"CbcSolver\") and .linkedLibrary(\"Clp\")")
      }
      try checkOptions(options)
      try checkStart(options, of: model)
      if let answer = answerWithoutColumns(model) { return answer }
      return try exclusively { () throws(BackendError) -> Solution in
        try withLog(options.logs) { () throws(BackendError) -> Solution in
          let deadline = Deadline(seconds: options.timeLimit)
          let linear = ClpSolve(backend: self, options: options, deadline: deadline)
          if model.integerCount == 0 { return try linear.solution(of: model) }
          // With nothing to branch on, CBC 2.10.8 without preprocessing aborts in OsiClpSolverInterface::crunch.
          guard let model = model.fixingImpliedIntegers() else { return Solution(termination: .infeasible) }
          if model.hasAllIntegersFixed {
            var solution = try linear.solution(of: model.relaxed())
            // Duals are promised for linear programs alone.
            (solution.rowDuals, solution.reducedCosts) = (nil, nil)
            return solution
          }
          return try CBCSolve(backend: self, options: options, deadline: deadline).solution(of: model)
        }
      }
    }
  #else
    public var version: String { "" }

    public func solve(_ model: CompiledModel, options: SolveOptions) throws(BackendError) -> Solution {
      throw .unavailable(
        backend: name,
        remedy: "build with the package trait CBC (needs coinor-libcbc-dev or `brew install cbc`)")
    }
  #endif
}
