/// Why a frame cannot be read.
public enum FrameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The stream does not begin like a frame of this version.
  case notAFrame
  /// A frame longer than the receiver takes [byte].
  case tooLong(UInt64)
  /// The payload's checksum is not the one that the header promises.
  case checksum
  /// The payload's parts do not fit its kind.
  case malformed(String)
  /// The stream ended inside a frame.
  case truncated

  public var description: String {
    switch self {
    case .notAFrame: "the stream does not begin with a frame of this version"
    case .tooLong(let length): "a frame announces \(length) bytes, more than can be meant"
    case .checksum: "a frame was damaged on the way: its checksum does not match"
    case .malformed(let detail): "a frame cannot be understood: \(detail)"
    case .truncated: "the stream ended inside a frame"
    }
  }
}

/// The head of a frame: what follows, how long it is, and its checksum.
///
/// Numbers have the byte order of the machine: both ends of the pipe are on it, and the magic number does not
/// match where they are not.
struct FrameHeader: Equatable {
  /// In bytes.
  static let length = 24

  let kind: UInt16
  let payloadLength: UInt64
  let checksum: UInt64

  private static let magic: UInt32 = 0x4b57_524c
  private static let version: UInt16 = 3

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

  /// FNV-1a over words of eight bytes, the last one filled with zeros: catches a library's stray output in the
  /// stream, at a byte an instruction or better.
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

/// Collects bytes until they make a message. Memory grows with the bytes that arrived, never with a length that
/// a header merely announces.
public struct MessageReceiver {
  private var bytes: [UInt8] = []
  private let longest: UInt64

  /// - Parameter longestPayload: in bytes.
  public init(longestPayload: Int) { longest = UInt64(max(0, longestPayload)) }

  /// Adds bytes as they come from the stream.
  public mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

  /// The next message, once all of it is there; it is taken out.
  ///
  /// - Throws: ``FrameError`` as soon as it is clear that there will be none.
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

  public var isEmpty: Bool { bytes.isEmpty }
}
