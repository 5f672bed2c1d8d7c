/// A YAML text in which some characters are replaced by private ones, one for one, before Yams sees it.
///
/// Two things in Yams need this. It expands aliases before anybody can count them, and hashes the expanded
/// keys, so that a few lines can keep it busy for ever: with "*" replaced, an alias arrives as a plain scalar,
/// which `YAMLParser` expands within bounds. And it compares keys as `String` does, so that it takes canonically
/// equivalent keys for duplicates: private characters have no equivalents.
struct YAMLStandIns {
  let text: String
  /// The characters replaced; the one at index i by U+F0000 + i. The first is "*".
  private var originals: [Unicode.Scalar] = ["*"]

  private static let first: UInt32 = 0xF0000
  /// Planes 15 and 16.
  private static let capacity = 0x20000

  /// Checks the encoding and the characters of a text, and replaces.
  init(_ source: Document) throws(InputError) {
    try Self.check(source)
    var standIns: [Unicode.Scalar: Unicode.Scalar] = [:]
    var result = String.UnicodeScalarView()
    let start = ByteOrderMark.length(in: source.bytes)
    for scalar in String(decoding: source.bytes[start...], as: UTF8.self).unicodeScalars {
      guard Self.isReplaced(scalar) else {
        result.append(scalar)
        continue
      }
      let index = scalar == "*" ? 0 : originals.count
      guard let standIn = standIns[scalar] ?? Self.standIn(index) else {
        throw InputError(file: source.file, message: "too many different characters for YAML; use JSON")
      }
      if standIns.updateValue(standIn, forKey: scalar) == nil, index > 0 { originals.append(scalar) }
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

  private static func standIn(_ index: Int) -> Unicode.Scalar? {
    index < capacity ? Unicode.Scalar(first + UInt32(index)) : nil
  }

  /// All but ASCII, the line breaks of YAML 1.1, and the byte-order mark, which mean something to Yams.
  private static func isReplaced(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar == "*" }
    return ![0x85, 0x2028, 0x2029, 0xFEFF].contains(scalar.value)
  }
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
