/// The moment at which a solve should stop.
public struct Deadline: Sendable {
  private let moment: ContinuousClock.Instant?

  /// Sets a deadline from now.
  ///
  /// - Parameter seconds: the time left [s]; `nil` for no limit.
  public init(seconds: Double?) {
    // A limit of more than a century is no limit, since the arithmetic of the clock could overflow.
    self.moment = seconds.flatMap { $0 < 3e9 ? ContinuousClock.now + .seconds($0) : nil }
  }

  /// The time left, at least 0 [s]; `nil` for no limit.
  public var secondsLeft: Double? {
    moment.map { max(0, ContinuousClock.now.duration(to: $0) / .seconds(1)) }
  }
}
