// The C library that Yams wraps, a target of the same package.
private import CYaml

/// The events of a YAML text, one after another, as libyaml reports them.
///
/// This does not use the tree that Yams builds of them, because a hostile file can exploit it: Yams hashes a key that
/// is a list or an object once for each level around it and with all its aliases expanded, it releases a chain of
/// aliases by recursion, and it compares keys by canonical equivalence.
final class YAMLEvents {
  struct Event {
    let kind: Kind
    var anchor: String?
    var tag: String?
    let place: Document.Place
  }

  /// What an event begins, or the end of a list or an object, or of the text.
  enum Kind: Equatable {
    case document, list, object
    case scalar(String, isPlain: Bool)
    case alias(String)
    case end, endOfText
  }

  private let source: Document
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)

  /// The events of a text, which must outlive them; `source` is its file, for messages.
  init(_ text: UnsafeBufferPointer<UInt8>, of source: Document) {
    self.source = source
    yaml_parser_initialize(parser)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  func next() throws(InputError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError }
    defer { yaml_event_delete(&event) }
    let data = event.data
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: return Self.event(.document, event)
    case YAML_SCALAR_EVENT:
      let text = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
      let isPlain = data.scalar.style == YAML_PLAIN_SCALAR_STYLE
      let kind = Kind.scalar(String(decoding: text, as: UTF8.self), isPlain: isPlain)
      return Self.event(kind, event, anchor: data.scalar.anchor, tag: data.scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      return Self.event(.list, event, anchor: data.sequence_start.anchor, tag: data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      return Self.event(.object, event, anchor: data.mapping_start.anchor, tag: data.mapping_start.tag)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Self.event(.end, event)
    case YAML_ALIAS_EVENT: return Self.event(.alias(String(cString: data.alias.anchor)), event)
    case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: return try next()
    default: return Self.event(.endOfText, event)
    }
  }

  private static func event(
    _ kind: Kind, _ event: yaml_event_t, anchor: UnsafePointer<UInt8>? = nil, tag: UnsafePointer<UInt8>? = nil
  ) -> Event {
    Event(
      kind: kind, anchor: anchor.map { String(cString: $0) }, tag: tag.map { String(cString: $0) },
      place: place(event.start_mark))
  }

  private static func place(_ mark: yaml_mark_t) -> Document.Place {
    Document.Place(line: mark.line + 1, column: mark.column + 1)
  }

  private var syntaxError: InputError {
    let state = parser.pointee
    // The only error of libyaml's reader in valid UTF-8.
    if state.error == YAML_READER_ERROR {
      return source.error(
        byte: state.problem_offset, "a control character in YAML must be escaped in a quoted string")
    }
    var parts = [state.context, state.problem].compactMap { $0.map { String(cString: $0) } }
    var mark = state.problem_mark
    if parts.first == "while scanning an alias" {
      mark = state.context_mark
      parts.append("\"*\" at the start of a string needs quotation marks")
    }
    let hint = isIndentedByTabs(line: mark.line) ? "; YAML is indented with spaces, not with tabs" : ""
    return source.error(at: Self.place(mark), "invalid YAML: " + parts.joined(separator: ", ") + hint)
  }

  /// Whether there is a tab in the blanks before the text of a line, counted from 0.
  private func isIndentedByTabs(line: Int) -> Bool {
    let lines = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return line < lines.count && lines[line].prefix { " \t".utf8.contains($0) }.contains(UInt8(ascii: "\t"))
  }
}
