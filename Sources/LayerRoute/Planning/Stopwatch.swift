/// Wall-clock time since it was made, and what is left of a limit.
struct Stopwatch: Sendable {
  private let start = ContinuousClock.now
  /// [s]; `nil` for none.
  let limit: Double?

  init(limit: Double? = nil) { self.limit = limit }

  /// [s]
  var seconds: Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }

  /// What is left of the limit [s], not negative; `nil` without a limit.
  var remaining: Double? { limit.map { max(0, $0 - seconds) } }

  /// Whether the limit is over, or the task that waits was cancelled.
  var hasExpired: Bool { remaining == 0 || Task.isCancelled }
}
