import Foundation

/// Figures as people read them.
enum Figures {
  /// A duration to five digits in a unit that suits it.
  static func duration(_ seconds: Double) -> String {
    if seconds == 0 { return "0 s" }
    let units: [(Double, String)] = [(1, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")]
    let unit = units.first { abs(seconds) >= $0.0 * 0.999_995 } ?? (1e-9, "ns")
    return "\(digits(seconds / unit.0, 5)) \(unit.1)"
  }

  /// A size to four digits in a decimal unit.
  static func size(_ bytes: Double) -> String {
    let units: [(Double, String)] = [(1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
    let unit = units.first { bytes >= $0.0 } ?? (1, "B")
    return "\(digits(bytes / unit.0, 4)) \(unit.1)"
  }

  /// A share as per cent; what is nothing beside the rounding of a solver is shown as 0.
  static func percentage(_ share: Double) -> String { share < 1e-12 ? "0 %" : "\(digits(share * 100, 3)) %" }

  /// That many significant digits.
  static func digits(_ value: Double, _ count: Int) -> String {
    String(format: "%.\(count)g", value)
  }
}
