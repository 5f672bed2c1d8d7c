import Foundations

extension Double {
  /// Three significant digits, without an exponent up to a billion; "-" if it is not finite.
  var inTable: String {
    guard isFinite else { return "-" }
    let text = Figures.digits(self, 3)
    guard let rounded = Double(text), abs(rounded) >= 1000, abs(rounded) < 1e9 else { return text }
    return "\(Int(rounded))"
  }
}

extension Double? {
  /// "-" if it is missing.
  var inTable: String { self?.inTable ?? "-" }
}

extension Ratio {
  var inTable: String { (lower...upper).inTable }
}

extension Ratio? {
  /// "-" if it is missing.
  var inTable: String { self?.inTable ?? "-" }
}

extension ClosedRange<Double> {
  /// Both ends; an end of 0 or infinity says nothing and is left out.
  var inTable: String {
    if lowerBound == upperBound { return lowerBound.inTable }
    switch (lowerBound > 0, upperBound < .infinity) {
    case (true, true): return "\(lowerBound.inTable) to \(upperBound.inTable)"
    case (true, false): return "≥ \(lowerBound.inTable)"
    case (false, true): return "≤ \(upperBound.inTable)"
    case (false, false): return "-"
    }
  }
}

extension ClosedRange<Double>? {
  /// "-" if it is missing.
  var inTable: String { self?.inTable ?? "-" }
}
