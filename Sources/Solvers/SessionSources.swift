import Foundations
import LinearModels

extension WorkerBackend {
  /// The backends of this package that have LP sessions, the preferred one first.
  public static var sessionSources: [WorkerBackend] { [cbc, highs, glpk] }
}

/// The LP sessions of the first of several backends that is available.
public struct FirstSessionSource: LinearSessionSource {
  private let sources: [any LinearSessionSource]

  /// Makes a source that tries others in their order.
  public init(_ sources: [any LinearSessionSource]) { self.sources = sources }

  /// The names of all of them.
  public var name: String { sources.map(\.name).joined(separator: " or ") }

  /// Opens a session of the first source that can.
  /// - Throws: ``/LinearModels/BackendError``: the first error other than `unavailable` and `unsupported`, or
  ///   `unavailable` with the remedies of all.
  public func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    var remedies: [String] = []
    for source in sources {
      do {
        return try source.openSession(log: log, cancellation: cancellation)
      } catch {
        switch error {
        case .unavailable(let backend, let remedy): remedies.append("\(backend): \(remedy)")
        case .unsupported: continue
        case .failed, .wrong: throw error
        }
      }
    }
    if remedies.isEmpty { remedies = ["none of the solvers has LP sessions; install CBC, HiGHS or GLPK"] }
    throw .unavailable(
      backend: name.isEmpty ? "for linear programs" : name, remedy: remedies.joined(separator: "; "))
  }
}
