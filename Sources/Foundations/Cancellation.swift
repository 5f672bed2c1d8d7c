/// A question whether the work was cancelled, which any thread may ask.
///
/// `Task.isCancelled` belongs to the task of the current thread; the threads that share a planner's jobs run none.
public struct Cancellation: Sendable {
  private let ask: @Sendable () -> Bool

  public init(_ isCancelled: @escaping @Sendable () -> Bool) { ask = isCancelled }

  /// The number of labels that are settled between two questions, which takes a few milliseconds.
  package static let interval = 1 << 14

  /// A cancellation that never happens.
  public static let never = Cancellation { false }

  public var isCancelled: Bool { ask() }

  /// This cancellation, or the end of a time limit from now on [s]; `nil` for none.
  public func orAfter(_ seconds: Double?) -> Cancellation {
    guard let seconds else { return self }
    let budget = Budget(seconds: seconds)
    return Cancellation { isCancelled || budget.remaining == 0 }
  }

  /// Runs work with the cancellation of the current task, which any thread of the work may ask for.
  public static func ofCurrentTask<Value, Failure>(
    _ work: (Cancellation) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result = withUnsafeCurrentTask { task in
      let caller = CallingTask(task: task)
      return Result { () throws(Failure) in try work(Cancellation { caller.isCancelled }) }
    }
    return try result.get()
  }
}

/// The task that runs some work, for the threads that share the work.
///
/// The task outlives the threads, because the call that created this value waits for them. `isCancelled` is
/// one of the members that `UnsafeCurrentTask` shares with `Task`, which any thread may read.
private struct CallingTask: @unchecked Sendable {
  let task: UnsafeCurrentTask?

  var isCancelled: Bool { task?.isCancelled ?? false }
}
