import Foundation
import TestSupport
import Testing

@testable import Documents
@testable import Foundations
@testable import Networks
@testable import Splitting
@testable import SplittingGenerators

/// Mutations of valid files: each is read or refused, and what is read can be written and read again.
struct FuzzTests {
  @Test func everyMutationOfAJSONInstanceIsReadOrRefused() {
    fuzz("JSON instance", sampleInstance) { try checkInstance($0, .json) }
  }

  @Test func everyMutationOfAYAMLInstanceIsReadOrRefused() {
    fuzz("YAML instance", sampleYAML) { try checkInstance($0, .yaml) }
  }

  @Test func everyMutationOfAPlanIsReadOrRefused() {
    fuzz("plan", samplePlan) { bytes in
      let plan = try PlanDocument.parse(bytes)
      try require(
        try PlanDocument.parse(Array(plan.json().utf8)) == plan, "written and read, it is another plan")
    }
  }

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
        try require(QuantityOracle.agrees(value, text, quantity), "\(quantity) of \(text) is \(value as Any)")
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

  private func checkInstance(_ bytes: [UInt8], _ format: FileFormat) throws {
    let document = try Document.parse(bytes, format: format, file: "t")
    try require(document.tokens.count <= 10_000 + bytes.count, "more values than bytes")
    let instance = try Instance.parse(bytes, format: format)
    let text = instance.json()
    try require(try Instance.parse(Array(text.utf8)) == instance, "written and read, it is another instance")
  }

  private func fuzz(_ suite: String, _ text: String, _ check: ([UInt8]) throws -> Void) {
    var fuzzing = Fuzzing(suite)
    fuzzing.run {
      $0.mutated(Array(text.utf8))
    } check: { bytes in
      do {
        try check(bytes)
        return true
      } catch let error as InputError {
        try require(!error.message.isEmpty, "an error without a message")
        try require(!error.description.unicodeScalars.contains(where: TerminalText.isUnsafe), "raw: \(error)")
        try require(
          error.description.utf8.count < 50_000, "a message of \(error.description.utf8.count) bytes")
        return false
      }
    }
    // A mutator that never, or always, breaks the file tests nothing.
    #expect(fuzzing.accepted > 10 && fuzzing.refused > 100, "\(fuzzing)")
  }

  private struct Broken: Error { let message: String }

  private func require(_ isRight: Bool, _ message: @autoclosure () -> String) throws {
    guard isRight else { throw Broken(message: message()) }
  }
}

/// Reads quantities another way: units from a table, numbers with a regular expression and the standard library.
private enum QuantityOracle {
  private static let prefixes: [(String, Double)] = [
    ("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("Ki", 0x1p10), ("Mi", 0x1p20),
    ("Gi", 0x1p30), ("Ti", 0x1p40),
  ]

  private static let units: [Quantity: [String: Double]] = [
    .work: prefixed(["FLOP": 1, "MAC": 2]), .compute: prefixed(["FLOP/s": 1, "MAC/s": 2]),
    .size: prefixed(["B": 1, "byte": 1, "b": 0.125, "bit": 0.125]),
    .bandwidth: prefixed(["bit/s": 1, "b/s": 1, "B/s": 8, "byte/s": 8]),
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
