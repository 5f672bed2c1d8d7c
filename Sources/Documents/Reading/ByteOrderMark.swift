/// Recognises the encoding of a text from its first bytes.
package enum ByteOrderMark {
  package static let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The bytes to skip at the start of a UTF-8 text: 3 or 0.
  package static func length(in bytes: [UInt8]) -> Int { bytes.starts(with: utf8) ? utf8.count : 0 }

  /// "UTF-16" or "UTF-32" if the text is encoded in one of these, with or without a mark.
  ///
  /// JSON and YAML begin with an ASCII character, whose code unit has a zero byte in these encodings (RFC
  /// 4627, section 3).
  package static func wideEncoding(of bytes: [UInt8]) -> String? {
    let start = Array(bytes.prefix(4))
    if start.count == 4, start.starts(with: [0, 0]) || start[1...] == [0, 0, 0] { return "UTF-32" }
    if start == [0xFF, 0xFE, 0, 0] { return "UTF-32" }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard start.count >= 2, (start[0] == 0) != (start[1] == 0) else { return nil }
    return "UTF-16"
  }
}
