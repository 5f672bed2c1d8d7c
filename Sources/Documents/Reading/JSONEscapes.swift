/// Decodes the escapes of JSON strings (RFC 8259, section 7).
enum JSONEscapes {
  /// The text of a string whose escapes have been checked.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    while position < bytes.endIndex {
      guard bytes[position] == UInt8(ascii: "\\") else {
        result.append(bytes[position])
        position += 1
        continue
      }
      let escape = bytes[position + 1]
      if escape == UInt8(ascii: "u") {
        let (scalar, length) = unicodeEscape(bytes, at: position)
        result += Array(String(scalar).utf8)
        position += length
      } else {
        result.append(simple(escape) ?? escape)
        position += 2
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The byte that a backslash and `escape` stand for; `nil` if they are no escape.
  static func simple(_ escape: UInt8) -> UInt8? {
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// The code unit of `\uXXXX` at `position`, or `nil`.
  static func codeUnit(_ bytes: ArraySlice<UInt8>, at position: Int) -> UInt16? {
    guard position + 6 <= bytes.endIndex, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for byte in bytes[position + 2..<position + 6] {
      guard let digit = hexadecimal(byte) else { return nil }
      unit = unit << 4 | digit
    }
    return unit
  }

  private static func unicodeEscape(
    _ bytes: ArraySlice<UInt8>, at position: Int
  ) -> (scalar: Unicode.Scalar, length: Int) {
    let high = codeUnit(bytes, at: position) ?? 0
    if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
    let low = codeUnit(bytes, at: position + 6) ?? 0
    let value = 0x10000 + (UInt32(high & 0x3FF) << 10) + UInt32(low & 0x3FF)
    return (Unicode.Scalar(value) ?? "\u{FFFD}", 12)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt16? {
    switch byte {
    case 0x30...0x39: UInt16(byte - 0x30)
    case 0x41...0x46: UInt16(byte - 0x41 + 10)
    case 0x61...0x66: UInt16(byte - 0x61 + 10)
    default: nil
    }
  }
}
