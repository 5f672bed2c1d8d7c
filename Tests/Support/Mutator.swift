import Foundations

/// Damages texts, by seed: bytes, and the values that JSON and YAML are made of.
public struct Mutator {
  /// The mutator's own stream.
  public var random: SplitMix64

  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A text with one to three changes.
  public mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      if Bool.random(using: &random) { changeBytes(&bytes) } else { changeValues(&bytes) }
    }
    return bytes
  }

  /// A number in a range, from the mutator's own stream.
  public mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  /// One of some values, from the mutator's own stream.
  public mutating func element<Value>(of values: [Value]) -> Value {
    values[number(in: 0...values.count - 1)]
  }
}

// MARK: - Bytes

extension Mutator {
  /// Changes bytes without regard to what they mean.
  public mutating func changeBytes(_ bytes: inout [UInt8]) {
    let place = number(in: 0...bytes.count)
    let end = min(bytes.count, place + number(in: 0...8))
    switch number(in: 0...60) {
    case 0..<12: bytes.removeSubrange(place..<end)
    case 12..<24: bytes.insert(contentsOf: element(of: Self.fragments), at: place)
    case 24..<36: bytes.replaceSubrange(place..<end, with: element(of: Self.fragments))
    case 36..<47: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
    case 47..<50: bytes.removeSubrange(place...)
    case 50..<60: bytes.insert(contentsOf: slice(bytes), at: place)
    default: bytes.insert(contentsOf: repeatElement(slice(bytes), count: 100).joined(), at: place)
    }
  }

  private mutating func slice(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    let start = number(in: 0...bytes.count)
    return bytes[start..<min(bytes.count, start + number(in: 1...40))]
  }

  private static let fragments = [
    "\"", "\\", "{", "}", "[", "]", ":", ",", "null", "1e999", "-1", "0", "\\ud800", "\\u00e9", "\u{E9}",
    "e\u{301}", "*", "&a ", "*a", "!t ", "- ", "? ", "\n", "\t", "# ", "'", "|\n", "---\n", "\"id\": ",
    "\u{0}",
    "\u{1B}[31m", "\u{9B}", "\u{202E}", "\u{FEFF}", "\u{F0000}", "%TAG ! t:\n", "true", "ms", " ", "..", "9",
    ".",
  ].map { Array($0.utf8) }
}

// MARK: - Values

extension Mutator {
  /// Repeats, removes, swaps or replaces words, strings, numbers, lists and objects as wholes.
  private mutating func changeValues(_ bytes: inout [UInt8]) {
    let values = Self.values(in: bytes)
    guard !values.isEmpty else { return changeBytes(&bytes) }
    let (one, other) = (element(of: values), element(of: values))
    switch number(in: 0...4) {
    case 0: bytes.insert(contentsOf: Array(bytes[one]) + [UInt8(ascii: ",")], at: one.lowerBound)
    case 1: bytes.removeSubrange(one)
    case 2: bytes.replaceSubrange(one, with: Array(bytes[other]))
    case 3: swap(one, other, &bytes)
    default: bytes.replaceSubrange(one, with: element(of: Self.oddValues))
    }
  }

  private func swap(_ one: Range<Int>, _ other: Range<Int>, _ bytes: inout [UInt8]) {
    guard !one.overlaps(other) else { return }
    let (first, second) = one.lowerBound < other.lowerBound ? (one, other) : (other, one)
    let (early, late) = (Array(bytes[first]), Array(bytes[second]))
    bytes.replaceSubrange(second, with: early)
    bytes.replaceSubrange(first, with: late)
  }

  private static let oddValues = [
    "null", "true", "[]", "{}", "\"\"", "0", "-0", "-1", "1e308", "1e400", "-1e400", "1e-400", "4e-324",
    "0x10",
    "9007199254740993", "123456789012345678901234567890", "0.1000000000000000055511151231257827", "\"*\"",
    "\"1e309 MB\"", "\"1 e5 B\"", "\"--1 B\"", "\"1 PiB\"", "\"\u{661} B\"", "\"5 ms\"", "[[[[]]]]",
    "{\"a\": {}}",
    "{\"file\": \"x\"}", "\"a\\u0000\\u001b\"", "\"\u{202E}\"", ".inf", "~", "*fast", "&fast",
  ].map { Array($0.utf8) }

  /// Where values stand: words and quoted strings, and what brackets enclose.
  private static func values(in bytes: [UInt8]) -> [Range<Int>] {
    var values: [Range<Int>] = []
    var open: [Int] = []
    var position = 0
    while position < bytes.count {
      let start = position
      position += 1
      switch bytes[start] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(start)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let first = open.popLast() { values.append(first..<position) }
      case UInt8(ascii: "\""):
        while position < bytes.count, bytes[position] != bytes[start] { position += 1 }
        position = min(bytes.count, position + 1)
        values.append(start..<position)
      case let byte where isWord(byte):
        while position < bytes.count, isWord(bytes[position]) { position += 1 }
        values.append(start..<position)
      default: break
      }
    }
    return values
  }

  private static func isWord(_ byte: UInt8) -> Bool { byte > 0x20 && !separators.contains(byte) }
  private static let separators = Set("{}[],:\"'#".utf8)
}
