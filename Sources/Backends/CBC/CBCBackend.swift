public import LinearModels

#if CBC
  import CCBC
#endif

/// Solves with COIN-OR CBC in this process; models without integer columns go to Clp, the linear solver that is
/// part of it.
///
/// CBC keeps its parameters in global state, so one solve at a time runs in a process: others wait. Run solves
/// in workers to have them in parallel, and where a crash of the library must not take the process with it.
public struct CBCBackend: Backend {
  public init() {}

  public var name: String { "cbc" }

  #if CBC
    public var version: String { String(cString: Cbc_getVersion()) }

    /// Solves the model.
    ///
    /// Settings other than the caller's are listed in `CBCSettings`. The time limit counts from the moment that
    /// no other solve holds the library. While a solve writes a log, this process's standard output goes to
    /// standard error, because the library knows no other place for it.
    ///
    /// - Throws: ``BackendError``; `failed` if CBC gives up, or returns a point that the model does not allow.
    public func solve(_ model: CompiledModel, options: SolveOptions) throws(BackendError) -> Solution {
      try checkOptions(options)
      if let answer = answerWithoutColumns(model) { return answer }
      return try exclusively { () throws(BackendError) -> Solution in
        try withLog(options.logs) { () throws(BackendError) -> Solution in
          let deadline = Deadline(seconds: options.timeLimit)
          if model.integerCount == 0 {
            return try ClpSolve(backend: self, options: options, deadline: deadline).solution(of: model)
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
