/// A moment after which a solve should stop.
public struct Deadline: Sendable {
  private let moment: ContinuousClock.Instant?

  /// - Parameter seconds: from now; `nil` for never.
  public init(seconds: Double?) {
    // Beyond a century the clock's arithmetic could overflow, and nobody waits.
    self.moment = seconds.flatMap { $0 < 3e9 ? ContinuousClock.now + .seconds($0) : nil }
  }

  /// At least 0; `nil` where there is no limit.
  public var secondsLeft: Double? {
    moment.map { max(0, ContinuousClock.now.duration(to: $0) / .seconds(1)) }
  }
}
