#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Writes files whole or not at all.
public enum OutputFile {
  /// Why a file could not be written; what stood there before is untouched.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var message: String

    public var description: String { "\(TerminalText.escaped(path)): cannot write this file: \(message)" }
  }

  /// Writes a text to a file, which appears, or replaces the one there, only once it is complete.
  ///
  /// The text goes to a temporary file in the same folder first. A pipe or a device is written directly, and a
  /// symbolic link stays and leads to the new file.
  public static func write(_ text: String, to path: String) throws(Failure) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Failure(path: path, message: "this is no file name")
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    switch status.st_mode & S_IFMT {
    case S_IFDIR where exists: throw Failure(path: path, message: "this is a folder")
    case S_IFREG where exists:
      try replace(InputFile.realPath(path) ?? path, mode: status.st_mode & 0o7777, text)
    case _ where exists: try writeDirectly(text, to: path)
    default: try replace(path, mode: nil, text)
    }
  }
}

extension OutputFile {
  private static func replace(_ path: String, mode: mode_t?, _ text: String) throws(Failure) {
    let folder = InputFile.folder(of: path)
    let temporary = "\(folder)/.layerroute-\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    do throws(Failure) {
      try finish(descriptor, text, path) { mode.map { fchmod(descriptor, $0) == 0 } ?? true }
      guard rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func writeDirectly(_ text: String, to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    try finish(descriptor, text, path) { true }
  }

  /// Writes everything and closes the file; an error that the file system reports late is an error too.
  private static func finish(
    _ descriptor: Int32, _ text: String, _ path: String, prepare: () -> Bool
  ) throws(Failure) {
    let isWritten = prepare() && writeAll(descriptor, text)
    let problem = errno
    let isClosed = close(descriptor) == 0
    guard isWritten else { throw Failure(path: path, message: String(cString: strerror(problem))) }
    guard isClosed else { throw failure(path) }
  }

  private static func writeAll(_ descriptor: Int32, _ text: String) -> Bool {
    var text = text
    return text.withUTF8 { buffer in
      var rest = UnsafeRawBufferPointer(buffer)
      while !rest.isEmpty {
        let part = rest
        let count = retryInterrupted { systemWrite(descriptor, part) }
        guard count >= 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
      return true
    }
  }

  private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      return Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, message: String(cString: strerror(errno)))
  }
}
