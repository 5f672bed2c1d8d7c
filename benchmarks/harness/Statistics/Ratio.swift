/// A ratio of two times: exact, or, where a run was cut off, known only to lie between two ends.
public struct Ratio: Sendable, Equatable {
  /// 0 where nothing is known.
  public let lower: Double
  /// Infinite where nothing is known.
  public let upper: Double

  private init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// time / reference. Of a run that was cut off, only the limit is known: the ratio is at least limit / reference, or
  /// at most time / limit.
  ///
  /// - Parameters:
  ///   - time: `nil` where it was cut off [s].
  ///   - reference: positive; `nil` where it was cut off [s].
  ///   - limit: at which both are cut off [s].
  /// - Returns: `nil` where both were cut off: that says nothing about their ratio.
  public init?(of time: Double?, to reference: Double?, limit: Double) {
    switch (time, reference) {
    case (let time?, let reference?): self.init(lower: time / reference, upper: time / reference)
    case (nil, let reference?): self.init(lower: limit / reference, upper: .infinity)
    case (let time?, nil): self.init(lower: 0, upper: time / limit)
    case (nil, nil): return nil
    }
  }

  /// `nil` where only ends are known.
  public var value: Double? { lower == upper ? lower : nil }
  /// Whether it is only known to be at least `lower`.
  public var isLowerBound: Bool { upper == .infinity && lower > 0 }
  /// Whether it is only known to be at most `upper`.
  public var isUpperBound: Bool { lower == 0 && upper > 0 && upper < .infinity }

  /// What is known of the median: medians grow with each of their values, so that it lies between the median of the
  /// lower ends and the median of the upper ones.
  ///
  /// - Parameter ratios: of the instances.
  /// - Returns: `nil` for no ratios.
  public static func median(_ ratios: [Ratio]) -> Ratio? {
    guard let lower = Statistics.median(ratios.map(\.lower)),
      let upper = Statistics.median(ratios.map(\.upper))
    else { return nil }
    return Ratio(lower: lower, upper: upper)
  }

  /// The bootstrap interval of the median with 95 % and 2000 resamples: from the lower end of that of the lower ends to
  /// the upper end of that of the upper ones.
  ///
  /// - Parameters:
  ///   - ratios: of the instances.
  ///   - seed: of the resamples.
  /// - Returns: `nil` for fewer than six ratios: not even from the least to the greatest of them there are 95 %.
  public static func medianInterval(_ ratios: [Ratio], seed: UInt64 = 1) -> ClosedRange<Double>? {
    guard ratios.count >= 6 else { return nil }
    let ends = [ratios.map(\.lower), ratios.map(\.upper)].map { ends in
      Statistics.bootstrapInterval(ends, seed: seed) { Statistics.median($0) ?? .nan }
    }
    guard let lower = ends[0]?.lowerBound, let upper = ends[1]?.upperBound else { return nil }
    return lower...upper
  }
}
