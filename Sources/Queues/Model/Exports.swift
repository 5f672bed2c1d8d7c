import Foundations

extension Cancellation {
  /// Cancelled after some time as well.
  ///
  /// - Parameter seconds: from now; `nil` for no limit.
  public func orAfter(_ seconds: Double?) -> Cancellation {
    let budget = Budget(seconds: seconds)
    return Cancellation { isCancelled || budget.remaining == 0 }
  }
}
