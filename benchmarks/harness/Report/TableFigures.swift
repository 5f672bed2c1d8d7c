import Foundations

extension Double {
  /// Three significant digits, without an exponent up to a billion; "-" for what is not finite.
  var inTable: String {
    guard isFinite else { return "-" }
    let text = Figures.digits(self, 3)
    guard let rounded = Double(text), abs(rounded) >= 1000, abs(rounded) < 1e9 else { return text }
    return "\(Int(rounded))"
  }
}

extension Double? {
  /// "-" where it is missing.
  var inTable: String { self?.inTable ?? "-" }
}

extension Ratio {
  var inTable: String { (lower...upper).inTable }
}

extension Ratio? {
  /// "-" where it is missing.
  var inTable: String { self?.inTable ?? "-" }
}

extension ClosedRange<Double> {
  /// An end that says nothing, 0 or infinity, is left out.
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
  /// "-" where it is missing.
  var inTable: String { self?.inTable ?? "-" }
}
