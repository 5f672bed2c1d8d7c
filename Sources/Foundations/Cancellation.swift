/// Asks now and then whether the work is still wanted; may be handed to other threads.
///
/// `Task.isCancelled` answers for the thread's own task, and the threads that share a planner's jobs run none.
public struct Cancellation: Sendable {
  private let ask: @Sendable () -> Bool

  /// - Parameter isCancelled: safe to call from any thread.
  public init(_ isCancelled: @escaping @Sendable () -> Bool) { ask = isCancelled }

  /// How many labels are settled between two questions: a few milliseconds.
  package static let interval = 1 << 14

  /// Never cancelled.
  public static let never = Cancellation { false }

  public var isCancelled: Bool { ask() }

  /// The same, and cancelled after some time as well.
  ///
  /// - Parameter seconds: from now on [s]; `nil` for no limit.
  public func orAfter(_ seconds: Double?) -> Cancellation {
    guard let seconds else { return self }
    let budget = Budget(seconds: seconds)
    return Cancellation { isCancelled || budget.remaining == 0 }
  }

  /// Runs work that may ask from any thread whether the task that runs it was cancelled.
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
/// It outlives them, because the call that made it waits for them; and `isCancelled` is one of the members that
/// `UnsafeCurrentTask` shares with `Task`, which may be asked from anywhere.
private struct CallingTask: @unchecked Sendable {
  let task: UnsafeCurrentTask?

  var isCancelled: Bool { task?.isCancelled ?? false }
}
