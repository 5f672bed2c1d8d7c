import Charts

/// Texts of reports in HTML.
enum HTMLText {
  /// A text of any origin, strong where it is all between pairs of asterisks.
  static func emphasised(_ text: String) -> String {
    guard text.count > 4, text.hasPrefix("**"), text.hasSuffix("**") else { return XMLText.escaped(text) }
    return "<strong>\(XMLText.escaped(String(text.dropFirst(2).dropLast(2))))</strong>"
  }

  /// A text of the program itself, in which terms stand between asterisks.
  static func withTerms(_ text: String) -> String {
    let parts = XMLText.escaped(text).split(separator: "*", omittingEmptySubsequences: false)
    return parts.enumerated().map { $0.isMultiple(of: 2) ? "\($1)" : "<em>\($1)</em>" }.joined()
  }

  /// - Parameter items: in HTML.
  static func list(_ items: [String]) -> String {
    "<ul>\n\(items.map { "<li>\($0)</li>\n" }.joined())</ul>"
  }
}
