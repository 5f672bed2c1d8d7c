import Foundations
import LinearModels
import Worker

extension WorkerBackend: LinearSessionSource {
  /// Starts a worker that holds a linear program, which takes a few milliseconds. It ends when the session is released.
  ///
  /// A solve that exceeds its time limit is ended with its worker after 0.2 s and 2 % more. The first call makes the
  /// process ignore SIGPIPE, unless it has a handler.
  ///
  /// - Throws: ``/LinearModels/BackendError``; `unavailable` if the worker or its library is missing, `unsupported` if
  ///   the backend has no LP sessions, `failed` if the worker cannot be started or does not answer for five seconds.
  public func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    try WorkerSession(self, log: log, cancellation: cancellation)
  }
}

/// An LP session in a worker process, over pipes that this thread waits for.
private final class WorkerSession: LinearSession {
  private let backend: WorkerBackend
  private let cancellation: Cancellation
  /// `nil` once the session has ended.
  private var worker: WorkerChild?
  private var columnCount = 0
  private var rowCount = 0
  /// The time for which a worker may take to start [s].
  private static let patience = 5.0
  /// The time between two questions whether the solve was cancelled [s].
  private static let interval = 0.02

  var name: String { backend.name }

  init(_ backend: WorkerBackend, log: Int32?, cancellation: Cancellation) throws(BackendError) {
    self.backend = backend
    self.cancellation = cancellation
    worker = try WorkerChild(backend, log: log)
    let request = Message.openSession(log: log == nil ? nil : 2)
    switch try answer(to: request, patience: Self.patience, .never) {
    case .message(.identity): break
    case .message(.failure(let error)): throw error
    case .message: throw .failed(backend: name, detail: "the worker does not identify itself")
    case .limit: throw .failed(backend: name, detail: "the worker does not answer")
    }
  }

  func solve(
    _ changes: LinearChanges, options: LinearSolveOptions
  ) throws(BackendError) -> LinearSolution {
    if changes.startsAnew { (rowCount, columnCount) = (0, 0) }
    rowCount += changes.rows.count
    columnCount += changes.columns.count
    let patience = options.timeLimit.flatMap { $0 >= 0 ? Grace.worker($0) : nil }
    switch try answer(to: .resolve(changes, options), patience: patience, cancellation) {
    case .message(.linearSolution(let solution)):
      guard fits(solution) else {
        throw end(.failed(backend: name, detail: "the worker's answer does not fit the program"))
      }
      return solution
    case .message(.failure(let error)): throw end(error)
    case .message: throw end(.failed(backend: name, detail: "the worker gave an answer to another request"))
    case .limit(let limit): return LinearSolution(termination: .limit(limit))
    }
  }

  private enum Answer {
    case message(Message)
    /// The time is over, or the solve was cancelled; the session has ended.
    case limit(Termination.Limit)
  }

  /// Sends a request, and waits for its answer for some time [s]; `nil` for ever.
  private func answer(
    to request: Message, patience: Double?, _ cancellation: Cancellation
  ) throws(BackendError) -> Answer {
    guard let worker else { throw .failed(backend: name, detail: "the session has ended") }
    if cancellation.isCancelled { return limit(.cancelled) }
    let budget = Budget(seconds: patience)
    let bytes = request.encoded()
    var rest = bytes[...]
    var receiver = MessageReceiver(
      longestPayload: Message.longestAnswer(columns: columnCount, rows: rowCount))
    while true {
      let event = worker.exchange(rest, patience: min(Self.interval, budget.remaining ?? .infinity)) {
        receiver.append($0)
      }
      rest = rest.dropFirst(event.written)
      do {
        if let message = try receiver.message() { return .message(message) }
      } catch {
        throw failure(of: worker, damage: error, isAboutToEnd: false)
      }
      if event.isAtEnd {
        throw failure(of: worker, damage: receiver.isEmpty ? nil : .truncated, isAboutToEnd: true)
      }
      if cancellation.isCancelled { return limit(.cancelled) }
      if budget.remaining == 0 { return limit(.time) }
    }
  }

  private func limit(_ limit: Termination.Limit) -> Answer {
    worker = nil
    return .limit(limit)
  }

  private func failure(of worker: WorkerChild, damage: FrameError?, isAboutToEnd: Bool) -> BackendError {
    let (end, lastLines) = worker.finish(isAboutToEnd: isAboutToEnd)
    return self.end(end.failure(of: backend, damage: damage, complaints: lastLines))
  }

  /// Ends the session because of an error.
  private func end(_ error: BackendError) -> BackendError {
    worker = nil
    return error
  }

  /// Whether every array has a number for each column or row.
  private func fits(_ solution: LinearSolution) -> Bool {
    let lengths = [
      (solution.values, columnCount), (solution.reducedCosts, columnCount),
      (solution.rowDuals, rowCount), (solution.farkas, rowCount),
    ]
    return lengths.allSatisfy { $0 == nil || $0?.count == $1 }
  }
}
