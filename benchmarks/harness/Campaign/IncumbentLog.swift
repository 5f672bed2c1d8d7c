import Synchronization

/// Records the times at which better plans were found.
final class IncumbentLog: Sendable {
  private let start: ContinuousClock.Instant
  private let report: @Sendable (RunRecord.Incumbent) -> Void
  private let incumbents = Mutex<[RunRecord.Incumbent]>([])
  private let limit: Double

  /// - Parameters:
  ///   - start: the start of the run.
  ///   - limit: the value of the given plan [s]; only better plans are recorded.
  ///   - report: called with each recorded plan.
  init(
    start: ContinuousClock.Instant, below limit: Double,
    report: @escaping @Sendable (RunRecord.Incumbent) -> Void
  ) {
    self.start = start
    self.limit = limit
    self.report = report
  }

  var all: [RunRecord.Incumbent] { incumbents.withLock { $0 } }

  /// Records a plan if it is better than all before.
  ///
  /// - Parameter value: the value of an incumbent that the evaluator accepted [s].
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
