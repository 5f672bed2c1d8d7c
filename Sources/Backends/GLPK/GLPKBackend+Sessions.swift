import Foundations
import LinearModels

#if GLPK
  @_weakLinked import CGLPK
#endif

extension GLPKBackend: LinearSessionSource {
  /// Opens a session on a thread of its own, to which GLPK ties the program.
  ///
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if the library is not linked or this program
  ///   was built without it.
  public func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    #if GLPK
      try checkLinked()
      let name = name
      return try ThreadSession(name: name, stackSize: GLPKSettings.stackSize) { serve throws(BackendError) in
        defer { glp_free_env() }
        try withTerminal(log: log) { () throws(BackendError) in
          serve(try SimplexSession(name: name, cancellation: cancellation) { GLPKEngine() })
        }
      }
    #else
      throw notBuilt
    #endif
  }
}
