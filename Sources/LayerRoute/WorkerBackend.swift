import LinearModels

public struct WorkerBackend: ModelSolver {
  public let name: String
  public static let cbc = WorkerBackend(name: "cbc")
  public static let glpk = WorkerBackend(name: "glpk")
  public func solve(_ model: CompiledModel, options: SolveOptions) async throws(BackendError) -> Solution {
    throw .unavailable(backend: name, remedy: "stub")
  }
}
