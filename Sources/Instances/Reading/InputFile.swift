#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Reads whole regular files.
enum InputFile {
  /// The largest file that is read [byte].
  static let sizeLimit = 1 << 30

  /// Why a file cannot be read, without its name.
  struct Failure: Error {
    var message: String
  }

  /// The bytes of a regular file of at most `sizeLimit`.
  ///
  /// Pipes and devices are refused without waiting for them.
  static func bytes(of path: String) throws(Failure) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw Failure(message: "this is no file name") }
    // Opening some devices has effects, so look first.
    var status = stat()
    guard stat(path, &status) == 0 else { throw systemFailure() }
    try checkIsRegular(status)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure() }
    defer { close(descriptor) }
    guard fstat(descriptor, &status) == 0 else { throw systemFailure() }
    try checkIsRegular(status)
    guard status.st_size <= sizeLimit else { throw tooLarge }
    return try read(descriptor, expecting: Int(status.st_size))
  }

  /// The path without symbolic links, or `nil` where there is no such file.
  static func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder of a path, "." where it names none.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func checkIsRegular(_ status: stat) throws(Failure) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw Failure(message: "this is a folder, not a file")
    default: throw Failure(message: "this is a pipe or a device, not a regular file")
    }
  }

  private static var tooLarge: Failure { Failure(message: "the file is larger than 1 GiB") }

  private static func systemFailure() -> Failure {
    errno == ENOENT
      ? Failure(message: "there is no such file") : Failure(message: String(cString: strerror(errno)))
  }

  /// Reads to the end; files may be longer than they say (those of the kernel say 0).
  private static func read(_ descriptor: Int32, expecting size: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = max(size + 1, 1 << 12)
    while true {
      let filled = bytes.count
      guard filled <= sizeLimit else { throw tooLarge }
      bytes.append(contentsOf: repeatElement(0, count: chunk))
      let count = bytes.withUnsafeMutableBytes { buffer in
        retryInterrupted { systemRead(descriptor, buffer, from: filled) }
      }
      guard count >= 0 else { throw systemFailure() }
      bytes.removeLast(chunk - count)
      if count == 0 { return bytes }
      chunk = max(1 << 12, size + 1 - bytes.count)
    }
  }

  private static func systemRead(
    _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, from offset: Int
  ) -> Int {
    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])
    #if canImport(Darwin)
      return Darwin.read(descriptor, rest.baseAddress, rest.count)
    #else
      return Glibc.read(descriptor, rest.baseAddress, rest.count)
    #endif
  }
}

/// Repeats a system call while signals interrupt it.
func retryInterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
