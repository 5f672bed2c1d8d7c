/// Decodes the escapes of JSON strings (RFC 8259, section 7).
enum JSONEscapes {
  /// The text of a string whose escapes have been checked.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    while position < bytes.endIndex {
      if bytes[position] == UInt8(ascii: "\\"), let escape = escape(in: bytes, at: position) {
        result += Array(String(escape.scalar ?? "\u{FFFD}").utf8)
        position += escape.length
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The character that the escape at the backslash at `position` stands for, `nil` for half of a surrogate pair, and the
  /// length of the escape; `nil` if it is none.
  static func escape(
    in bytes: ArraySlice<UInt8>, at position: Int
  ) -> (scalar: Unicode.Scalar?, length: Int)? {
    guard position + 1 < bytes.endIndex else { return nil }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return (Unicode.Scalar(bytes[position + 1]), 2)
    case UInt8(ascii: "b"): return ("\u{8}", 2)
    case UInt8(ascii: "f"): return ("\u{C}", 2)
    case UInt8(ascii: "n"): return ("\n", 2)
    case UInt8(ascii: "r"): return ("\r", 2)
    case UInt8(ascii: "t"): return ("\t", 2)
    default: break
    }
    guard let high = codeUnit(bytes, at: position) else { return nil }
    if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
    guard UTF16.isLeadSurrogate(high), let low = codeUnit(bytes, at: position + 6),
      UTF16.isTrailSurrogate(low)
    else { return (nil, 6) }
    return (Unicode.Scalar(0x10000 + (UInt32(high & 0x3FF) << 10) + UInt32(low & 0x3FF)), 12)
  }

  /// The code unit of `\uXXXX` at `position`, or `nil`.
  private static func codeUnit(_ bytes: ArraySlice<UInt8>, at position: Int) -> UInt16? {
    guard position + 6 <= bytes.endIndex, bytes[position...].starts(with: "\\u".utf8) else { return nil }
    var unit: UInt16 = 0
    for byte in bytes[position + 2..<position + 6] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
