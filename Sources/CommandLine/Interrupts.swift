import Dispatch
import Foundation
import Foundations
import Solvers
import Synchronization

/// What ends a command early: SIGINT and SIGTERM, and its time limit.
///
/// The first signal cancels what runs, so that it can say what it has so far. What does not answer in time, whatever
/// it is doing, is not waited for: the command's last words are said beside it, and the program ends. A second signal
/// ends it at once.
enum Interrupts {
  /// SIGHUP is the end of the terminal: nobody reads what there is, but nothing may stay behind.
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  /// A queue of its own has a thread even while searches keep those of the global queues busy.
  private static let queue = DispatchQueue(label: "interrupts", qos: .userInteractive)
  /// Last words may have to wait for who reads them; a further signal may not.
  private static let lastWordsQueue = DispatchQueue(label: "last words", qos: .userInteractive)
  private static let received = Atomic<Int32>(0)
  private static let isAnswered = Atomic<Bool>(false)

  /// The exit status that a signal asks for; `nil` where none came.
  static var exitStatus: ExitStatus? { exitStatus(after: received.load(ordering: .relaxed)) }

  /// Runs `body` in a task that a signal cancels.
  ///
  /// - Parameters:
  ///   - timeLimit: that `body` keeps by itself, as a rule [s].
  ///   - lastWords: says what there is, where `body` does not answer, and which exit status that is.
  static func cancelling<Result: Sendable>(
    timeLimit: Double? = nil, lastWords: @escaping @Sendable () -> ExitStatus?,
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await body() }
    let sources = signals.map { number in
      // The default would end the program before the source hears of it.
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
    if !takeTheWord() { await forever() }
    // From here on a first signal ends the program as it always does.
    for source in sources { source.cancel() }
    for number in signals { signal(number, SIG_DFL) }
    return try result.get()
  }

  private static func interrupt(
    _ number: Int32, _ lastWords: @escaping @Sendable () -> ExitStatus?, cancel: () -> Void
  ) {
    guard let status = exitStatus(after: number) else { leave(with: 128 + number) }
    if received.exchange(number, ordering: .relaxed) != 0 { leave(with: status.rawValue) }
    cancel()
    lastWordsQueue.asyncAfter(deadline: .now() + Grace.signal) { end(lastWords) }
  }

  private static func end(_ lastWords: () -> ExitStatus?) {
    guard takeTheWord() else { return }
    let status = lastWords()
    leave(with: (exitStatus ?? status)?.rawValue ?? 0)
  }

  /// Without waiting for anything; workers that do not notice are not left behind.
  private static func leave(with status: Int32) -> Never {
    WorkerBackend.endAll()
    _exit(status)
  }

  /// True for the first who wants to answer.
  private static func takeTheWord() -> Bool { !isAnswered.exchange(true, ordering: .relaxed) }

  /// The program ends meanwhile.
  private static func forever() async {
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
  }

  private static func exitStatus(after number: Int32) -> ExitStatus? {
    switch number {
    case SIGINT: .interrupted
    case SIGTERM: .terminated
    default: nil
    }
  }
}
