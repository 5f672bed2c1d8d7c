import Foundations
import LinearModels
import Synchronization

#if CBC
  @_weakLinked import CCBC
#endif

/// Solves with COIN-OR CBC in this process.
///
/// Models without integer columns are solved by Clp, the linear solver in CBC. CBC keeps its parameters in global
/// state, so only one solve runs at a time in a process, and others wait. Run solves in workers if they should run in
/// parallel, or if a crash of the library must not end the process.
public struct CBCBackend: Backend {
  /// Whether CBC may simplify models before it solves them. This is off by default, since with it CBC 2.10.8 returns
  /// wrong optima (coin-or/Cbc issue 293).
  public let preprocesses: Bool

  /// Makes a backend, with the value of ``preprocesses``.
  public init(preprocesses: Bool = false) { self.preprocesses = preprocesses }

  /// The name on the command line.
  public var name: String { "cbc" }
  /// CBC can begin from a given point.
  public var takesStart: Bool { true }

  /// The version that the library reports.
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if the library is not linked, or if this program
  ///   was built without it.
  public var version: String {
    get throws(BackendError) {
      #if CBC
        try checkLinked()
        return String(cString: Cbc_getVersion())
      #else
        throw notBuilt
      #endif
    }
  }

  /// Solves a model.
  ///
  /// `CBCSettings` lists the settings beyond the options. The time limit counts from the moment at which no other solve
  /// holds the library. While a solve writes a log, the standard output of this process goes into the log, since the
  /// library can write it nowhere else. Only a solve with a log reports progress. Its reports have no values, since the
  /// C interface does not give those of incumbents before the end.
  ///
  /// - Throws: ``/LinearModels/BackendError``: `unavailable` if the library is not linked or this program was built
  ///   without it, `unsupported` for an option that CBC cannot honour, `failed` if CBC gives up, `wrong` if its answer
  ///   contradicts the model or the start.
  public func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) throws(BackendError) -> Solution {
    #if CBC
      try checkLinked()
      try checkOptions(options)
      try checkStart(options, of: model)
      if let answer = answerWithoutColumns(model) { return answer }
      let solution = try Self.library.withLock { _ throws(BackendError) -> Solution in
        try withLog(to: options.log, report: report) { () throws(BackendError) -> Solution in
          let solve = CBCSolve(backend: self, options: options, budget: Budget(seconds: options.timeLimit))
          if model.integerCount == 0 { return try solve.linearSolution(of: model) }
          // With nothing to branch on, CBC 2.10.8 without preprocessing aborts in OsiClpSolverInterface::crunch.
          guard let model = model.fixingImpliedIntegers() else { return Solution(termination: .infeasible) }
          if model.hasAllIntegersFixed {
            var solution = try solve.linearSolution(of: model.relaxed())
            // Only linear programs have duals.
            (solution.rowDuals, solution.reducedCosts) = (nil, nil)
            return solution
          }
          return try solve.solution(of: model)
        }
      }
      return try consistent(solution, with: options, of: model)
    #else
      throw notBuilt
    #endif
  }

  #if CBC
    /// Throws `unavailable` if this program does not link the library.
    func checkLinked() throws(BackendError) {
      guard isLinked("Cbc_getVersion") else {
        throw .unavailable(
          backend: name,
          remedy: "link the program with .linkedLibrary(\"CbcSolver\") and .linkedLibrary(\"Clp\")")
      }
    }
  #else
    var notBuilt: BackendError {
      .unavailable(
        backend: name,
        remedy: "built without it; install CBC: apt-get install coinor-libcbc-dev, or brew install cbc, "
          + "then build again with the package trait CBC")
    }
  #endif

  /// Held by the only thread of this process that is inside the library.
  static let library = Mutex(())
}
