/// A YAML text in which some characters are replaced by private ones, one for one, before Yams sees it.
///
/// Two things in Yams need this. It expands aliases before anybody can count them, and hashes the expanded
/// keys, so that a few lines can keep it busy for ever: with "*" replaced, an alias arrives as a plain scalar,
/// which `YAMLParser` expands within bounds. It hashes keys that are lists or objects once for each object around
/// them, so that nested ones take quadratic time: with their "?" replaced, they arrive as plain scalars too, or as
/// errors. And it compares keys as `String` does, so that it takes canonically equivalent keys for duplicates:
/// private characters have no equivalents.
struct YAMLStandIns {
  let text: String
  /// Whether a "?" was replaced.
  private(set) var replacesQuestionMarks = false
  /// The characters replaced; the one at index i by U+F0000 + i.
  private var originals: [Unicode.Scalar] = ["*", "?", ":"]

  private static let first: UInt32 = 0xF0000
  /// Planes 15 and 16.
  private static let capacity = 0x20000

  /// Checks the encoding and the characters of a text, and replaces.
  init(_ source: Document) throws(InputError) {
    try Self.check(source)
    var standIns: [Unicode.Scalar: Unicode.Scalar] = [:]
    var result = String.UnicodeScalarView()
    var offset = ByteOrderMark.length(in: source.bytes)
    // Only indentation and "-" so far: at most one "?" a line is looked at more closely.
    var isLineStart = true
    var brackets = BracketKeys()
    for scalar in String(decoding: source.bytes[offset...], as: UTF8.self).unicodeScalars {
      defer {
        offset += UTF8.width(scalar)
        isLineStart = scalar == "\n" || scalar == "\r" || (isLineStart && (scalar == " " || scalar == "-"))
      }
      let isPlainKey = scalar == "?" && isLineStart && Self.beginsPlainKey(source.bytes[(offset + 1)...])
      let isNestedKey = brackets.isNestedKey(scalar)
      guard !isPlainKey, isNestedKey || Self.isReplaced(scalar) else {
        result.append(scalar)
        continue
      }
      if scalar == "?" { replacesQuestionMarks = true }
      let index = originals.prefix(3).firstIndex(of: scalar) ?? originals.count
      guard let standIn = standIns[scalar] ?? Self.standIn(index) else {
        throw InputError(file: source.file, message: "too many different characters for YAML; use JSON")
      }
      if standIns.updateValue(standIn, forKey: scalar) == nil, index > 2 { originals.append(scalar) }
      result.append(standIn)
    }
    text = String(result)
  }

  /// The text that stood in the file for one that Yams returned.
  func original(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0xF3 }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isStandIn = scalar.value >= Self.first && Int(scalar.value - Self.first) < originals.count
      result.append(isStandIn ? originals[Int(scalar.value - Self.first)] : scalar)
    }
    return String(result)
  }

  /// Whether a plain scalar from Yams is an alias in the file.
  func isAlias(_ plain: String) -> Bool { plain.unicodeScalars.first?.value == Self.first }

  /// Whether a plain scalar from Yams is the beginning of a key that is no plain one.
  func isComplexKey(_ plain: String) -> Bool {
    let scalars = plain.unicodeScalars
    guard scalars.first?.value == Self.first + 1 else { return false }
    return scalars.count == 1 || scalars[scalars.index(after: scalars.startIndex)] == " "
  }

  private static func standIn(_ index: Int) -> Unicode.Scalar? {
    index < capacity ? Unicode.Scalar(first + UInt32(index)) : nil
  }

  /// All but ASCII, the line breaks of YAML 1.1, and the byte-order mark, which mean something to Yams.
  private static func isReplaced(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar == "*" || scalar == "?" }
    return ![0x85, 0x2028, 0x2029, 0xFEFF].contains(scalar.value)
  }

  /// Finds the colons after lists and objects that would make them keys: only the first on a line stays, as it may
  /// belong to the key "conv[1]". Keys within keys stand on one line.
  private struct BracketKeys {
    private var isBehindBracket = false
    private var count = 0

    mutating func isNestedKey(_ scalar: Unicode.Scalar) -> Bool {
      let isKey = scalar == ":" && isBehindBracket
      if scalar == "\n" || scalar == "\r" { count = 0 }
      if isKey { count += 1 }
      if scalar != " ", scalar != "\t" { isBehindBracket = scalar == "]" || scalar == "}" }
      return isKey && count > 1
    }
  }

  /// Whether a "?" before these bytes announces a key that is a scalar on the rest of its line.
  private static func beginsPlainKey(_ rest: ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: " ") else { return false }
    let line = rest.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let key = line.drop { $0 == UInt8(ascii: " ") }
    guard let first = key.first, !indicators.contains(first) else { return false }
    return !key.indices.contains { index in
      key[index] == UInt8(ascii: ":") && (index + 1 == key.endIndex || blanks.contains(key[index + 1]))
    }
  }

  private static let blanks = Set(" \t".utf8)
  /// What a scalar that is neither quoted nor a block does not begin with.
  private static let indicators = Set("[]{},?-&!|>*%@`#:\t".utf8)
}

// MARK: - Checks

extension YAMLStandIns {
  private static func check(_ source: Document) throws(InputError) {
    if let encoding = ByteOrderMark.wideEncoding(of: source.bytes) {
      throw source.error(byte: 0, "this file is encoded in \(encoding); convert it to UTF-8")
    }
    if let offset = UTF8Sequence.firstError(in: source.bytes) {
      throw source.error(byte: offset, "this is not valid UTF-8; convert the file to UTF-8")
    }
    if let offset = tagDirective(in: source.bytes) {
      throw source.error(byte: offset, "tags are not understood here; leave out this directive")
    }
    for (offset, byte) in source.bytes.enumerated() {
      if isControl(source.bytes, offset) {
        throw source.error(byte: offset, "a control character in YAML must be escaped in a quoted string")
      }
      if byte == UInt8(ascii: "\\"), isPrivateEscape(source.bytes[offset...]) {
        throw source.error(
          byte: offset, "write this private-use character itself instead of its escape, or use JSON")
      }
    }
  }

  /// The first line that begins like a %TAG directive: Yams compares each with all before it.
  private static func tagDirective(in bytes: [UInt8]) -> Int? {
    let word = Array("%TAG".utf8)
    let start = ByteOrderMark.length(in: bytes)
    return bytes.indices.first { index in
      guard bytes[index] == word[0], bytes[index...].starts(with: word) else { return false }
      return index == start || bytes[index - 1] == UInt8(ascii: "\n")
        || bytes[index - 1] == UInt8(ascii: "\r")
    }
  }

  /// Whether YAML forbids the character that begins at a byte.
  private static func isControl(_ bytes: [UInt8], _ offset: Int) -> Bool {
    switch bytes[offset] {
    case 0x09, 0x0A, 0x0D: false
    case 0..<0x20, 0x7F: true
    case 0xC2: (0x80...0x9F).contains(bytes[offset + 1]) && bytes[offset + 1] != 0x85
    case 0xEF: bytes[offset + 1] == 0xBF && bytes[offset + 2] >= 0xBE  // U+FFFE and U+FFFF
    default: false
    }
  }

  /// Whether an escape may spell a stand-in, as "\U000F0000" does.
  private static func isPrivateEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
    let escape = String(decoding: bytes.prefix(6), as: UTF8.self).lowercased()
    return escape == #"\u000f"# && bytes.dropFirst().first == UInt8(ascii: "U")
      || escape == #"\u0010"#
        && bytes.dropFirst().first == UInt8(ascii: "U")
  }
}
