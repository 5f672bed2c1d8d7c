import Documents
import Foundation
import Foundations

/// Reads the beginning of a file piece by piece, so that a file may be larger than the memory.
final class ByteStream {
  let file: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  /// The position of the next byte in the buffer.
  private var next = 0
  /// The position of the buffer's first byte in the file.
  private var offset = 0

  private static let pieceLength = 1 << 18

  /// Opens a regular file or a pipe; "-" is standard input.
  init(file: String) throws(InputError) {
    self.file = file
    let path = file == "-" ? "/dev/stdin" : file
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { throw Self.failure(file) }
    guard [S_IFREG, S_IFIFO].contains(status.st_mode & S_IFMT) else {
      throw InputError(file: file, message: "cannot read this file: it is neither a regular file nor a pipe")
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(file) }
  }

  deinit { close(descriptor) }

  private static func failure(_ file: String) -> InputError {
    let reason = errno == ENOENT ? "there is no such file" : String(cString: strerror(errno))
    return InputError(file: file, message: "cannot read this file: \(reason)")
  }

  /// The position of the next byte in the file.
  var position: Int { offset + next }

  /// The next bytes of the file.
  func bytes(_ count: Int) throws(InputError) -> ArraySlice<UInt8> {
    while buffer.count - next < count {
      buffer.removeFirst(next)
      offset += next
      next = 0
      var piece = [UInt8](repeating: 0, count: max(Self.pieceLength, count))
      let length = read(descriptor, &piece, piece.count)
      guard length >= 0 || errno == EINTR else { throw Self.failure(file) }
      guard length != 0 else {
        throw InputError(file: file, message: "byte \(position): the file ends inside its header")
      }
      buffer += piece[..<max(0, length)]
    }
    defer { next += count }
    return buffer[next..<next + count]
  }

  /// Passes over bytes without keeping them.
  func skip(_ count: Int) throws(InputError) {
    var left = count
    while left > 0 {
      let step = min(left, Self.pieceLength)
      _ = try bytes(step)
      left -= step
    }
  }

  /// The next integer, the lowest byte first.
  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(InputError) -> Integer {
    try bytes(Integer.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
  }
}
