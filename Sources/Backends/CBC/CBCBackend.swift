import LinearModels

#if CBC
  @_weakLinked import CCBC
#endif

/// Solves with COIN-OR CBC in this process; models without integer columns go to Clp, the linear solver that is
/// part of it.
///
/// CBC keeps its parameters in global state, so one solve at a time runs in a process: others wait. Run solves
/// in workers to have them in parallel, and where a crash of the library must not take the process with it.
public struct CBCBackend: Backend {
  /// Whether CBC may simplify models before it solves them. Off by default: with it, CBC 2.10.8 returns wrong optima
  /// (coin-or/Cbc issue 293).
  public let preprocesses: Bool

  public init(preprocesses: Bool = false) { self.preprocesses = preprocesses }

  public var name: String { "cbc" }
  public var takesStart: Bool { true }

  #if CBC
    public var version: String { isLinked("Cbc_getVersion") ? String(cString: Cbc_getVersion()) : "" }

    /// Solves the model.
    ///
    /// Settings other than the caller's are listed in `CBCSettings`. The time limit counts from the moment that
    /// no other solve holds the library. While a solve writes a log, this process's standard output goes into it,
    /// because the library knows no other place for it; and only a solve with a log reports how far it is, without
    /// the incumbents' values, which the C interface does not give before the end.
    ///
    /// - Throws: ``/LinearModels/BackendError``; `failed` if CBC gives up, or returns a point that the model does not allow.
    public func solve(
      _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
    ) throws(BackendError) -> Solution {
      guard isLinked("Cbc_getVersion") else {
        throw .unavailable(
          backend: name,
          remedy: "link the program with .linkedLibrary(\"CbcSolver\") and .linkedLibrary(\"Clp\")")
      }
      try checkOptions(options)
      try checkStart(options, of: model)
      if let answer = answerWithoutColumns(model) { return answer }
      let solution = try exclusively { () throws(BackendError) -> Solution in
        try withLog(to: options.log, report: report) { () throws(BackendError) -> Solution in
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
      return try consistent(solution, with: options, of: model)
    }
  #else
    public var version: String { "" }

    public func solve(
      _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
    ) throws(BackendError) -> Solution {
      throw .unavailable(
        backend: name,
        remedy: "build with the package trait CBC (needs coinor-libcbc-dev or `brew install cbc`)")
    }
  #endif
}
