/// Makes text from files safe and unambiguous to show on a terminal.
public enum TerminalText {
  /// The text with control characters, and characters that change the direction of writing, as JSON escapes.
  public static func escaped(_ text: String) -> String {
    text.unicodeScalars.contains(where: isUnsafe) ? text.unicodeScalars.map(shown).joined() : text
  }

  /// The text escaped, and shortened if it is very long.
  public static func shortened(_ text: String) -> String {
    let (start, isLong) = start(of: text)
    return escaped(start) + (isLong ? "…" : "")
  }

  /// The text in quotation marks, escaped, and shortened if it is very long.
  public static func quoted(_ text: String) -> String {
    let (start, isLong) = start(of: text)
    let escaped = start.unicodeScalars.map { ($0 == "\"" || $0 == "\\" ? "\\" : "") + shown($0) }
    return "\"\(escaped.joined())\(isLong ? "…" : "")\""
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    isUnsafe(scalar) ? escape(scalar) : String(scalar)
  }

  /// The start of a text, up to the length that messages show.
  private static func start(of text: String) -> (text: String, isLong: Bool) {
    let start = text.unicodeScalars.prefix(200)
    return (String(start), start.endIndex < text.endIndex)
  }

  /// Whether a character may move the cursor, switch modes, or change the order of the others.
  package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if (0x20..<0x7F).contains(scalar.value) { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
    default: return false
    }
  }

  /// A character as JSON escapes it: one or two UTF-16 code units.
  package static func escape(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
