import Charts

/// Converts texts of reports to HTML.
enum HTMLText {
  /// A text of any origin; strong if it begins and ends with two asterisks.
  static func emphasised(_ text: String) -> String {
    guard text.count > 4, text.hasPrefix("**"), text.hasSuffix("**") else { return XMLText.escaped(text) }
    return "<strong>\(XMLText.escaped(String(text.dropFirst(2).dropLast(2))))</strong>"
  }

  /// A text of the program itself, with terms between asterisks.
  static func withTerms(_ text: String) -> String {
    let parts = XMLText.escaped(text).split(separator: "*", omittingEmptySubsequences: false)
    return parts.enumerated().map { $0.isMultiple(of: 2) ? "\($1)" : "<em>\($1)</em>" }.joined()
  }

  /// A list.
  ///
  /// - Parameter items: the items, in HTML.
  static func list(_ items: [String]) -> String {
    "<ul>\n\(items.map { "<li>\($0)</li>\n" }.joined())</ul>"
  }
}
