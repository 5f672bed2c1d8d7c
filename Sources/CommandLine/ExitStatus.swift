import BenchmarkHarness
import Documents
import Problems
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
}

/// An error as its message and exit status.
struct Failure {
  let status: ExitStatus
  let message: String

  /// `nil` for errors that the argument parser reports itself.
  init?(_ error: any Error) {
    switch error {
    case let error as InputError: (status, message) = (.badInput, error.description)
    case let error as OutputFile.Failure: (status, message) = (.usage, error.description)
    case let error as PictureError: (status, message) = (.usage, error.description)
    case let error as PlanningError: (status, message) = (Self.status(of: error), error.description)
    case let error as ResultsFileError:
      (status, message) = (error.kind == .unfit ? .badInput : .usage, error.description)
    case let error as UsageError: (status, message) = (.usage, error.message)
    case BatchError.planning(let error): (status, message) = (Self.status(of: error), error.description)
    default: return nil
    }
  }

  private static func status(of error: PlanningError) -> ExitStatus {
    switch error {
    case .refused, .tooLarge, .backend(.unsupported): .usage
    case .backend(.unavailable): .unavailable
    case .backend(.failed), .backend(.wrong), .wrongAnswer: .internalError
    case .cancelled: Interrupts.exitStatus ?? .interrupted
    case .figures, .model: .badInput
    }
  }
}

/// An error in how a command is called: its options or arguments cannot be used like that.
struct UsageError: Error {
  let message: String
}
