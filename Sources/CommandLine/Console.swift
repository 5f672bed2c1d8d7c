import Foundation
import Instances

/// Standard output and error.
enum Console {
  /// Writes a result.
  static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  /// Writes a message for people, not part of any result.
  static func complain(_ message: String) {
    FileHandle.standardError.write(Data("layerroute: \(message)\n".utf8))
  }

  /// Shows a passing message on a terminal, in place of the last one; nothing elsewhere.
  static func progress(_ message: String) {
    guard isatty(STDERR_FILENO) != 0 else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(message)".utf8))
  }

  /// Writes a result to a file, or to standard output where there is none.
  static func write(_ text: String, to file: String?) throws(OutputFile.Failure) {
    if let file { try OutputFile.write(text, to: file) } else { write(text) }
  }
}
