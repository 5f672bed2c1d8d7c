import Foundations

/// The meaning of a plain scalar in the core schema of YAML 1.2 (section 10.3.2).
enum YAMLCoreSchema: Equatable {
  case null
  case boolean(Bool)
  /// A decimal number that `DecimalNumber` reads, or the spelling of a value that is not finite.
  case number(String)
  case string

  static func resolve(_ text: String) -> YAMLCoreSchema {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .boolean(true)
    case "false", "False", "FALSE": .boolean(false)
    default:
      decimal(text) ?? integer(text, prefix: "0x", radix: 16) ?? integer(text, prefix: "0o", radix: 8)
        ?? special(text) ?? .string
    }
  }

  private static func decimal(_ text: String) -> YAMLCoreSchema? {
    guard let first = text.utf8.first, first < 0x3A else { return nil }
    let bytes = Array(text.utf8)
    guard let number = DecimalNumber(bytes, in: bytes.indices), number.end == bytes.count else { return nil }
    return .number(text)
  }

  private static func integer(_ text: String, prefix: String, radix: Int) -> YAMLCoreSchema? {
    let digits = text.dropFirst(2)
    let values = digits.compactMap { $0.isASCII ? $0.hexDigitValue : nil }.filter { $0 < radix }
    guard text.hasPrefix(prefix), !digits.isEmpty, values.count == digits.count else { return nil }
    return .number("\(values.reduce(0.0) { $0 * Double(radix) + Double($1) })")
  }

  private static func special(_ text: String) -> YAMLCoreSchema? {
    let infinities = ["", "+", "-"].flatMap { [$0 + ".inf", $0 + ".Inf", $0 + ".INF"] }
    return (infinities + [".nan", ".NaN", ".NAN"]).contains(text) ? .number(text) : nil
  }
}
