import Foundations

extension Cancellation {
  /// Cancelled after some time as well.
  ///
  /// - Parameter seconds: from now; `nil` for no limit.
  public func orAfter(_ seconds: Double?) -> Cancellation {
    let deadline = Deadline(seconds: seconds)
    return Cancellation { isCancelled || deadline.secondsLeft == 0 }
  }
}
