import Foundation

/// Encodes values as lines of JSON.
enum JSONLine {
  /// One line with its line break. Keys are sorted, so that equal values have equal texts.
  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
