/// The reason why a frame cannot be read.
public enum FrameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The stream does not begin with a frame of this version.
  case notAFrame
  /// The frame is longer than the receiver accepts [byte].
  case tooLong(UInt64)
  /// The checksum of the payload differs from the one in the header.
  case checksum
  /// The payload does not fit the kind of the message.
  case malformed(String)
  /// The stream ended inside a frame.
  case truncated

  /// The error as a message.
  public var description: String {
    switch self {
    case .notAFrame: "the stream does not begin with a frame of this version"
    case .tooLong(let length): "a frame announces \(length) bytes, more than the receiver accepts"
    case .checksum: "a frame was damaged in transit: its checksum does not match"
    case .malformed(let detail): "a frame is malformed: \(detail)"
    case .truncated: "the stream ended inside a frame"
    }
  }
}

/// The header of a frame, with the kind, length and checksum of the payload.
///
/// Numbers have the byte order of the machine, since both ends of the pipe are on the same machine. The magic number
/// does not match if the byte orders differ.
struct FrameHeader: Equatable {
  /// The length of the header [byte].
  static let length = 24

  let kind: UInt16
  let payloadLength: UInt64
  let checksum: UInt64

  private static let magic: UInt32 = 0x4b57_524c
  private static let version: UInt16 = 4

  init(kind: UInt16, payload: [UInt8]) {
    self.kind = kind
    self.payloadLength = UInt64(payload.count)
    self.checksum = payload.withUnsafeBytes(FrameHeader.checksum(of:))
  }

  init(_ bytes: ArraySlice<UInt8>) throws(FrameError) {
    var reader = ByteReader(bytes)
    guard try reader.number(UInt32.self) == FrameHeader.magic,
      try reader.number(UInt16.self) == FrameHeader.version
    else { throw .notAFrame }
    kind = try reader.number(UInt16.self)
    payloadLength = try reader.number(UInt64.self)
    checksum = try reader.number(UInt64.self)
  }

  func write(to writer: inout ByteWriter) {
    writer.append(FrameHeader.magic)
    writer.append(FrameHeader.version)
    writer.append(kind)
    writer.append(payloadLength)
    writer.append(checksum)
  }

  /// The checksum FNV-1a over words of eight bytes, the last one filled with zeros. It detects stray output of a
  /// library in the stream, and takes at most one instruction a byte.
  static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let words = bytes.count / 8
    for word in 0..<words {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)) &* 0x100_0000_01b3
    }
    var tail: UInt64 = 0
    for byte in bytes[(words * 8)...] { tail = tail << 8 | UInt64(byte) }
    return (hash ^ tail) &* 0x100_0000_01b3
  }
}

/// Collects bytes until they form a message.
///
/// Memory grows with the number of bytes that arrive, not with the length that a header announces.
public struct MessageReceiver {
  private var bytes: [UInt8] = []
  private let longest: UInt64

  /// Makes a receiver that accepts payloads up to a length [byte].
  public init(longestPayload: Int) { longest = UInt64(max(0, longestPayload)) }

  /// Adds the next bytes of the stream, in amortised linear time.
  public mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

  /// Removes and returns the next message; `nil` if not all of it has arrived.
  ///
  /// - Throws: ``FrameError`` as soon as it is clear that the bytes are not a message.
  /// - Complexity: linear in the number of bytes, if a message is complete; otherwise constant.
  public mutating func message() throws(FrameError) -> Message? {
    guard bytes.count >= FrameHeader.length else { return nil }
    let header = try FrameHeader(bytes.prefix(FrameHeader.length))
    guard header.payloadLength <= longest else { throw .tooLong(header.payloadLength) }
    let end = FrameHeader.length + Int(header.payloadLength)
    guard bytes.count >= end else { return nil }
    let payload = bytes[FrameHeader.length..<end]
    guard payload.withUnsafeBytes(FrameHeader.checksum(of:)) == header.checksum else { throw .checksum }
    let message = try Message(kind: header.kind, payload: payload)
    bytes.removeFirst(end)
    return message
  }

  /// Whether no bytes are left.
  public var isEmpty: Bool { bytes.isEmpty }
}
