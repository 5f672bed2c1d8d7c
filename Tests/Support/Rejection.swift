import Testing

/// A fragment of a sample file, what stands there instead ("§" marks the place), the path and the message of the error.
public struct Rejection: Sendable, CustomTestStringConvertible {
  public let fragment: String
  public let replacement: String
  public let path: String
  public let words: [String]

  public init(_ fragment: String, _ replacement: String, _ path: String, _ words: String...) {
    self.fragment = fragment
    self.replacement = replacement
    self.path = path
    self.words = words
  }

  public var testDescription: String { replacement }
}
