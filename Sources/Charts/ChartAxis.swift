import Foundation
import Foundations

extension Chart {
  package struct Axis: Sendable {
    /// The text beside the axis, with the unit if the ticks do not show it.
    package var label: String
    package var scale: Scale
    package var unit: Unit
    /// The range that is always shown; the data may extend it.
    package var range: ClosedRange<Double>?

    package init(
      _ label: String, _ scale: Scale = .linear, unit: Unit = .number, range: ClosedRange<Double>? = nil
    ) {
      (self.label, self.scale, self.unit, self.range) = (label, scale, unit, range)
    }

    /// How values are placed along the axis.
    package enum Scale: Sendable, Equatable {
      case linear
      /// Values that are not positive are left out, which a note says.
      case logarithmic
      /// Categories of a vertical axis, from the top. Values are indices of categories.
      case categories([String])
    }

    /// The unit of the values, which decides how they are written: numbers, whole numbers, times [s], and shares as
    /// percentages.
    package enum Unit: Sendable { case number, count, seconds, share }
  }
}

extension Chart.Axis {
  /// Whether the axis can show a value. The bounds keep differences and ratios finite.
  func shows(_ value: Double) -> Bool {
    switch scale {
    case .linear: abs(value) < 1e300
    case .logarithmic: value > 1e-300 && value < 1e300
    case .categories(let names): value > -0.5 && value < Double(names.count) - 0.5
    }
  }

  /// The ticks of the axis for values; those that it cannot show are ignored.
  func ticks(for values: [Double]) -> AxisTicks {
    let values = (values + (range.map { [$0.lowerBound, $0.upperBound] } ?? [])).filter(shows)
    let range = values.min().flatMap { low in values.max().map { low...$0 } }
    return switch scale {
    case .linear: .linear(range ?? 0...1, leastStep: unit == .count ? 1 : 0)
    case .logarithmic: .logarithmic(range ?? 1...10)
    case .categories(let names):
      AxisTicks(low: -0.5, high: Double(max(1, names.count)) - 0.5, major: names.indices.map(Double.init))
    }
  }

  /// The text beside a tick.
  func text(_ value: Double, _ ticks: AxisTicks) -> String {
    guard unit == .seconds, scale == .linear else { return text(value) }
    // All ticks have the same unit.
    let largest = max(abs(ticks.low), abs(ticks.high))
    let units = [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
    let (factor, name) = units.first { largest >= $0.0 } ?? (1, "s")
    return "\(Self.number(value / factor)) \(name)"
  }

  /// The text for a value by itself.
  func text(_ value: Double) -> String {
    if case .categories(let names) = scale { return names[Int(value.rounded())] }
    return switch unit {
    // Numbers with many zeros are hard to read beside powers of ten.
    case .number, .count: Self.number(value, plainBelow: scale == .logarithmic ? 1e4 : 1e6)
    case .seconds: Figures.duration(value).replacing(" us", with: " µs")
    case .share: "\(Self.number(100 * value)) %"
    }
  }

  /// A number with six digits; a large or small number has a power of ten.
  private static func number(_ value: Double, plainBelow limit: Double = 1e6) -> String {
    let size = abs(value)
    guard size > 0, size >= limit || size < 1e-4 else { return Figures.digits(value, 6) }
    let parts = String(format: "%.5e", value).split(separator: "e")
    let mantissa = Figures.digits(Double(parts[0]) ?? 0, 6)
    let exponent = "\(Int(parts[1]) ?? 0)".map { digit in
      digit.wholeNumberValue.map { superscripts[$0] } ?? "⁻"
    }
    return (mantissa == "1" ? "10" : "\(mantissa)×10") + String(exponent)
  }

  private static let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
}

/// The ends of an axis, and its ticks.
struct AxisTicks: Equatable {
  let low: Double
  let high: Double
  /// The ticks with labels, and those without.
  let major: [Double]
  var minor: [Double] = []

  /// About six steps of 1, 2 or 5 times a power of ten. The axis begins at 0 if the data still take half of it.
  static func linear(_ range: ClosedRange<Double>, leastStep: Double) -> AxisTicks {
    let (low, high) = spread(range)
    let rough = max((high - low) / 6, leastStep)
    let exponent = Int(floor(log10(rough) + 1e-9))
    let mantissa = [1, 2, 5, 10].first { decimal($0, exponent) >= rough * (1 - 1e-9) } ?? 10
    let step = decimal(mantissa, exponent)
    let (first, last) = (Int(floor(low / step + 1e-9)), Int(ceil(high / step - 1e-9)))
    let major = (first...max(last, first + 1)).map { decimal(Double($0) * mantissa, exponent) }
    return AxisTicks(low: major[0], high: major[major.count - 1], major: major)
  }

  private static func spread(_ range: ClosedRange<Double>) -> (low: Double, high: Double) {
    let (low, high) = (range.lowerBound, range.upperBound)
    if low == 0, high == 0 { return (0, 1) }
    if high - low <= 1e-9 * max(abs(low), abs(high)) { return (low - 0.5 * abs(low), high + 0.5 * abs(high)) }
    return (low > 0 && low < 0.5 * high ? 0 : low, high)
  }

  /// Labels at the powers of ten, on short axes also at 2 and 5 times these, and on long axes only at every n-th power.
  static func logarithmic(_ range: ClosedRange<Double>) -> AxisTicks {
    let isPoint = range.upperBound / range.lowerBound < 1 + 1e-9
    let (low, high) =
      isPoint ? (range.lowerBound / 2, range.upperBound * 2) : (range.lowerBound, range.upperBound)
    let exponents = Int(floor(log10(low)))...Int(ceil(log10(high)))
    // A short axis ends at labels.
    let mantissas = high < 10 * low ? [1, 2, 5] : Array(1...9)
    let ends = exponents.flatMap { exponent in mantissas.map { decimal(Double($0), exponent) } }
    let first = ends.last { $0 <= low * (1 + 1e-9) } ?? low
    let last = ends.first { $0 >= high * (1 - 1e-9) } ?? high
    let decades = log10(last / first)
    let labelled = decades > 2 ? [1] : [1, 2, 5]
    let stride = max(1, Int((decades / 8).rounded(.up)))
    var (major, minor): ([Double], [Double]) = ([], [])
    for exponent in exponents {
      for mantissa in 1...(stride > 1 ? 1 : 9) {
        let value = decimal(Double(mantissa), exponent)
        guard value >= first, value <= last else { continue }
        let isMajor = labelled.contains(mantissa) && exponent % stride == 0
        if isMajor { major.append(value) } else { minor.append(value) }
      }
    }
    return AxisTicks(low: first, high: last, major: major, minor: minor)
  }

  /// A mantissa times a power of ten. Division rounds only once, so that 3 tenths are the `Double` nearest to 0.3.
  private static func decimal(_ mantissa: Double, _ exponent: Int) -> Double {
    exponent < 0 ? mantissa / pow(10, Double(-exponent)) : mantissa * pow(10, Double(exponent))
  }
}
