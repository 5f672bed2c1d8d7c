/// An identifier, compared code point by code point.
///
/// Swift's `String` treats canonically equivalent spellings (U+00E9 and U+0065 U+0301) as equal. Two ids that
/// differ in a file must stay different, so this type compares and hashes the UTF-8 bytes instead.
public struct Name: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let text: String

  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }

  public var description: String { text }

  public static func == (left: Name, right: Name) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
