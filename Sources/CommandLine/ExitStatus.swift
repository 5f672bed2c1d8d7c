import BenchmarkHarness
import LayerRoute
import QueuesAlgorithms

/// The exit statuses that scripts can rely on. A command that has printed everything throws one to end.
enum ExitStatus: Int32, Error {
  case checkFailed = 1
  case infeasible = 2
  case limit = 3
  case usage = 64
  case badInput = 65
  case unavailable = 69
  case internalError = 70
  case interrupted = 130
  case terminated = 143

  /// The status after an error; `nil` for errors that the argument parser reports itself.
  init?(after error: any Error) {
    switch error {
    case is InputError: self = .badInput
    case is OutputFile.Failure, is ParameterError, is PictureError, is UsageError: self = .usage
    case let error as PlanningError: self.init(after: error)
    case BatchError.planning(let error): self.init(after: error)
    case let error as ResultsFileError: self = error.kind == .unfit ? .badInput : .usage
    default: return nil
    }
  }

  private init(after error: PlanningError) {
    switch error {
    case .refused, .tooLarge, .backend(.unsupported): self = .usage
    case .backend(.unavailable): self = .unavailable
    case .backend(.failed), .backend(.wrong), .wrongAnswer: self = .internalError
    case .cancelled: self = Interrupts.exitStatus ?? .interrupted
    case .figures, .model: self = .badInput
    }
  }
}

/// An error in how a command is called: its options or arguments cannot be used like that.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
