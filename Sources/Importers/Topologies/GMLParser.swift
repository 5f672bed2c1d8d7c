import Documents

/// Parses GML: keys, each with a number, a text or a list of keys in brackets. It is in UTF-8, or ASCII with entities.
/// Himsolt, "GML: A portable graph file format" (1996).
struct GMLParser {
  struct Entry {
    let key: String
    let value: Value
    let place: AttributedGraph.Place
  }

  enum Value {
    case number(Double)
    case text(String)
    case list([Entry])
  }

  /// How deeply lists may be nested.
  private static let depthLimit = 128

  private let file: String
  private let bytes: [UInt8]
  private var position: Int
  private var line = 1
  private var lineStart: Int

  /// Parses UTF-8, in time linear in the number of bytes.
  static func parse(_ bytes: [UInt8], file: String) throws(InputError) -> [Entry] {
    let start = ByteOrderMark.length(in: bytes)
    var parser = GMLParser(file: file, bytes: bytes, position: start, lineStart: start)
    return try parser.entries(depth: 0)
  }

  private var place: AttributedGraph.Place { .line(line, column: position - lineStart + 1) }

  private func error(_ message: String) -> InputError {
    InputError(file: file, line: line, column: position - lineStart + 1, message: message)
  }

  /// The next byte; 0 at the end, which does not occur in GML.
  private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// Skips blanks, and comments from "#" to the end of the line.
  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\n"): passLineBreak()
      case 0x20, 0x09, 0x0D: position += 1
      case UInt8(ascii: "#"): while position < bytes.count, peek != UInt8(ascii: "\n") { position += 1 }
      default: return
      }
    }
  }

  private mutating func passLineBreak() {
    position += 1
    line += 1
    lineStart = position
  }

  private mutating func entries(depth: Int) throws(InputError) -> [Entry] {
    guard depth <= Self.depthLimit else { throw error("nested deeper than \(Self.depthLimit) levels") }
    var entries: [Entry] = []
    while true {
      skipBlanks()
      if position == bytes.count {
        guard depth == 0 else { throw error("the file ends within a list; a \"]\" is missing") }
        return entries
      }
      if peek == UInt8(ascii: "]"), depth > 0 {
        position += 1
        return entries
      }
      let place = place
      let key = try key()
      skipBlanks()
      entries.append(Entry(key: key, value: try value(depth: depth), place: place))
    }
  }

  private mutating func key() throws(InputError) -> String {
    let start = position
    while isLetter(peek) || peek == UInt8(ascii: "_") || (position > start && isDigit(peek)) { position += 1 }
    guard position > start else { throw error("a key was expected; a GML file consists of keys with values") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func value(depth: Int) throws(InputError) -> Value {
    if peek == UInt8(ascii: "[") {
      position += 1
      return .list(try entries(depth: depth + 1))
    }
    return peek == UInt8(ascii: "\"") ? .text(try text()) : .number(try number())
  }

  private mutating func number() throws(InputError) -> Double {
    let start = position
    while isLetter(peek) || isDigit(peek) || "+-.".utf8.contains(peek) { position += 1 }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      position = start
      throw error("a number, a text in quotation marks or a list in brackets was expected")
    }
    return value
  }

  private mutating func text() throws(InputError) -> String {
    let opening = error("this text has no closing quotation mark")
    position += 1
    let start = position
    while position < bytes.count, peek != UInt8(ascii: "\"") {
      if peek == UInt8(ascii: "\n") { passLineBreak() } else { position += 1 }
    }
    guard position < bytes.count else { throw opening }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    position += 1
    return Self.withoutEntities(text)
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
  private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

  private static let entities = ["amp": "&", "quot": "\"", "lt": "<", "gt": ">", "apos": "'"]

  /// The text with XML entities and character numbers replaced by characters. Any other "&" stays.
  private static func withoutEntities(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    var parts = text.split(separator: "&", omittingEmptySubsequences: false)
    var result = String(parts.removeFirst())
    for part in parts {
      if let end = part.firstIndex(of: ";"), let character = character(named: part[..<end]) {
        result += character + part[part.index(after: end)...]
      } else {
        result += "&" + part
      }
    }
    return result
  }

  private static func character(named name: Substring) -> String? {
    guard name.hasPrefix("#") else { return entities[String(name)] }
    let isHexadecimal = name.dropFirst().hasPrefix("x")
    let digits = name.dropFirst(isHexadecimal ? 2 : 1)
    return UInt32(digits, radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init).map { String($0) }
  }
}
