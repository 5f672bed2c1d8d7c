import Foundation

/// time = factor * size ^ exponent, fitted by least squares to the logarithms.
public struct PowerLaw: Sendable, Equatable {
  public let exponent: Double
  /// The standard error of the exponent, if the logarithms scatter around the line independently and with equal
  /// variance.
  public let standardError: Double
  /// Time at size 1 [s].
  public let factor: Double
  /// The number of points that it was fitted to.
  public let count: Int

  /// Fits the law.
  ///
  /// - Parameter points: sizes and times [s], all positive.
  /// - Returns: `nil` for fewer than three different sizes, from which the quality of the fit cannot be judged.
  /// - Complexity: linear in the number of points.
  public init?(_ points: [(size: Double, seconds: Double)]) {
    guard Set(points.map(\.size)).count >= 3, points.allSatisfy({ $0.size > 0 && $0.seconds > 0 }) else {
      return nil
    }
    count = points.count
    let x = points.map { log($0.size) }
    let y = points.map { log($0.seconds) }
    let meanX = x.reduce(0, +) / Double(count)
    let meanY = y.reduce(0, +) / Double(count)
    let squares = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / squares
    let residuals = zip(x, y).map { x, y in y - meanY - slope * (x - meanX) }
    exponent = slope
    standardError = (residuals.reduce(0) { $0 + $1 * $1 } / Double(count - 2) / squares).squareRoot()
    factor = exp(meanY - slope * meanX)
  }

  /// The time according to the law [s].
  ///
  /// - Parameter size: the size, positive.
  public func seconds(at size: Double) -> Double { factor * pow(size, exponent) }
}
