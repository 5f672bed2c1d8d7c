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
}
