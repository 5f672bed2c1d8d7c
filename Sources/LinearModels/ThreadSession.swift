import Dispatch
import Foundations

/// An LP session of a library that ties its data to a thread: it lives on a thread of its own, and the caller's waits.
package final class ThreadSession: LinearSession {
  package let name: String
  private let mailbox = Mailbox()
  private let thread: SystemThread

  /// What runs on the thread: it makes a session and calls `serve` with it, which returns when this session is released.
  package typealias Body =
    @Sendable (_ serve: (any LinearSession) -> Void) throws(BackendError) -> Void

  /// Starts the thread, on a stack of some size [byte], and waits until `body` serves.
  /// - Throws: the error of `body`, or `failed` if the system has no thread.
  package init(name: String, stackSize: Int, body: @escaping Body) throws(BackendError) {
    self.name = name
    let mailbox = mailbox
    let thread = SystemThread(stackSize: stackSize) {
      do throws(BackendError) {
        try body { session in mailbox.serve(session) }
      } catch {
        mailbox.answer = .failure(error)
        mailbox.answered.signal()
      }
    }
    guard let thread else { throw .failed(backend: name, detail: "no thread could be started") }
    self.thread = thread
    mailbox.answered.wait()
    if case .failure(let error) = mailbox.answer {
      thread.join()
      throw error
    }
  }

  deinit {
    // Without a request, the thread ends.
    mailbox.request = nil
    mailbox.asked.signal()
    thread.join()
  }

  package func solve(
    _ changes: LinearChanges, options: LinearSolveOptions
  ) throws(BackendError) -> LinearSolution {
    mailbox.request = (changes, options)
    mailbox.asked.signal()
    mailbox.answered.wait()
    guard let answer = mailbox.answer else { throw .failed(backend: name, detail: "its thread has ended") }
    return try answer.get()
  }
}

/// What the two threads of a session hand each other. Only one of them runs at a time: each waits for the other's
/// signal.
private final class Mailbox: @unchecked Sendable {
  var request: (LinearChanges, LinearSolveOptions)?
  var answer: Result<LinearSolution, BackendError>?
  let asked = DispatchSemaphore(value: 0)
  let answered = DispatchSemaphore(value: 0)

  /// Says that the session is there, and answers requests until there is none.
  func serve(_ session: any LinearSession) {
    answered.signal()
    while true {
      asked.wait()
      guard let (changes, options) = request else { return }
      answer = Result { () throws(BackendError) in try session.solve(changes, options: options) }
      answered.signal()
    }
  }
}
