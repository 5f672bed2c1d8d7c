import Foundations

/// A strict JSON parser (RFC 8259) whose errors have a place.
///
/// Foundation's decoder gives no positions, keeps the first of two duplicate keys and merges canonically
/// equivalent ones. This parser has its own stack, so that deep nesting cannot exhaust the call stack.
///
/// - Complexity: O(n) for n bytes, expected.
struct JSONParser {
  /// The number of levels that objects and lists may be nested, in JSON and in YAML.
  static let depthLimit = 128

  /// Parses a whole file.
  ///
  /// - Parameter file: the file's name, for messages.
  static func parse(_ bytes: [UInt8], file: String) throws(InputError) -> Document {
    var parser = JSONParser(bytes, file: file)
    try parser.parseDocument()
    return parser.document
  }

  private var document: Document
  private let bytes: [UInt8]
  private var position: Int
  private var open: [OpenContainer] = []
  /// The tokens of the keys of all open objects.
  private var keys: [Int] = []

  private struct OpenContainer {
    let token: Int
    let isObject: Bool
    /// The index in `keys` of its first key.
    let firstKey: Int
  }

  /// The part of the text that may come next.
  private enum Expectation {
    case value
    case firstElement, firstKey
    case commaOrEnd
    case end
  }

  private init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    document = Document(file: file, bytes: bytes)
    document.tokens.reserveCapacity(bytes.count / 12)
    position = ByteOrderMark.length(in: bytes)
  }

  private mutating func parseDocument() throws(InputError) {
    if let encoding = ByteOrderMark.wideEncoding(of: bytes) {
      throw document.error(byte: 0, "this file is encoded in \(encoding); convert it to UTF-8")
    }
    var expectation = Expectation.value
    while true {
      skipBlanks()
      switch expectation {
      case .value: expectation = try parseValue()
      case .firstElement: expectation = peek == UInt8(ascii: "]") ? try close() : try parseValue()
      case .firstKey: expectation = peek == UInt8(ascii: "}") ? try close() : try parseKey()
      case .commaOrEnd: expectation = try parseCommaOrEnd()
      case .end:
        guard position == bytes.count else { throw unexpected("the end of the file after the value") }
        return
      }
    }
  }
}

// MARK: - Structure

extension JSONParser {
  /// The next byte; 0 at the end, which is valid nowhere in a JSON text.
  private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func parseValue() throws(InputError) -> Expectation {
    switch peek {
    case UInt8(ascii: "{"): return try begin(.object)
    case UInt8(ascii: "["): return try begin(.array)
    case UInt8(ascii: "\""): try parseString()
    case UInt8(ascii: "t"): try parseWord("true", .boolean)
    case UInt8(ascii: "f"): try parseWord("false", .boolean)
    case UInt8(ascii: "n"): try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
    default: throw unexpected("a value")
    }
    return open.isEmpty ? .end : .commaOrEnd
  }

  private mutating func begin(_ kind: Document.Kind) throws(InputError) -> Expectation {
    guard open.count < Self.depthLimit else {
      throw document.error(byte: position, "nested deeper than \(Self.depthLimit) levels")
    }
    open.append(
      OpenContainer(token: document.tokens.count, isObject: kind == .object, firstKey: keys.count))
    append(kind, start: position, end: .max)
    position += 1
    return kind == .object ? .firstKey : .firstElement
  }

  private mutating func parseKey() throws(InputError) -> Expectation {
    guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotation marks") }
    keys.append(document.tokens.count)
    try parseString()
    skipBlanks()
    guard peek == UInt8(ascii: ":") else { throw unexpected("\":\" after the key") }
    position += 1
    return .value
  }

  private mutating func parseCommaOrEnd() throws(InputError) -> Expectation {
    guard let container = open.last else { return .end }
    let end = container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    if peek == end { return try close() }
    guard peek == UInt8(ascii: ",") else {
      throw unexpected(container.isObject ? "\",\" or \"}\"" : "\",\" or \"]\"")
    }
    position += 1
    guard container.isObject else { return .value }
    skipBlanks()
    return try parseKey()
  }

  private mutating func close() throws(InputError) -> Expectation {
    guard let container = open.popLast() else { return .end }
    position += 1
    if container.isObject {
      try document.checkAreUnique(keys[container.firstKey...])
      keys.removeSubrange(container.firstKey...)
    }
    document.tokens[container.token].end = UInt32(document.tokens.count)
    return open.isEmpty ? .end : .commaOrEnd
  }

  private mutating func append(_ kind: Document.Kind, start: Int, end: UInt32) {
    document.tokens.append(Document.Token(kind: kind, start: UInt32(start), end: end))
  }

  private func unexpected(_ wanted: String) -> InputError {
    guard position < bytes.count else {
      return document.error(byte: position, "unexpected end of the JSON text: expected \(wanted)")
    }
    guard let length = UTF8Sequence.length(in: bytes, at: position) else { return invalidUTF8 }
    let found = String(decoding: bytes[position..<position + length], as: UTF8.self)
    return document.error(
      byte: position, "invalid JSON: expected \(wanted), found \(TerminalText.quoted(found))")
  }

  private var invalidUTF8: InputError {
    document.error(byte: position, "this is not valid UTF-8; convert the file to UTF-8")
  }
}

// MARK: - Scalars

extension JSONParser {
  private mutating func parseWord(_ word: StaticString, _ kind: Document.Kind) throws(InputError) {
    let count = word.utf8CodeUnitCount
    let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
    guard isThere else { throw unexpected("a value (true, false, null, a number or a string)") }
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
      if byte == UInt8(ascii: "\\") {
        kind = .escapedString
        try parseEscape()
      } else if byte < 0x20 {
        throw document.error(byte: position, "a control character in a string must be escaped")
      } else if byte < 0x80 {
        position += 1
      } else {
        guard let length = UTF8Sequence.length(in: bytes, at: position) else { throw invalidUTF8 }
        position += length
      }
    }
    throw document.error(byte: start, "unexpected end of the JSON text: this string is not closed")
  }

  private mutating func parseEscape() throws(InputError) {
    guard position + 1 < bytes.count, JSONEscapes.simple(bytes[position + 1]) == nil else {
      position += 2
      return
    }
    guard let unit = JSONEscapes.codeUnit(bytes[...], at: position) else {
      throw document.error(byte: position, "invalid escape in a string")
    }
    guard (0xD800...0xDFFF).contains(unit) else {
      position += 6
      return
    }
    let low = JSONEscapes.codeUnit(bytes[...], at: position + 6) ?? 0
    guard unit < 0xDC00, (0xDC00...0xDFFF).contains(low) else {
      throw document.error(
        byte: position, "a lone surrogate escape is no character; write both halves of the pair")
    }
    position += 12
  }

  private mutating func parseNumber() throws(InputError) {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") {
      position += 1
      if isDigit(peek) {
        throw document.error(byte: start, "invalid JSON: a number must not begin with a zero")
      }
    } else {
      try skipDigits()
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
