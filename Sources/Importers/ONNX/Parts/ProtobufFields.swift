import Foundation

/// The fields of a message in the Protocol Buffers encoding, one after another, without decoding what is in them
/// (https://protobuf.dev/programming-guides/encoding). ``ProtobufScan`` has checked the bytes.
struct ProtobufFields: Sequence, IteratorProtocol {
  /// A field: its number, all of its bytes, and those behind its tag and length.
  struct Field {
    var number: Int
    var whole: Range<Int>
    var payload: Range<Int>
  }

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  /// The fields of the message in a range of bytes.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    (position, end) = (range.lowerBound, range.upperBound)
  }

  mutating func next() -> Field? {
    guard position < end else { return nil }
    let start = position
    let tag = varint()
    var payload = position..<position
    switch tag & 7 {
    case 0:
      _ = varint()
      payload = payload.lowerBound..<position
    case 1: payload = position..<Swift.min(end, position + 8)
    case 5: payload = position..<Swift.min(end, position + 4)
    default:
      let length = Int(clamping: varint())
      payload = position..<position + Swift.min(length, end - position)
    }
    position = payload.upperBound
    return Field(number: Int(clamping: tag >> 3), whole: start..<position, payload: payload)
  }

  private mutating func varint() -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) where position < end {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
    }
    return value
  }

  /// The bytes of a field that holds a message or a text.
  static func field(_ number: Int, _ payload: some Collection<UInt8>) -> [UInt8] {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(payload.count)) + payload
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes): (UInt64, [UInt8]) = (value, [])
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
