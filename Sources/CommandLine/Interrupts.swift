import Dispatch
import Foundation
import LayerRoute
import Synchronization

/// Ends a command early: on SIGINT and SIGTERM, and after its time limit.
///
/// The first signal cancels the running work, which can then return its best result so far. If it does not return in
/// time, the program does not wait for it: another thread prints the command's last words and ends the program. A
/// second signal ends the program at once.
enum Interrupts {
  /// SIGHUP means that the terminal is closed: nobody can read a result, but no process may stay behind.
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  /// A separate queue, which has a thread even if searches occupy the threads of the global queues.
  private static let queue = DispatchQueue(label: "interrupts", qos: .userInteractive)
  /// Separate again: printing the last words may block on their reader, which must not delay a second signal.
  private static let lastWordsQueue = DispatchQueue(label: "last words", qos: .userInteractive)
  private static let received = Atomic<Int32>(0)
  private static let isAnswered = Atomic<Bool>(false)

  /// The exit status after the signal received; `nil` without one.
  static var exitStatus: ExitStatus? { ExitStatus(rawValue: 128 + received.load(ordering: .relaxed)) }

  /// Runs `body` in a task that a signal cancels. It normally enforces `timeLimit` [s] itself; if it does not return in
  /// time, `lastWords` prints the best result so far, and returns its exit status.
  static func cancelling<Result: Sendable>(
    timeLimit: Double? = nil, lastWords: @escaping @Sendable () -> ExitStatus?,
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await body() }
    let sources = signals.map { number in
      // The default action would end the program before the source is notified.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { interrupt(number, lastWords) { task.cancel() } }
      source.resume()
      return source
    }
    if let timeLimit {
      lastWordsQueue.asyncAfter(deadline: .now() + min(Grace.command(timeLimit), Grace.longest)) {
        end(lastWords)
      }
    }
    let result = await task.result
    // Without the word, it waits for the program to end.
    if !takeTheWord() { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
    // From here on, the first signal ends the program, as is the default.
    for source in sources { source.cancel() }
    for number in signals { signal(number, SIG_DFL) }
    return try result.get()
  }

  private static func interrupt(
    _ number: Int32, _ lastWords: @escaping @Sendable () -> ExitStatus?, cancel: () -> Void
  ) {
    if number == SIGHUP || received.exchange(number, ordering: .relaxed) != 0 { leave(with: 128 + number) }
    cancel()
    lastWordsQueue.asyncAfter(deadline: .now() + Grace.signal) { end(lastWords) }
  }

  private static func end(_ lastWords: () -> ExitStatus?) {
    guard takeTheWord() else { return }
    let status = lastWords()
    leave(with: (exitStatus ?? status)?.rawValue ?? 0)
  }

  /// Ends the program without waiting for anything, and its workers with it.
  private static func leave(with status: Int32) -> Never {
    WorkerBackend.endAll()
    _exit(status)
  }

  /// True for the first caller, which alone may print a result.
  private static func takeTheWord() -> Bool { !isAnswered.exchange(true, ordering: .relaxed) }
}
