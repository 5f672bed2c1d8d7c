import Foundation
import Foundations

/// What samples of times come to.
public enum Statistics {
  /// exp(mean of log(value + shift)) - shift: a mean of ratios in which values far below the shift hardly count.
  ///
  /// - Parameters:
  ///   - values: not negative, in the unit of the shift.
  ///   - shift: positive.
  /// - Returns: `nil` for no values.
  public static func shiftedGeometricMean(_ values: [Double], shift: Double) -> Double? {
    precondition(shift > 0, "a shift is positive")
    return mean(values.map { log1p($0 / shift) }).map { shift * expm1($0) }
  }

  /// Penalised average runtime [s]: the mean, with unfinished runs counted as ten times the limit.
  ///
  /// - Parameters:
  ///   - seconds: `nil` for runs that did not finish.
  ///   - limit: of each run [s].
  /// - Returns: `nil` for no runs.
  public static func par10(_ seconds: [Double?], limit: Double) -> Double? {
    mean(seconds.map { $0 ?? 10 * limit })
  }

  /// The arithmetic mean.
  ///
  /// - Parameter values: in any order.
  /// - Returns: `nil` for no values.
  public static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The middle value, or the mean of the two in the middle.
  ///
  /// - Parameter values: in any order; infinite ones are allowed.
  /// - Returns: `nil` for no values.
  /// - Complexity: O(n log n).
  public static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The percentile interval of the bootstrap: how a statistic varies if the sample is drawn again from itself.
  ///
  /// Of n resamples, the interval leaves out those with the n (1 - confidence) / 2 least and as many of the largest
  /// statistics. For small samples it is too narrow.
  ///
  /// Efron, "Bootstrap methods: another look at the jackknife" (Annals of Statistics 7, 1979).
  ///
  /// - Parameters:
  ///   - values: of the instances; infinite ones are allowed where the statistic allows them.
  ///   - confidence: between 0 and 1.
  ///   - resamples: at least 1.
  ///   - seed: the same seed draws the same positions for all samples of a size.
  ///   - statistic: of a resample, as long as the sample.
  /// - Returns: `nil` for fewer than two values, from which nothing can be said about their spread.
  /// - Complexity: as many statistics as resamples.
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
