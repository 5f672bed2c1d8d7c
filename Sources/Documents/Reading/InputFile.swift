#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Reads whole files.
public enum InputFile {
  /// The largest file that is read [byte].
  package static let sizeLimit = 1 << 30

  /// The bytes of a file that a user names: a regular one, a pipe, which is read to its end, or "-" for standard
  /// input.
  ///
  /// - Throws: where there is no such file, it is a device or folder, or is larger than 1 GiB.
  public static func read(file: String) throws(InputError) -> [UInt8] {
    do {
      return try bytes(ofFileOrPipe: file)
    } catch {
      throw InputError(file: file, message: "cannot read this file: \(error.message)")
    }
  }

  /// Why a file cannot be read, without its name.
  package struct Failure: Error {
    package var message: String
  }

  /// The bytes of a regular file of at most `sizeLimit`.
  ///
  /// Pipes and devices are refused without waiting for them.
  package static func bytes(of path: String) throws(Failure) -> [UInt8] {
    try checkIsName(path)
    return try bytes(of: path, kinds: [S_IFREG], flags: O_NONBLOCK)
  }

  /// The bytes of a file that a user names: a regular one, a pipe, which is read to its end, or "-" for standard
  /// input. Devices are refused.
  package static func bytes(ofFileOrPipe path: String) throws(Failure) -> [UInt8] {
    try checkIsName(path)
    return try bytes(of: path == standardInput ? "/dev/stdin" : path, kinds: [S_IFREG, S_IFIFO], flags: 0)
  }

  /// What stands for standard input in place of a file's name.
  private static let standardInput = "-"

  private static func checkIsName(_ path: String) throws(Failure) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw Failure(message: "this is no file name") }
  }

  private static func bytes(of path: String, kinds: [mode_t], flags: Int32) throws(Failure) -> [UInt8] {
    // Opening some devices has effects, so look first.
    var status = stat()
    guard stat(path, &status) == 0 else { throw systemFailure() }
    try check(status, isOneOf: kinds)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
    guard descriptor >= 0 else { throw systemFailure() }
    defer { close(descriptor) }
    guard fstat(descriptor, &status) == 0 else { throw systemFailure() }
    try check(status, isOneOf: kinds)
    guard status.st_size <= sizeLimit else { throw tooLarge }
    return try read(descriptor, expecting: Int(status.st_size))
  }

  /// The path without symbolic links, or `nil` where there is no such file.
  package static func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder that the references of an instance are relative to: the working folder where it comes from an open
  /// descriptor, otherwise the instance's own.
  package static func referenceFolder(of path: String) -> String {
    let isDescriptor = path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    return isDescriptor ? "." : folder(of: path)
  }

  /// The folder of a path, "." where it names none.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func check(_ status: stat, isOneOf kinds: [mode_t]) throws(Failure) {
    let kind = status.st_mode & S_IFMT
    guard !kinds.contains(kind) else { return }
    switch kind {
    case S_IFDIR: throw Failure(message: "this is a folder, not a file")
    case S_IFIFO: throw Failure(message: "this is a pipe, not a regular file")
    default: throw Failure(message: "this is a device or a socket, not a regular file")
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
    var chunk = max(size + 1, smallestRead)
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
      chunk = max(smallestRead, size + 1 - bytes.count)
    }
  }

  /// What a pipe may hold [byte].
  private static let smallestRead = 1 << 16

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
package func retryInterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
