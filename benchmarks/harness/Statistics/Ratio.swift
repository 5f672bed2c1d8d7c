/// A ratio of two times: exact or, if a run was cut off, an interval in which it lies.
public struct Ratio: Sendable, Equatable {
  /// The lower end; 0 if nothing is known.
  public let lower: Double
  /// The upper end; infinite if nothing is known.
  public let upper: Double

  private init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// time / reference. If one run was cut off, its time is at least the limit: the ratio is at least limit / reference,
  /// or at most time / limit.
  ///
  /// - Parameters:
  ///   - time: the dividend [s]; `nil` if its run was cut off.
  ///   - reference: the divisor, positive [s]; `nil` if its run was cut off.
  ///   - limit: the time at which both are cut off [s].
  /// - Returns: `nil` if both were cut off, which says nothing about their ratio.
  public init?(of time: Double?, to reference: Double?, limit: Double) {
    switch (time, reference) {
    case (let time?, let reference?): self.init(lower: time / reference, upper: time / reference)
    case (nil, let reference?): self.init(lower: limit / reference, upper: .infinity)
    case (let time?, nil): self.init(lower: 0, upper: time / limit)
    case (nil, nil): return nil
    }
  }

  /// The exact ratio; `nil` if only ends are known.
  public var value: Double? { lower == upper ? lower : nil }
  /// Whether it is only known to be at least `lower`.
  public var isLowerBound: Bool { upper == .infinity && lower > 0 }
  /// Whether it is only known to be at most `upper`.
  public var isUpperBound: Bool { lower == 0 && upper > 0 && upper < .infinity }

  /// The interval of the median. A median grows with each of its values, so that it lies between the median of the
  /// lower ends and the median of the upper ends.
  ///
  /// - Parameter ratios: the ratios of the instances.
  /// - Returns: `nil` for no ratios.
  public static func median(_ ratios: [Ratio]) -> Ratio? {
    guard let lower = Statistics.median(ratios.map(\.lower)),
      let upper = Statistics.median(ratios.map(\.upper))
    else { return nil }
    return Ratio(lower: lower, upper: upper)
  }

  /// The bootstrap interval of the median, with 95 % and 2000 resamples. It reaches from the lower end of the interval
  /// for the lower ends to the upper end of the interval for the upper ends.
  ///
  /// - Parameters:
  ///   - ratios: the ratios of the instances.
  ///   - seed: the seed of the resamples.
  /// - Returns: `nil` for fewer than six ratios, whose whole range has less than 95 %.
  public static func medianInterval(_ ratios: [Ratio], seed: UInt64 = 1) -> ClosedRange<Double>? {
    guard ratios.count >= 6 else { return nil }
    let ends = [ratios.map(\.lower), ratios.map(\.upper)].map { ends in
      Statistics.bootstrapInterval(ends, seed: seed) { Statistics.median($0) ?? .nan }
    }
    guard let lower = ends[0]?.lowerBound, let upper = ends[1]?.upperBound else { return nil }
    return lower...upper
  }
}
