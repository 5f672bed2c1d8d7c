import Foundations
import Yams

/// Reads YAML into the same document as JSON, by way of Yams.
///
/// Plain scalars resolve by the core schema of YAML 1.2; all others are strings. Aliases are expanded here,
/// after Yams, so that their number can be bounded.
struct YAMLParser {
  /// The largest YAML text that is read [byte]: Yams takes up to 150 bytes of memory for each of its bytes.
  static let sizeLimit = 1 << 24

  /// Parses a whole file.
  ///
  /// - Parameter file: the file's name, for messages.
  /// - Complexity: O(n) for n bytes, expected; aliases may repeat values up to n + 10,000 values in all.
  static func parse(_ bytes: [UInt8], file: String) throws(InputError) -> Document {
    guard bytes.count <= sizeLimit else {
      throw InputError(file: file, message: "YAML is read up to 16 MiB; write larger files as JSON")
    }
    let source = Document(file: file, bytes: bytes)
    let standIns = try YAMLStandIns(source)
    let (parser, root) = try compose(standIns, file: file)
    // An anchor lives only as long as the parser that found it.
    defer { withExtendedLifetime(parser) {} }
    var builder = YAMLParser(file: file, standIns: standIns, tokenLimit: 10_000 + bytes.count)
    guard let root else { throw InputError(file: file, message: "the file is empty") }
    _ = try builder.append(root, depth: 0)
    return builder.document
  }

  private var document: Document
  private let standIns: YAMLStandIns
  private let tokenLimit: Int
  private var anchors: [String: Anchored] = [:]

  /// A value that aliases may repeat.
  private struct Anchored {
    let tokens: Range<Int>
    let height: Int
  }

  private init(file: String, standIns: YAMLStandIns, tokenLimit: Int) {
    document = Document(file: file, bytes: [])
    self.standIns = standIns
    self.tokenLimit = tokenLimit
  }
}

// MARK: - Yams

extension YAMLParser {
  private static func compose(
    _ standIns: YAMLStandIns, file: String
  ) throws(InputError) -> (Yams.Parser, Yams.Node?) {
    do {
      let parser = try Yams.Parser(yaml: standIns.text, resolver: .basic, encoding: .utf8)
      return (parser, try parser.singleRoot())
    } catch let error as YamlError {
      throw inputError(error, standIns, file)
    } catch {
      throw InputError(file: file, message: "invalid YAML: \(error)")
    }
  }

  private static func inputError(
    _ error: YamlError, _ standIns: YAMLStandIns, _ file: String
  ) -> InputError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let hint = standIns.replacesQuestionMarks ? "a key after \"?\" must be a string on its line" : nil
      let parts = [context?.text, problem, hint].compactMap { $0 }.filter { !$0.isEmpty }
      return InputError(
        file: file, line: mark.line, column: mark.column,
        message: "invalid YAML: " + parts.joined(separator: ", "))
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = standIns.original(duplicates.min() ?? "")
      return InputError(
        file: file, line: context.mark.line, column: context.mark.column,
        message: "duplicate key \(TerminalText.quoted(key))")
    default:
      return InputError(file: file, message: "invalid YAML")
    }
  }
}

// MARK: - Values

extension YAMLParser {
  /// Appends a value and all that it holds.
  ///
  /// - Returns: how many levels of objects and lists it has.
  private mutating func append(_ node: Yams.Node, depth: Int) throws(InputError) -> Int {
    let first = document.tokens.count
    let height =
      switch node {
      case .scalar(let scalar): try append(scalar, depth: depth)
      case .sequence(let sequence): try append(sequence, depth: depth)
      case .mapping(let mapping): try append(mapping, depth: depth)
      case .alias(let alias): throw error(alias.mark, "this alias is not understood")
      }
    if let anchor = node.anchor {
      anchors[anchor.rawValue] = Anchored(tokens: first..<document.tokens.count, height: height)
    }
    return height
  }

  private mutating func append(_ sequence: Yams.Node.Sequence, depth: Int) throws(InputError) -> Int {
    try checkTag(sequence.tag, "tag:yaml.org,2002:seq", sequence.mark)
    let token = try begin(.array, sequence.mark, depth)
    var height = 0
    for element in sequence { height = max(height, try append(element, depth: depth + 1)) }
    document.tokens[token].end = UInt32(document.tokens.count)
    return height + 1
  }

  private mutating func append(_ mapping: Yams.Node.Mapping, depth: Int) throws(InputError) -> Int {
    try checkTag(mapping.tag, "tag:yaml.org,2002:map", mapping.mark)
    let token = try begin(.object, mapping.mark, depth)
    var height = 0
    var keys: [Int] = []
    for (key, value) in mapping {
      keys.append(document.tokens.count)
      try append(key: key)
      height = max(height, try append(value, depth: depth + 1))
    }
    document.tokens[token].end = UInt32(document.tokens.count)
    // Keys may be spelt with and without escapes, which Yams cannot see through the stand-ins.
    if let duplicate = DuplicateKeys.first(in: document, keys: keys[...]) {
      throw document.error(duplicate, "duplicate key \(TerminalText.quoted(document.text(duplicate)))")
    }
    return height + 1
  }

