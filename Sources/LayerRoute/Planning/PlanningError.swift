import LinearModels

/// Why no statement about an instance could be made.
public enum PlanningError: Error, Sendable, CustomStringConvertible {
  /// The formulation or planner cannot express the instance, or the request contradicts itself.
  case refused(String)
  /// The backend is missing or broke.
  case backend(BackendError)
  /// The figures of the instance together leave the range of numbers; the place.
  case figures(String)
  /// The figures of the instance leave the range of numbers that solvers take.
  case model(ModelError)
  /// The backend's answer does not hold: the evaluator, a known plan or a known bound disagrees.
  case wrongAnswer(backend: String, detail: String)

  public var description: String {
    switch self {
    case .refused(let reason): reason
    case .backend(let error): "\(error)"
    case .figures(let place): "\(place); check the units of its figures"
    case .model(let error): "the model cannot be built: \(error)"
    case .wrongAnswer(let backend, let detail):
      "\(backend) gave a wrong answer, which is not used: \(detail)"
    }
  }
}
