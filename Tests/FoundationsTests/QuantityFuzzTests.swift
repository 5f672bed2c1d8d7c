import Foundations
import TestSupport
import Testing

/// Quantities against a reader that shares nothing with the program's.
struct QuantityFuzzTests {
  @Test func everyQuantityIsWhatAnIndependentReaderMakesOfIt() {
    var fuzzing = Fuzzing("quantity")
    fuzzing.run { mutator in
      let unit = mutator.element(of: QuantityOracle.spellings)
      let bytes = Array((mutator.element(of: Self.numbers) + mutator.element(of: ["", " "]) + unit).utf8)
      return mutator.number(in: 0...1) == 0 ? bytes : mutator.mutated(bytes)
    } check: { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      var isAccepted = false
      for quantity in Quantity.allCases {
        let value = try? quantity.value(of: text)
        guard QuantityOracle.agrees(value, text, quantity) else {
          throw Disagreement(description: "\(quantity) of \(text) is \(value as Any)")
        }
        if value != nil { isAccepted = true }
      }
      return isAccepted
    }
    #expect(fuzzing.accepted > 100 && fuzzing.refused > 100, "\(fuzzing)")
  }

  private static let numbers = [
    "0", "1", "-1", "0.2", "1.", ".5", "+3", "1e9", "1E-3", "1e400", "-0", "1e-400",
    "123456789012345678901234567890",
    "0.000123456789", "9007199254740993", "1e", "0x10", "--1", "\u{661}", "1 e5", "NaN", "inf", "",
  ]

  private struct Disagreement: Error, CustomStringConvertible { let description: String }
}

/// Reads quantities another way: units from a table, numbers with a regular expression and the standard library.
private enum QuantityOracle {
  private static let prefixes: [(String, Double)] = [
    ("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("Ki", 0x1p10), ("Mi", 0x1p20),
    ("Gi", 0x1p30), ("Ti", 0x1p40), ("K", 1e3),
  ]

  private static let units: [Quantity: [String: Double]] = [
    .work: prefixed(["FLOP": 1, "FLOPs": 1, "MAC": 2, "MACs": 2, "OP": 1, "OPs": 1]),
    .compute: prefixed([
      "FLOP/s": 1, "FLOPS": 1, "FLOPs/s": 1, "MAC/s": 2, "MACs/s": 2, "OP/s": 1, "OPS": 1, "OPs/s": 1,
    ]),
    .size: prefixed(["B": 1, "byte": 1, "bytes": 1, "b": 0.125, "bit": 0.125, "bits": 0.125]),
    .bandwidth: prefixed([
      "bit/s": 1, "bits/s": 1, "b/s": 1, "bps": 1, "B/s": 8, "byte/s": 8, "bytes/s": 8,
    ]),
    .memoryBandwidth: prefixed([
      "byte/s": 1, "bytes/s": 1, "B/s": 1, "b/s": 0.125, "bps": 0.125, "bit/s": 0.125, "bits/s": 0.125,
    ]),
    .time: ["s": 1, "ms": 1e-3, "us": 1e-6, "\u{B5}s": 1e-6, "\u{3BC}s": 1e-6, "ns": 1e-9, "min": 60],
    .rate: ["/s": 1, "1/s": 1],
  ]

  static let spellings = units.values.flatMap(\.keys).sorted() + ["PiB", "parsec", "", "KB", "1"]

  private static func prefixed(_ units: [String: Double]) -> [String: Double] {
    var all: [String: Double] = [:]
    for (unit, worth) in units {
      for (prefix, factor) in prefixes { all[prefix + unit] = worth * factor }
    }
    return all
  }

  /// - Parameter value: what was read, `nil` where the text was refused.
  static func agrees(_ value: Double?, _ text: String, _ quantity: Quantity) -> Bool {
    guard let expected = expected(text, quantity) else { return value == nil }
    // Near the ends of the range the order of the products decides.
    if abs(expected) > 1e290 { return true }
    if expected < 0 { return value == nil }
    guard let value else { return false }
    return abs(value - expected) <= 1e-14 * expected + 1e-290
  }

  private static func expected(_ text: String, _ quantity: Quantity) -> Double? {
    let number = #/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/#.matchingSemantics(.unicodeScalar)
    guard let match = text.firstMatch(of: number) else { return nil }
    let unit = text[match.range.upperBound...].unicodeScalars.drop { $0 == " " }
    let worth = units[quantity]?.first { $0.key.unicodeScalars.elementsEqual(unit) }?.value
    guard let worth, let value = Double(String(match.output.0)) else { return nil }
    return value * worth
  }
}
