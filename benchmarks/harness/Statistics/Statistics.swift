import Foundation
import Foundations

/// Statistics of samples of times.
public enum Statistics {
  /// exp(mean of log(value + shift)) - shift: a geometric mean in which values far below the shift hardly count.
  ///
  /// - Parameters:
  ///   - values: the values, not negative, in the unit of the shift.
  ///   - shift: the shift, positive.
  /// - Returns: `nil` for no values.
  public static func shiftedGeometricMean(_ values: [Double], shift: Double) -> Double? {
    precondition(shift > 0, "a shift is positive")
    return mean(values.map { log1p($0 / shift) }).map { shift * expm1($0) }
  }

  /// Penalised average runtime [s]: the mean, with unfinished runs counted as ten times the limit.
  ///
  /// - Parameters:
  ///   - seconds: the times of the runs; `nil` for runs that did not finish.
  ///   - limit: the time limit of each run [s].
  /// - Returns: `nil` for no runs.
  public static func par10(_ seconds: [Double?], limit: Double) -> Double? {
    mean(seconds.map { $0 ?? 10 * limit })
  }

  /// The arithmetic mean.
  ///
  /// - Parameter values: the values, in any order.
  /// - Returns: `nil` for no values.
  public static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The middle value, or the mean of the two in the middle.
  ///
  /// - Parameter values: the values, in any order; infinite values are allowed.
  /// - Returns: `nil` for no values.
  /// - Complexity: O(n log n).
  public static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The percentile interval of the bootstrap: how a statistic varies between resamples of the sample.
  ///
  /// The interval leaves out the n (1 - confidence) / 2 smallest and as many of the largest statistics of n resamples.
  /// For small samples it is too narrow.
  ///
  /// Efron, "Bootstrap methods: another look at the jackknife" (Annals of Statistics 7, 1979).
  ///
  /// - Parameters:
  ///   - values: the sample; infinite values are allowed if the statistic allows them.
  ///   - confidence: the confidence, between 0 and 1.
  ///   - resamples: the number of resamples, at least 1.
  ///   - seed: the seed; it draws the same positions for all samples of one size.
  ///   - statistic: the statistic of a resample, which is as large as the sample.
  /// - Returns: `nil` for fewer than two values, from which nothing can be said about their spread.
  /// - Complexity: one statistic for each resample.
  public static func bootstrapInterval(
    _ values: [Double], confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1,
    of statistic: ([Double]) -> Double
  ) -> ClosedRange<Double>? {
    guard values.count > 1 else { return nil }
    var random = SplitMix64(seed: seed)
    let drawn = (0..<resamples).map { _ in
      statistic(values.indices.map { _ in values[Int.random(in: values.indices, using: &random)] })
    }.sorted()
    let omitted = Int((Double(resamples) * (1 - confidence) / 2).rounded())
    return drawn[omitted]...drawn[resamples - 1 - omitted]
  }
}
