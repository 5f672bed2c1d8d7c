import Foundations

/// Reads YAML into the same document as JSON.
///
/// Plain scalars resolve by the core schema of YAML 1.2; all others are strings. A key that is a whole number, such as the
/// size of a batch, is the string of its digits. Tags are refused, and so are all other keys that are no strings.
struct YAMLParser {
  /// The largest YAML text that is read [byte].
  static let sizeLimit = 1 << 24

  /// Parses a whole file, whose name is for messages.
  ///
  /// - Complexity: O(n) for n bytes, expected; aliases may repeat values up to n + 10,000 values in all.
  static func parse(_ bytes: [UInt8], file: String) throws(InputError) -> Document {
    guard bytes.count <= sizeLimit else {
      throw InputError(file: file, message: "YAML is read up to 16 MiB; write larger files as JSON")
    }
    let source = Document(file: file, bytes: bytes)
    try source.checkEncoding()
    try source.checkUTF8()
    if let offset = tagDirective(in: bytes) {
      throw source.error(byte: offset, "tags are not read; leave out this directive or use JSON")
    }
    return try bytes.withUnsafeBufferPointer { text throws(InputError) in
      var parser = YAMLParser(
        events: YAMLEvents(text, of: source), tokenLimit: 10_000 + text.count,
        document: Document(file: file, bytes: []))
      try parser.parseDocument()
      return parser.document
    }
  }

  private let events: YAMLEvents
  private let tokenLimit: Int
  private var document: Document
  /// The tokens of the values that aliases may repeat.
  private var anchors: [String: Range<Int>] = [:]

  private mutating func parseDocument() throws(InputError) {
    guard try events.next().kind == .document else {
      throw InputError(file: document.file, message: "the file is empty")
    }
    try append(events.next(), depth: 0)
    let rest = try events.next()
    guard rest.kind == .endOfText else {
      throw error(rest, in: Document.root, "a file holds one YAML document, but another document begins here")
    }
  }

  /// Appends the value that begins with an event, inside `depth` objects and lists.
  private mutating func append(_ event: YAMLEvents.Event, depth: Int) throws(InputError) {
    let token = document.tokens.count
    switch event.kind {
    case .scalar(let text, let isPlain): try append(text, isPlain: isPlain, event)
    case .alias(let name): try append(valueOf: name, event, depth: depth)
    default: try appendContainer(event, isObject: event.kind != .list, depth: depth)
    }
    if let anchor = event.anchor { anchors[anchor] = token..<document.tokens.count }
  }

  private mutating func append(_ text: String, isPlain: Bool, _ event: YAMLEvents.Event) throws(InputError) {
    switch isPlain ? YAMLCoreSchema.resolve(text) : .string {
    case .null: try append(.null, "null", event)
    case .boolean(let value): try append(.boolean, value ? "true" : "false", event)
    case .number(let number): try append(.number, number, event)
    case .string: try append(.string, "\"" + text, event)
    }
  }

  private mutating func appendContainer(
    _ event: YAMLEvents.Event, isObject: Bool, depth: Int
  ) throws(InputError) {
    let container = document.tokens.count
    try append(isObject ? .object : .array, "", event)
    try checkDepth(depth, event)
    var keys: [Int] = []
    var next = try events.next()
    while next.kind != .end {
      if isObject {
        keys.append(document.tokens.count)
        try append(key: next, of: container)
        next = try events.next()
      }
      try append(next, depth: depth + 1)
      next = try events.next()
    }
    document.tokens[container].end = UInt32(document.tokens.count)
    try document.checkAreUnique(keys[...])
  }

  private mutating func append(key event: YAMLEvents.Event, of object: Int) throws(InputError) {
    switch event.kind {
    case .scalar(let text, let isPlain):
      // The one spelling of a whole number: the string of its digits is all that it can mean.
      let isWholeNumber = UInt(text).map { String($0) } == text
      guard !isPlain || isWholeNumber || YAMLCoreSchema.resolve(text) == .string else {
        let shown = text.isEmpty ? "it" : TerminalText.shortened(text)
        throw error(event, in: object, "a key must be a string; put \(shown) in quotation marks")
      }
      try append(.string, "\"" + text, event)
    case .alias(let name):
      let shown = TerminalText.quoted("*" + name)
      throw error(event, in: object, "a key must not be an alias; the string \(shown) needs quotation marks")
    default:
      throw error(event, in: object, "a key must be a string, not a list or an object; use JSON")
    }
  }

  /// Appends a copy of the value that an alias repeats.
  private mutating func append(
    valueOf alias: String, _ event: YAMLEvents.Event, depth: Int
  ) throws(InputError) {
    guard let anchored = anchors[alias] else {
      try append(.null, "null", event)
      let shown = TerminalText.quoted("*" + alias)
      throw document.error(document.tokens.count - 1, "the alias \(shown) has no anchor before it")
    }
    let shift = UInt32(document.tokens.count - anchored.lowerBound)
    // The ends of the lists and objects around the copied value, inside the anchored one.
    var ends: [UInt32] = []
    for index in anchored {
      var token = document.tokens[index]
      while let end = ends.last, end <= index { ends.removeLast() }
      if token.kind == .object || token.kind == .array {
        try checkDepth(depth + ends.count, event)
        ends.append(token.end)
        token.end += shift
      }
      try append(token, document.places[index], event)
    }
  }

  private mutating func append(
    _ kind: Document.Kind, _ text: String, _ event: YAMLEvents.Event
  ) throws(InputError) {
    let start = UInt32(document.bytes.count)
    document.bytes.append(contentsOf: text.utf8)
    let isOpen = kind == .object || kind == .array
    let end = isOpen ? .max : UInt32(document.bytes.count)
    try append(Document.Token(kind: kind, start: start, end: end), event.place, event)
    if let tag = event.tag {
      let shown = TerminalText.quoted(tag)
      throw document.error(document.tokens.count - 1, "tags are not read; leave out \(shown) or use JSON")
    }
  }

  private mutating func append(
    _ token: Document.Token, _ place: Document.Place, _ event: YAMLEvents.Event
  ) throws(InputError) {
    guard document.tokens.count < tokenLimit else {
      throw error(event, "the aliases expand to too many values for a file of this size")
    }
    document.tokens.append(token)
    document.places.append(place)
  }

  private func checkDepth(_ depth: Int, _ event: YAMLEvents.Event) throws(InputError) {
    guard depth < JSONParser.depthLimit else {
      throw error(event, "nested deeper than \(JSONParser.depthLimit) levels")
    }
  }

  /// An error at the place of an event about the value at a token, by default the last one.
  private func error(_ event: YAMLEvents.Event, in token: Int? = nil, _ message: String) -> InputError {
    let path = document.path(to: token ?? document.tokens.count - 1)
    return document.error(at: event.place, path: path, message)
  }

  /// The first line that begins with %TAG: libyaml compares each such directive with all before it.
  private static func tagDirective(in bytes: [UInt8]) -> Int? {
    let start = ByteOrderMark.length(in: bytes)
    // The last bytes of the line breaks "\n", "\r", U+0085, U+2028 and U+2029.
    let lastBytes: [UInt8] = [0x0A, 0x0D, 0x85, 0xA8, 0xA9]
    return bytes.indices.first { index in
      bytes[index] == UInt8(ascii: "%") && bytes[index...].starts(with: "%TAG".utf8)
        && (index == start || index > start && lastBytes.contains(bytes[index - 1]))
    }
  }
}
