import Foundations

/// A parsed JSON or YAML file: its values in the order of the file, with their places.
///
/// The values are one flat array of tokens ("tape"). An object is followed by its keys and values, an array by
/// its elements; the index of its token identifies a value. Numbers and strings stay in the bytes and are decoded on
/// request.
public struct Document: Sendable {
  /// The file's name, for messages.
  package var file: String
  package var bytes: [UInt8]
  package var tokens: [Token] = []
  /// The files that `{"file": ...}` may name in this document; `nil` if it is not from a file.
  package var references: FileReferences?
  /// Receives how units with several meanings were taken, perhaps several times the same; `nil` if nobody asks.
  public var remark: (@Sendable (String) -> Void)?
  /// The keys of other problems; `nil` if the document is of none.
  public var foreignKeys: ForeignKeys?
  /// The place of each token if the bytes are not those of the file (YAML), otherwise empty.
  var places: [Place] = []

  package struct Token: Sendable {
    package var kind: Kind
    /// The offset of the first byte, which is the opening quotation mark for a string.
    var start: UInt32
    /// The offset after the last byte (before the closing quotation mark); for an object or array the index
    /// of the token after it, `UInt32.max` while it is open.
    var end: UInt32
  }

  package enum Kind: UInt8, Sendable { case object, array, string, escapedString, number, boolean, null }

  /// A line and a column, from 1.
  package struct Place: Sendable {
    package var line: Int
    package var column: Int
  }

  package init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  /// The token of the document's only value.
  package static let root = 0

  /// The name of a value's kind in messages.
  package func kindName(_ token: Int) -> String {
    switch tokens[token].kind {
    case .object: "an object"
    case .array: "a list"
    case .string, .escapedString: "a string"
    case .number: "a number"
    case .boolean: "a boolean"
    case .null: "null"
    }
  }

  package func isString(_ token: Int) -> Bool {
    tokens[token].kind == .string || tokens[token].kind == .escapedString
  }

  /// The bytes between the quotation marks of a string, with its escapes.
  func contents(_ token: Int) -> Range<Int> { Int(tokens[token].start) + 1..<Int(tokens[token].end) }

  /// The string at a token, its escapes decoded.
  package func text(_ token: Int) -> String {
    let range = contents(token)
    guard tokens[token].kind == .escapedString else { return String(decoding: bytes[range], as: UTF8.self) }
    return JSONEscapes.decoded(bytes[range])
  }

  package func boolean(_ token: Int) -> Bool { bytes[Int(tokens[token].start)] == UInt8(ascii: "t") }

  /// The number at a token; infinite or not a number if it has no finite value.
  package func number(_ token: Int) -> Double {
    let range = Int(tokens[token].start)..<Int(tokens[token].end)
    return DecimalNumber(bytes, in: range)?.value(bytes) ?? .nan
  }

  /// The index of the token after a value and its contents.
  func indexAfter(_ token: Int) -> Int {
    switch tokens[token].kind {
    case .object, .array: Int(min(tokens[token].end, UInt32(tokens.count)))
    default: token + 1
    }
  }

  /// The tokens of an array's elements, or those of an object's keys and values in turn.
  package func children(of token: Int) -> [Int] {
    let end = indexAfter(token)
    return sequence(first: token + 1, next: indexAfter).prefix { $0 < end }
  }

  /// An error about the value or key at a token.
  package func error(_ token: Int, _ message: String) -> InputError {
    let place = places.isEmpty ? place(ofByte: Int(tokens[token].start)) : places[token]
    return error(at: place, path: path(to: token), message)
  }

  /// An error at a byte of the file.
  package func error(byte: Int, _ message: String) -> InputError { error(at: place(ofByte: byte), message) }

  func error(at place: Place, path: String = "", _ message: String) -> InputError {
    InputError(file: file, line: place.line, column: place.column, path: path, message: message)
  }

  /// An error at the start of the file, if it is not encoded in UTF-8.
  package func checkEncoding() throws(InputError) {
    guard let encoding = ByteOrderMark.wideEncoding(of: bytes) else { return }
    throw error(byte: 0, "this file is encoded in \(encoding); convert it to UTF-8")
  }

  /// Checks that the bytes are UTF-8.
  package func checkUTF8() throws(InputError) {
    var position = 0
    while position < bytes.count { position += try sequenceLength(at: position) }
  }

  /// The length of the UTF-8 sequence that begins at a byte; an error if it is ill-formed.
  func sequenceLength(at start: Int) throws(InputError) -> Int {
    if bytes[start] < 0x80 { return 1 }
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes[start...].makeIterator()
    guard case .valid(let sequence) = parser.parseScalar(from: &rest) else {
      throw error(byte: start, "this is not valid UTF-8; convert the file to UTF-8")
    }
    return sequence.count
  }

  /// The line and column of a byte; columns count code points.
  package func place(ofByte offset: Int) -> Place {
    var place = Place(line: 1, column: 1)
    for position in bytes.indices.prefix(offset).dropFirst(ByteOrderMark.length(in: bytes)) {
      let byte = bytes[position]
      let isCarriageReturn = byte == UInt8(ascii: "\r")
      let next = position + 1 < bytes.count ? bytes[position + 1] : 0
      if byte == UInt8(ascii: "\n") || (isCarriageReturn && next != UInt8(ascii: "\n")) {
        place = Place(line: place.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80, !isCarriageReturn {
        place.column += 1
      }
    }
    return place
  }

  /// The keys and indices from the root to a value or key, as `network.links[3].bandwidth`.
  func path(to target: Int) -> String {
    var path = ""
    var container = Self.root
    while container < target, let (child, index, key) = step(from: container, to: target) {
      if let key {
        path += isIdentifier(key) ? (path.isEmpty ? key : "." + key) : "[\(TerminalText.quoted(key))]"
      } else {
        path += "[\(index)]"
      }
      container = child
    }
    return path
  }

  private func isIdentifier(_ key: String) -> Bool {
    guard let first = key.utf8.first, !(0x30...0x39).contains(first), key.utf8.count <= 64 else {
      return false
    }
    return key.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
  }

  /// The child of `container` that is, or holds, the token `target`, its position, and its key in an object.
  private func step(from container: Int, to target: Int) -> (child: Int, index: Int, key: String?)? {
    var key: Int?
    for (index, child) in children(of: container).enumerated() {
      if tokens[container].kind == .object, index.isMultiple(of: 2) { key = child }
      if target < indexAfter(child) { return (child, index, key.map(text)) }
    }
    return nil
  }
}
