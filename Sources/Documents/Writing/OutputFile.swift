import Foundations

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

  /// Writes a text to a file, which appears, or replaces the one there, only once it is complete and on disk.
  ///
  /// The text goes to a temporary file in the same folder first. Pipes, devices and open descriptors
  /// ("/dev/stdout") are written directly. A symbolic link stays and leads to the new file, which keeps the
  /// permissions of the old one.
  public static func write(_ text: String, to path: String) throws(Failure) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Failure(path: path, message: "this is no file name")
    }
    if let descriptor = standardDescriptor(path) {
      return try finish(dup(descriptor), text, path) { true }
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw failure(path) }
      return try replace(try destination(of: path), nil, text)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw Failure(path: path, message: "this is a folder")
    case S_IFREG:
      // Renaming would get around a file's write protection.
      guard access(path, W_OK) == 0 else { throw failure(path) }
      try replace(InputFile.realPath(path) ?? path, status, text)
    default: try writeDirectly(text, to: path)
    }
  }
}

extension OutputFile {
  /// Whether a file could be written by now: before hours are spent on what is to stand in it.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - inputs: files that it must not replace.
  public static func check(_ path: String, notReplacing inputs: [String] = []) throws(Failure) {
    if path == "-" {
      throw Failure(path: path, message: "results go to standard output where no file is named; leave it out")
    }
    if standardDescriptor(path) != nil { return }
    var status = stat()
    if stat(path, &status) == 0 {
      for input in inputs where isSame(status, input) {
        throw Failure(path: path, message: "this would replace what is read; give it a name of its own")
      }
      if status.st_mode & S_IFMT == S_IFDIR { throw Failure(path: path, message: "this is a folder") }
      guard access(path, W_OK) == 0 else { throw failure(path) }
    } else {
      guard errno == ENOENT else { throw failure(path) }
      guard access(InputFile.folder(of: try destination(of: path)), W_OK | X_OK) == 0 else {
        throw failure(path)
      }
    }
  }

  private static func isSame(_ file: stat, _ path: String) -> Bool {
    var other = stat()
    guard stat(path, &other) == 0, other.st_mode & S_IFMT == S_IFREG else { return false }
    return file.st_dev == other.st_dev && file.st_ino == other.st_ino
  }

  /// The descriptor behind a path, which may lead to a file that others write to as well.
  private static func standardDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      let folder = ["/dev/fd/", "/proc/self/fd/"].first { path.hasPrefix($0) }
      return folder.flatMap { Int32(path.dropFirst($0.count)) }
    }
  }

  /// Where a file is to appear that does not exist yet: at the end of symbolic links that lead nowhere so far.
  private static func destination(of path: String) throws(Failure) -> String {
    var destination = path
    // As many as Linux follows.
    for _ in 0..<40 {
      guard let link = linkContents(destination) else { return destination }
      destination = link.hasPrefix("/") ? link : InputFile.folder(of: destination) + "/" + link
    }
    throw Failure(path: path, message: String(cString: strerror(ELOOP)))
  }

  private static func linkContents(_ path: String) -> String? {
    let contents = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return max(0, readlink(path, start, buffer.count))
      }
    }
    return contents.isEmpty ? nil : String(decoding: contents, as: UTF8.self)
  }

  /// - Parameter old: the file that is replaced.
  private static func replace(_ path: String, _ old: stat?, _ text: String) throws(Failure) {
    let temporary = "\(InputFile.folder(of: path))/.layerroute-\(UInt64.random(in: 0...UInt64.max)).tmp"
    do throws(Failure) {
      if try !writeUnnamed(text, toAppearAt: temporary, path, old) {
        try writeNamed(text, to: temporary, path, old)
      }
      guard rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes a file that has no name before it is complete, so that nothing is left where the program is killed.
  ///
  /// - Returns: `false` where the system cannot do that.
  private static func writeUnnamed(
    _ text: String, toAppearAt temporary: String, _ path: String, _ old: stat?
  ) throws(Failure) -> Bool {
    #if os(Linux)
      // O_TMPFILE, a macro that Swift does not import.
      let unnamed = 0o20_000_000 | O_DIRECTORY
      let descriptor = open(InputFile.folder(of: path), O_WRONLY | unnamed | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return false }
      var isNamed = false
      try finish(descriptor, text, path) {
        adopt(old, descriptor)
      } afterwards: {
        let own = "/proc/self/fd/\(descriptor)"
        isNamed = linkat(AT_FDCWD, own, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0
      }
      return isNamed
    #else
      return false
    #endif
  }

  private static func writeNamed(
    _ text: String, to temporary: String, _ path: String, _ old: stat?
  ) throws(Failure) {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    try finish(descriptor, text, path) { adopt(old, descriptor) }
  }

  /// Gives a file the permissions of the one that it replaces, and its owner as far as that is permitted.
  private static func adopt(_ old: stat?, _ descriptor: Int32) -> Bool {
    guard let old else { return true }
    _ = fchown(descriptor, old.st_uid, old.st_gid)
    return fchmod(descriptor, old.st_mode & 0o7777) == 0
  }

  private static func writeDirectly(_ text: String, to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    try finish(descriptor, text, path) { true }
  }

  /// Writes everything and closes the file; an error that the file system reports late is an error too.
  private static func finish(
    _ descriptor: Int32, _ text: String, _ path: String, prepare: () -> Bool,
    afterwards complete: () -> Void = {}
  ) throws(Failure) {
    let isWritten = prepare() && writeAll(descriptor, text) && isOnDisk(descriptor)
    let problem = errno
    if isWritten { complete() }
    let isClosed = close(descriptor) == 0
    guard isWritten else { throw Failure(path: path, message: String(cString: strerror(problem))) }
    guard isClosed else { throw failure(path) }
  }

  /// Pipes and devices have no disk.
  private static func isOnDisk(_ descriptor: Int32) -> Bool {
    fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP
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
