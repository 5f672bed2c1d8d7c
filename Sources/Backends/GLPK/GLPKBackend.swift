import LinearModels

#if GLPK
  @_weakLinked import CGLPK
#endif

/// Solves with the GNU Linear Programming Kit in this process.
///
/// Every solve has a thread of its own: GLPK keeps an environment per thread, so solves run in parallel, do not
/// meet the caller's own use of GLPK, and leave nothing behind. An internal error of GLPK aborts the process; run
/// the solve in a worker where that matters.
public struct GLPKBackend: Backend {
  public init() {}

  public var name: String { "glpk" }
  public var takesStart: Bool { true }

  #if GLPK
    public var version: String { isLinked("glp_version") ? String(cString: glp_version()) : "" }

    /// Solves the model.
    ///
    /// Settings other than the caller's are listed in `GLPKSettings`. The time limit is looked at between the
    /// steps of branch and bound and within each simplex run. Every incumbent is reported, and ten times a second
    /// at most what is proved by then.
    ///
    /// - Throws: ``/LinearModels/BackendError``; `failed` if GLPK gives up, or returns a point that the model does not allow.
    public func solve(
      _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
    ) throws(BackendError) -> Solution {
      guard isLinked("glp_version") else {
        throw .unavailable(backend: name, remedy: "link the program with .linkedLibrary(\"glpk\")")
      }
      try checkOptions(options)
      try checkStart(options, of: model)
      if let answer = answerWithoutColumns(model) { return answer }
      let outcome = onOwnThread(stackSize: GLPKSettings.stackSize) {
        () throws(BackendError) -> Solution in
        defer { glp_free_env() }
        return try withTerminal(log: options.log) { () throws(BackendError) -> Solution in
          try GLPKSolve(backend: self, options: options, report: report).solution(of: model)
        }
      }
      guard let outcome else { throw .failed(backend: name, detail: "no thread could be started") }
      return try consistent(outcome.get(), with: options, of: model)
    }
  #else
    public var version: String { "" }

    public func solve(
      _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
    ) throws(BackendError) -> Solution {
      throw .unavailable(
        backend: name, remedy: "build with the package trait GLPK (needs libglpk-dev or `brew install glpk`)")
    }
  #endif
}
