/// Checks UTF-8 by the table of well-formed sequences (Unicode 15, table 3-7).
package enum UTF8Sequence {
  /// The length of the sequence that begins at `start`, or `nil` if it is ill-formed.
  static func length(in bytes: [UInt8], at start: Int) -> Int? {
    let lead = bytes[start]
    if lead < 0x80 { return 1 }
    let (length, second) = shape(lead)
    guard length > 0, start + length <= bytes.count, second.contains(bytes[start + 1]) else { return nil }
    for offset in 2..<max(2, length) where bytes[start + offset] & 0xC0 != 0x80 { return nil }
    return length
  }

  /// The offset of the first ill-formed sequence, or `nil`.
  package static func firstError(in bytes: [UInt8]) -> Int? {
    var position = 0
    while position < bytes.count {
      guard let length = length(in: bytes, at: position) else { return position }
      position += length
    }
    return nil
  }

  /// The length of a sequence with this lead byte, 0 if none has it, and the range of its second byte.
  private static func shape(_ lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>) {
    switch lead {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: (0, 0x80...0xBF)
    }
  }
}
