import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first one cancels what runs, so that it can say what it has so far; a second one, or a
/// second without an answer, ends the program at once.
enum Interrupts {
  private static let received = Atomic<Int32>(0)

  /// The exit status that a signal asks for; `nil` where none came.
  static var exitStatus: ExitStatus? { exitStatus(after: received.load(ordering: .relaxed)) }

  /// Runs `body` in a task that a signal cancels.
  static func cancelling<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await body() }
    let sources = [SIGINT, SIGTERM].map { number in
      // The default would end the program before the source hears of it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { interrupt(number) { task.cancel() } }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return try await task.value
  }

  private static func interrupt(_ number: Int32, cancel: () -> Void) {
    let previous = received.exchange(number, ordering: .relaxed)
    if previous != 0 { end(number) }
    cancel()
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.9) { end(number) }
  }

  private static func end(_ number: Int32) {
    if let status = exitStatus(after: number) { _exit(status.rawValue) }
  }

  private static func exitStatus(after number: Int32) -> ExitStatus? {
    switch number {
    case SIGINT: .interrupted
    case SIGTERM: .terminated
    default: nil
    }
  }
}
