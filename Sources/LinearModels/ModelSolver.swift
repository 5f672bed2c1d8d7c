import Foundations

/// Whatever can solve a compiled model: a worker process, or a backend in this process.
public protocol ModelSolver: Sendable {
  /// The backend's name.
  var name: String { get }
  /// Whether it can be given a point to start from.
  var takesStart: Bool { get }

  /// Solves the model; `report` is called now and then meanwhile.
  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution
}

extension ModelSolver {
  /// Solves the model without a word in between.
  public func solve(_ model: CompiledModel, options: SolveOptions) async throws(BackendError) -> Solution {
    try await solve(model, options: options) { _ in }
  }
}

/// A backend called in this process: faster to start, but a crash of its library is a crash of the caller, and
/// time limits are kept only as well as the library keeps them.
public struct InProcess: ModelSolver {
  private let backend: any Backend

  public init(_ backend: any Backend) { self.backend = backend }

  public var name: String { backend.name }
  public var takesStart: Bool { backend.takesStart }

  public func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    try backend.solve(model, options: options, report: report)
  }
}

extension InProcess: LinearSessionSource {
  /// Opens a session of the backend in this process.
  /// - Throws: ``BackendError``; `unsupported` if the backend has no LP sessions.
  public func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    guard let source = backend as? any LinearSessionSource else {
      throw .unsupported(backend: name, option: "LP sessions")
    }
    return try source.openSession(log: log, cancellation: cancellation)
  }
}