  private mutating func append(key: Yams.Node) throws(InputError) {
    guard case .scalar(let scalar) = key else { throw error(key.mark, "a key must be a string") }
    let text = standIns.original(scalar.string)
    let isPlain = scalar.style == .plain
    guard !isPlain || !standIns.isAlias(scalar.string) else {
      throw error(scalar.mark, "a key must not be an alias; \"*\" needs quotation marks in YAML")
    }
    guard !isPlain || !standIns.isComplexKey(scalar.string) else { throw complexKey(scalar) }
    guard !isPlain || YAMLCoreSchema.resolve(text) == .string else {
      let shown = text.isEmpty ? "it" : TerminalText.shortened(text)
      throw error(scalar.mark, "a key must be a string; put \(shown) in quotation marks")
    }
    try checkTag(scalar.tag, "tag:yaml.org,2002:str", scalar.mark)
    try append(.string, "\"" + text, scalar.mark)
  }

  private func complexKey(_ scalar: Yams.Node.Scalar) -> InputError {
    error(scalar.mark, "a key after \"?\" must be a string on its line")
  }

  private mutating func append(_ scalar: Yams.Node.Scalar, depth: Int) throws(InputError) -> Int {
    try checkTag(scalar.tag, "tag:yaml.org,2002:str", scalar.mark)
    guard scalar.style == .plain, scalar.tag.rawValue.isEmpty else {
      try append(.string, "\"" + standIns.original(scalar.string), scalar.mark)
      return 0
    }
    if standIns.isAlias(scalar.string) { return try expand(scalar, depth: depth) }
    if standIns.isComplexKey(scalar.string) { throw complexKey(scalar) }
    let text = standIns.original(scalar.string)
    switch YAMLCoreSchema.resolve(text) {
    case .null: try append(.null, "null", scalar.mark)
    case .boolean(let value): try append(.boolean, value ? "true" : "false", scalar.mark)
    case .number(let number): try append(.number, number, scalar.mark)
    case .string: try append(.string, "\"" + text, scalar.mark)
    }
    return 0
  }

  private mutating func expand(_ scalar: Yams.Node.Scalar, depth: Int) throws(InputError) -> Int {
    let name = String(standIns.original(scalar.string).dropFirst())
    guard !name.isEmpty else {
      throw error(scalar.mark, "an alias needs a name; \"*\" as a string needs quotation marks in YAML")
    }
    guard let anchored = anchors[name], scalar.anchor == nil else {
      throw error(scalar.mark, "the alias \(TerminalText.quoted("*" + name)) has no anchor before it")
    }
    try checkDepth(depth + anchored.height - 1, scalar.mark)
    try checkCount(adding: anchored.tokens.count, scalar.mark)
    let shift = UInt32(document.tokens.count - anchored.tokens.lowerBound)
    for index in anchored.tokens {
      var token = document.tokens[index]
      if token.kind == .object || token.kind == .array { token.end += shift }
      document.tokens.append(token)
      document.places.append(document.places[index])
    }
    return anchored.height
  }
}

// MARK: - Tokens and checks

extension YAMLParser {
  private mutating func begin(
    _ kind: Document.Kind, _ mark: Mark?, _ depth: Int
  ) throws(InputError) -> Int {
    try checkDepth(depth, mark)
    try append(kind, "", mark)
    return document.tokens.count - 1
  }

  private mutating func append(_ kind: Document.Kind, _ text: String, _ mark: Mark?) throws(InputError) {
    try checkCount(adding: 1, mark)
    let start = document.bytes.count
    document.bytes.append(contentsOf: text.utf8)
    document.tokens.append(
      Document.Token(kind: kind, start: UInt32(start), end: UInt32(document.bytes.count)))
    document.places.append(Document.Place(line: mark?.line ?? 1, column: mark?.column ?? 1))
    if kind == .object || kind == .array { document.tokens[document.tokens.count - 1].end = .max }
  }

  private func checkDepth(_ depth: Int, _ mark: Mark?) throws(InputError) {
    guard depth < JSONParser.depthLimit else {
      throw error(mark, "nested deeper than \(JSONParser.depthLimit) levels")
    }
  }

  private func checkCount(adding count: Int, _ mark: Mark?) throws(InputError) {
    guard document.tokens.count + count <= tokenLimit else {
      throw error(mark, "the aliases expand to too many values for a file of this size")
    }
  }

  /// Accepts no tag, the one that the value has anyway, and "!", which says no more.
  private func checkTag(_ tag: Tag, _ standard: String, _ mark: Mark?) throws(InputError) {
    guard ["", "!", standard].contains(tag.rawValue) else {
      throw error(mark, "tags are not understood here; leave out \(TerminalText.quoted(tag.rawValue))")
    }
  }

  private func error(_ mark: Mark?, _ message: String) -> InputError {
    InputError(
      file: document.file, line: mark?.line ?? 0, column: mark?.column ?? 0,
      path: document.tokens.isEmpty ? "" : document.path(to: document.tokens.count - 1), message: message)
  }
}
