import Foundations

/// A strict JSON parser (RFC 8259) whose errors have a place.
///
/// Foundation's decoder gives no positions, keeps the first of two duplicate keys and merges canonically equivalent ones.
///
/// - Complexity: O(n) for n bytes, expected.
struct JSONParser {
  /// The number of levels that objects and lists may be nested, in JSON and in YAML.
  static let depthLimit = 128

  /// Parses a whole file, whose name is for messages.
  static func parse(_ bytes: [UInt8], file: String) throws(InputError) -> Document {
    let document = Document(file: file, bytes: bytes)
    var parser = JSONParser(document: document, bytes: bytes, position: ByteOrderMark.length(in: bytes))
    parser.document.tokens.reserveCapacity(bytes.count / 12)
    try parser.parseDocument()
    return parser.document
  }

  private var document: Document
  private let bytes: [UInt8]
  private var position: Int
  /// The tokens of the keys of all open objects.
  private var keys: [Int] = []

  private mutating func parseDocument() throws(InputError) {
    try document.checkEncoding()
    try parseValue(depth: 0)
    skipBlanks()
    guard position == bytes.count else { throw unexpected("the end of the file after the value") }
  }

  /// The next byte; 0 at the end, which is valid nowhere in a JSON text.
  private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func skipBlanks() {
    while peek == 0x20 || peek == 0x0A || peek == 0x0D || peek == 0x09 { position += 1 }
  }

  /// Parses a value inside `depth` objects and lists.
  private mutating func parseValue(depth: Int) throws(InputError) {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): try parseContainer(.object, end: UInt8(ascii: "}"), depth: depth)
    case UInt8(ascii: "["): try parseContainer(.array, end: UInt8(ascii: "]"), depth: depth)
    case UInt8(ascii: "\""): try parseString()
    case UInt8(ascii: "t"): try parseWord("true", .boolean)
    case UInt8(ascii: "f"): try parseWord("false", .boolean)
    case UInt8(ascii: "n"): try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
    default: throw unexpected("a value")
    }
  }

  private mutating func parseContainer(_ kind: Document.Kind, end: UInt8, depth: Int) throws(InputError) {
    guard depth < Self.depthLimit else {
      throw document.error(byte: position, "nested deeper than \(Self.depthLimit) levels")
    }
    let container = document.tokens.count
    let firstKey = keys.count
    append(kind, start: position, end: .max)
    position += 1
    skipBlanks()
    var isComplete = peek == end
    while !isComplete {
      if kind == .object { try parseKey() }
      try parseValue(depth: depth + 1)
      skipBlanks()
      isComplete = peek == end
      guard isComplete || peek == UInt8(ascii: ",") else {
        throw unexpected(kind == .object ? "\",\" or \"}\"" : "\",\" or \"]\"")
      }
      if !isComplete { position += 1 }
    }
    position += 1
    if kind == .object {
      try document.checkAreUnique(keys[firstKey...])
      keys.removeSubrange(firstKey...)
    }
    document.tokens[container].end = UInt32(document.tokens.count)
  }

  private mutating func parseKey() throws(InputError) {
    skipBlanks()
    guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotation marks") }
    keys.append(document.tokens.count)
    try parseString()
    skipBlanks()
    guard peek == UInt8(ascii: ":") else { throw unexpected("\":\" after the key") }
    position += 1
  }

  private mutating func append(_ kind: Document.Kind, start: Int, end: UInt32) {
    document.tokens.append(Document.Token(kind: kind, start: UInt32(start), end: end))
  }

  private func unexpected(_ wanted: String) -> InputError {
    guard position < bytes.count else {
      let end = document.tokens.isEmpty ? "the file is empty" : "unexpected end of the JSON text"
      return document.error(byte: position, "\(end): expected \(wanted)")
    }
    do {
      let length = try document.sequenceLength(at: position)
      let found = TerminalText.quoted(String(decoding: bytes[position..<position + length], as: UTF8.self))
      return document.error(byte: position, "invalid JSON: expected \(wanted), found \(found)")
    } catch {
      return error
    }
  }

  private mutating func parseWord(_ word: StaticString, _ kind: Document.Kind) throws(InputError) {
    let count = word.utf8CodeUnitCount
    guard word.withUTF8Buffer({ bytes[position...].starts(with: $0) }) else {
      throw unexpected("a value (true, false, null, a number or a string)")
    }
    append(kind, start: position, end: UInt32(position + count))
    position += count
  }

  private mutating func parseString() throws(InputError) {
    let start = position
    var kind = Document.Kind.string
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        append(kind, start: start, end: UInt32(position))
        position += 1
        return
      }
      if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
        kind = .escapedString
        try parseEscape()
      } else if byte < 0x20 {
        throw document.error(byte: position, "a control character in a string must be escaped")
      } else if byte < 0x80 {
        position += 1
      } else {
        position += try document.sequenceLength(at: position)
      }
    }
    throw document.error(byte: start, "unexpected end of the JSON text: this string is not closed")
  }

  private mutating func parseEscape() throws(InputError) {
    guard let escape = JSONEscapes.escape(in: bytes[...], at: position) else {
      throw document.error(byte: position, "invalid escape in a string")
    }
    guard escape.scalar != nil else {
      throw document.error(
        byte: position, "a lone surrogate escape is no character; write both halves of the pair")
    }
    position += escape.length
  }

  private mutating func parseNumber() throws(InputError) {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    let hasLeadingZero = peek == UInt8(ascii: "0")
    let first = position
    try skipDigits()
    guard !hasLeadingZero || position == first + 1 else {
      throw document.error(byte: start, "invalid JSON: a number must not begin with a zero")
    }
    if peek == UInt8(ascii: ".") {
      position += 1
      try skipDigits()
    }
    if peek | 0x20 == UInt8(ascii: "e") {
      position += 1
      if peek == UInt8(ascii: "-") || peek == UInt8(ascii: "+") { position += 1 }
      try skipDigits()
    }
    append(.number, start: start, end: UInt32(position))
  }

  private mutating func skipDigits() throws(InputError) {
    guard isDigit(peek) else { throw unexpected("a digit") }
    while isDigit(peek) { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
