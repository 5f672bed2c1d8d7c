import Synchronization

/// When better plans came.
final class IncumbentLog: Sendable {
  private let start: ContinuousClock.Instant
  private let report: @Sendable (RunRecord.Incumbent) -> Void
  private let incumbents = Mutex<[RunRecord.Incumbent]>([])
  private let limit: Double

  /// - Parameters:
  ///   - start: when the run began.
  ///   - limit: the value of a plan that was given [s]; only better ones count.
  ///   - report: called with each.
  init(
    start: ContinuousClock.Instant, below limit: Double,
    report: @escaping @Sendable (RunRecord.Incumbent) -> Void
  ) {
    self.start = start
    self.limit = limit
    self.report = report
  }

  var all: [RunRecord.Incumbent] { incumbents.withLock { $0 } }

  /// - Parameter value: of an incumbent that the evaluator accepted.
  func note(_ value: Double) {
    let incumbent = RunRecord.Incumbent(seconds: (ContinuousClock.now - start) / .seconds(1), value: value)
    let isBetter = incumbents.withLock { incumbents in
      guard value < incumbents.last?.value ?? limit else { return false }
      incumbents.append(incumbent)
      return true
    }
    if isBetter { report(incumbent) }
  }
}
