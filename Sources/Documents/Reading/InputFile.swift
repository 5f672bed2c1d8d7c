import Foundation
import Foundations

/// Reads whole files.
public enum InputFile {
  /// The largest file that is read [byte].
  package static let sizeLimit = 1 << 30

  /// The bytes of a file that a user names: a regular file, a pipe, or "-" for standard input.
  ///
  /// - Throws: if there is no such file, if it is a device or a folder, if it is larger than 1 GiB, or if it is compressed.
  public static func read(file: String) throws(InputError) -> [UInt8] {
    do {
      return try bytes(of: file == "-" ? "/dev/stdin" : file, kinds: [S_IFREG, S_IFIFO])
    } catch {
      throw InputError(file: file, message: "cannot read this file: \(error.message)")
    }
  }

  /// The reason why a file cannot be read, without its name.
  package struct Failure: Error { package var message: String }

  /// The bytes of a file of at most `sizeLimit`; kinds of files that are not listed are refused without opening them.
  package static func bytes(of path: String, kinds: [mode_t] = [S_IFREG]) throws(Failure) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw Failure(message: "this is no file name") }
    var status = stat()
    guard stat(path, &status) == 0 else { throw systemFailure }
    switch status.st_mode & S_IFMT {
    case let kind where kinds.contains(kind): break
    case S_IFDIR: throw Failure(message: "this is a folder, not a file")
    case S_IFIFO: throw Failure(message: "this is a pipe, not a regular file")
    default: throw Failure(message: "this is a device or a socket, not a regular file")
    }
    guard status.st_size <= sizeLimit else { throw tooLarge }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Descriptor.fill(&chunk, from: descriptor)
      guard count >= 0 else { throw systemFailure }
      guard count > 0 else { break }
      bytes += chunk[..<count]
      // A pipe or a file of the kernel does not state its size.
      guard bytes.count <= sizeLimit else { throw tooLarge }
    }
    if let kind = packed.first(where: { bytes.starts(with: $0.mark) })?.name {
      throw Failure(message: "it is compressed (\(kind)); unpack it first")
    }
    return bytes
  }

  /// The first bytes of compressed files. No file that is read begins with one of them.
  private static let packed: [(name: String, mark: [UInt8])] = [
    ("gzip", [0x1F, 0x8B]), ("ZIP", Array("PK\u{3}\u{4}".utf8)), ("xz", [0xFD] + Array("7zXZ".utf8)),
    ("bzip2", Array("BZh".utf8)), ("Zstandard", [0x28, 0xB5, 0x2F, 0xFD]),
  ]

  private static var tooLarge: Failure { Failure(message: "the file is larger than 1 GiB") }

  private static var systemFailure: Failure {
    Failure(message: errno == ENOENT ? "there is no such file" : String(cString: strerror(errno)))
  }

  /// The path without symbolic links, or `nil` if there is no such file.
  package static func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder to which the references of an instance are relative: the working folder if the instance comes
  /// from an open descriptor, otherwise the instance's own.
  package static func referenceFolder(of path: String) -> String {
    let isDescriptor = path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    return isDescriptor ? "." : folder(of: path)
  }

  /// The folder of a path, "." if the path names none.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
