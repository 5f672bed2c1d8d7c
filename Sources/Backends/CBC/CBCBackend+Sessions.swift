import Foundations
import LinearModels

extension CBCBackend: LinearSessionSource {
  /// Opens a session in Clp, the linear solver of CBC. As in ``solve(_:options:report:)``, one solve runs at a time in a
  /// process.
  ///
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if the library is not linked or this program
  ///   was built without it.
  public func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    #if CBC
      try checkLinked()
      let name = name
      return try SimplexSession(name: name, cancellation: cancellation) { () throws(BackendError) in
        guard let engine = ClpEngine(log: log) else {
          throw .failed(backend: name, detail: "Clp_newModel returned nothing")
        }
        return engine
      }
    #else
      throw notBuilt
    #endif
  }
}
