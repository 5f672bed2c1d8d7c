import Foundation

/// Values as lines of JSON.
enum JSONLine {
  /// One line with its end; keys sorted, so that the same value is always the same text.
  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
