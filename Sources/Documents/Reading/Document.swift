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

  package enum Kind: UInt8, Sendable {
    case object, array, string, escapedString, number, boolean, null
  }

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
}

// MARK: - Values

extension Document {
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
  package func children(of token: Int) -> Children {
    Children(document: self, upcoming: token + 1, end: indexAfter(token))
  }

  package struct Children: Sequence, IteratorProtocol {
    let document: Document
    var upcoming: Int
    let end: Int

    package mutating func next() -> Int? {
      guard upcoming < end else { return nil }
      defer { upcoming = document.indexAfter(upcoming) }
      return upcoming
    }
  }
}

// MARK: - Errors

extension Document {
  /// An error about the value or key at a token.
  package func error(_ token: Int, _ message: String) -> InputError {
    let place = places.isEmpty ? place(ofByte: Int(tokens[token].start)) : places[token]
    return InputError(
      file: file, line: place.line, column: place.column, path: path(to: token), message: message)
  }

  /// An error at a byte of the file.
  package func error(byte: Int, _ message: String) -> InputError {
    let place = place(ofByte: byte)
    return InputError(file: file, line: place.line, column: place.column, message: message)
  }

  /// The line and column of a byte; columns count code points.
  package func place(ofByte offset: Int) -> Place {
    var place = Place(line: 1, column: 1)
    var position = ByteOrderMark.length(in: bytes)
    while position < min(offset, bytes.count) {
      let byte = bytes[position]
      let isCarriageReturn = byte == UInt8(ascii: "\r")
      let next = position + 1 < bytes.count ? bytes[position + 1] : 0
      if byte == UInt8(ascii: "\n") || (isCarriageReturn && next != UInt8(ascii: "\n")) {
        place = Place(line: place.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80, !isCarriageReturn {
        place.column += 1
      }
      position += 1
    }
    return place
  }

  /// The keys and indices from the root to a value or key, as `network.links[3].bandwidth`.
  func path(to target: Int) -> String {
    var path = ""
    var container = Self.root
    while container < target {
      guard let step = step(from: container, to: target) else { return path }
      path += step.text(after: path)
      container = step.token
    }
    return path
  }

  private enum Step {
    case member(key: String, token: Int)
    case element(index: Int, token: Int)

    var token: Int {
      switch self {
      case .member(_, let token), .element(_, let token): token
      }
    }

    func text(after path: String) -> String {
      switch self {
      case .element(let index, _): return "[\(index)]"
      case .member(let key, _):
        guard isIdentifier(key) else { return "[\(TerminalText.quoted(key))]" }
        return path.isEmpty ? key : "." + key
      }
    }

    private func isIdentifier(_ key: String) -> Bool {
      guard let first = key.utf8.first, !(0x30...0x39).contains(first), key.utf8.count <= 64 else {
        return false
      }
      return key.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
      }
    }
  }

  /// The child of `container` that is, or holds, the token `target`.
  private func step(from container: Int, to target: Int) -> Step? {
    var key: Int?
    for (index, child) in children(of: container).enumerated() {
      let isKey = tokens[container].kind == .object && index.isMultiple(of: 2)
      if isKey {
        key = child
        if child == target { return .member(key: text(child), token: child) }
      } else if target < indexAfter(child) {
        guard let key else { return .element(index: index, token: child) }
        return .member(key: text(key), token: child)
      }
    }
    return nil
  }
}
