import Documents
import Foundation

/// Standard output and error.
enum Console {
  /// Writes a result. Ends the program where nobody can read it: `layerroute ... | head` is no error to speak of.
  static func write(_ text: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      if errno != EPIPE { complain("cannot write to standard output") }
      exit(ExitStatus.internalError.rawValue)
    }
  }

  /// Writes a message for people, not part of any result.
  static func complain(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data("layerroute: \(message)\n".utf8))
  }

  /// Shows a passing message on a terminal, in place of the last one; nothing elsewhere.
  static func progress(_ message: String) {
    guard isatty(STDERR_FILENO) != 0 else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(message)".utf8))
  }

  /// Writes a result to a file and, where that fails, to standard output: it may have taken hours.
  static func save(_ text: String, to file: String) throws(OutputFile.Failure) {
    do {
      try OutputFile.write(text, to: file)
    } catch {
      write(text)
      throw error
    }
  }

  /// Writes a result to a file, or to standard output where there is none.
  static func write(_ text: String, to file: String?) throws(OutputFile.Failure) {
    if let file { try OutputFile.write(text, to: file) } else { write(text) }
  }
}
