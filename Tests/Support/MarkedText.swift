/// A text with one place marked by "§", without the mark.
public struct MarkedText: Sendable {
  public let text: String
  /// From 1.
  public let line: Int
  /// In code points, from 1.
  public let column: Int

  public init(_ marked: String) {
    let scalars = marked.unicodeScalars
    let before = scalars.prefix { $0 != "§" }
    text = String(String.UnicodeScalarView(scalars.filter { $0 != "§" }))
    line = before.count { $0 == "\n" } + 1
    column = before.reversed().prefix { $0 != "\n" }.count + 1
  }
}

extension String {
  /// The text with something else in place of a range.
  public func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
