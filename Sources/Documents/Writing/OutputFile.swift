import Foundation
import Foundations

/// Writes files completely or not at all.
public enum OutputFile {
  /// The reason why a file could not be written; the file that it was to replace is unchanged.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var message: String

    public var description: String { "\(TerminalText.escaped(path)): cannot write this file: \(message)" }
  }

  /// Writes a text to a file, which appears, or replaces an existing one, only when it is complete and on disk.
  ///
  /// The text goes to a temporary file in the same folder, which is then renamed and keeps the permissions of the file
  /// that it replaces. A symbolic link stays and leads to the new file. Pipes, devices and open descriptors
  /// ("/dev/stdout") are written directly.
  public static func write(_ text: String, to path: String) throws(Failure) {
    if let file = try regularFile(at: path) {
      try replace(file, by: text, path)
    } else {
      let descriptor = openDescriptor(path).map { dup($0) } ?? open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure(path) }
      defer { close(descriptor) }
      try write(text, to: descriptor, path)
    }
  }

  /// Checks that a file can be written, and would replace none of the `inputs`, before hours are spent on its contents.
  public static func check(_ path: String, notReplacing inputs: [String] = []) throws(Failure) {
    if path == "-" {
      throw Failure(path: path, message: "results go to standard output if no file is named; leave it out")
    }
    guard let old = try regularFile(at: path)?.old else { return }
    for input in inputs {
      var other = stat()
      if stat(input, &other) == 0, old.st_dev == other.st_dev, old.st_ino == other.st_ino {
        throw Failure(path: path, message: "this would replace a file that is read; choose another name")
      }
    }
  }

  /// The path of a regular file, and the status of the file that is there already.
  private typealias RegularFile = (path: String, old: stat?)

  /// The regular file that a path names or would create; `nil` for a pipe, a device or an open descriptor.
  private static func regularFile(at path: String) throws(Failure) -> RegularFile? {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Failure(path: path, message: "this is no file name")
    }
    guard openDescriptor(path) == nil else { return nil }
    var status = stat()
    let isThere = stat(path, &status) == 0
    guard isThere || errno == ENOENT else { throw failure(path) }
    if isThere {
      let kind = status.st_mode & S_IFMT
      guard kind != S_IFDIR else { throw Failure(path: path, message: "this is a folder") }
      // Renaming would bypass a file's write protection.
      guard access(path, W_OK) == 0 else { throw failure(path) }
      guard kind == S_IFREG else { return nil }
    }
    let destination = destination(of: path)
    let folder = InputFile.folder(of: destination)
    guard access(folder, W_OK | X_OK) == 0 else {
      guard errno == ENOENT else { throw failure(path) }
      throw Failure(path: path, message: "there is no folder \(TerminalText.quoted(folder))")
    }
    return (destination, isThere ? status : nil)
  }

  /// The descriptor that a path names; others may write to its file as well, so that it must not be replaced.
  private static func openDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      let folder = ["/dev/fd/", "/proc/self/fd/"].first { path.hasPrefix($0) }
      return folder.flatMap { Int32(path.dropFirst($0.count)) }
    }
  }

  /// The path at the end of symbolic links, which need not lead to a file yet.
  private static func destination(of path: String) -> String {
    guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return path }
    return destination(of: link.hasPrefix("/") ? link : InputFile.folder(of: path) + "/" + link)
  }

  private static func replace(_ file: RegularFile, by text: String, _ path: String) throws(Failure) {
    let folder = InputFile.folder(of: file.path)
    let temporary = "\(folder)/.layerroute-\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    do throws(Failure) {
      if let old = file.old {
        // The owner is kept as well, if permitted.
        _ = fchown(descriptor, old.st_uid, old.st_gid)
        guard fchmod(descriptor, old.st_mode & 0o7777) == 0 else { throw failure(path) }
      }
      try write(text, to: descriptor, path)
      guard fsync(descriptor) == 0, rename(temporary, file.path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func write(_ text: String, to descriptor: Int32, _ path: String) throws(Failure) {
    guard Descriptor.writeAll(Array(text.utf8), to: descriptor) else { throw failure(path) }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, message: String(cString: strerror(errno)))
  }
}
