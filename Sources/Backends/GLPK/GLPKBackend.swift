import Foundations
import LinearModels

#if GLPK
  @_weakLinked import CGLPK
#endif

/// Solves with the GNU Linear Programming Kit in this process.
///
/// Every solve has a thread of its own, since GLPK has one environment for each thread. Therefore solves run in
/// parallel, do not interfere with the caller's own use of GLPK, and leave nothing behind. An internal error of GLPK
/// aborts the process; run the solve in a worker if that matters.
public struct GLPKBackend: Backend {
  /// Makes a backend.
  public init() {}

  /// The name on the command line.
  public var name: String { "glpk" }
  /// GLPK can begin from a given point.
  public var takesStart: Bool { true }

  /// The version that the library reports.
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if the library is not linked, or if this program
  ///   was built without it.
  public var version: String {
    get throws(BackendError) {
      #if GLPK
        try checkLinked()
        return String(cString: glp_version())
      #else
        throw notBuilt
      #endif
    }
  }

  /// Solves a model.
  ///
  /// `GLPKSettings` lists the settings beyond the options. The time limit is checked between the steps of branch and
  /// bound, and inside each simplex run. Every incumbent is reported, and at most ten times a second the bound that is
  /// proved so far.
  ///
  /// - Throws: ``/LinearModels/BackendError``: `unavailable` if the library is not linked or this program was built
  ///   without it, `unsupported` for an option that GLPK cannot honour, `failed` if GLPK gives up, `wrong` if its answer
  ///   contradicts the model or the start.
  public func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) throws(BackendError) -> Solution {
    #if GLPK
      try checkLinked()
      try checkOptions(options)
      try checkStart(options, of: model)
      if let answer = answerWithoutColumns(model) { return answer }
      var outcome: Result<Solution, BackendError>?
      let thread = SystemThread(stackSize: GLPKSettings.stackSize) {
        outcome = Result { () throws(BackendError) in
          defer { glp_free_env() }
          return try withTerminal(log: options.log) { () throws(BackendError) in
            try GLPKSolve(
              backend: self, options: options, report: report, budget: Budget(seconds: options.timeLimit)
            ).solution(of: model)
          }
        }
      }
      thread?.join()
      guard let outcome else { throw .failed(backend: name, detail: "no thread could be started") }
      return try consistent(outcome.get(), with: options, of: model)
    #else
      throw notBuilt
    #endif
  }

  #if GLPK
    /// Throws `unavailable` if this program does not link the library.
    func checkLinked() throws(BackendError) {
      guard isLinked("glp_version") else {
        throw .unavailable(backend: name, remedy: "link the program with .linkedLibrary(\"glpk\")")
      }
    }
  #else
    var notBuilt: BackendError {
      .unavailable(
        backend: name,
        remedy: "built without it; install GLPK: apt-get install libglpk-dev, or brew install glpk, "
          + "then build again with the package trait GLPK")
    }
  #endif
}
