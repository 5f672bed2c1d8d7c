import Foundation
import LayerRoute
import Synchronization

/// Standard output and error.
enum Console {
  /// Writes a result. Ends the program if nobody can read it, silently if the reader has closed the pipe
  /// (`layerroute ... | head`).
  static func write(_ text: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      if errno != EPIPE { complain("cannot write to standard output") }
      exit(ExitStatus.internalError.rawValue)
    }
  }

  /// Writes a message for people, which is not part of a result, to standard error.
  static func complain(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data("layerroute: \(message)\n".utf8))
  }

  /// Says on standard error how something was taken, once however often it occurs.
  static func remark(_ text: String) {
    if said.withLock({ $0.insert(text).inserted }) { complain(text) }
  }

  private static let said = Mutex<Set<String>>([])

  /// Does what cannot throw any more, since the program is ending, and says why it fails.
  static func complaining(_ action: () throws -> Void) {
    do { try action() } catch { complain("\(error)") }
  }

  /// Shows a temporary message on a terminal, in place of the previous one; does nothing without a terminal.
  static func progress(_ message: String) {
    guard isatty(STDERR_FILENO) != 0 else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(message)".utf8))
  }

  /// Writes a result to a file or, if that fails, to standard output: the result may have taken hours to compute.
  static func save(_ text: String, to file: String) throws(OutputFile.Failure) {
    do {
      try OutputFile.write(text, to: file)
    } catch {
      write(text)
      throw error
    }
  }

  /// Writes a result to a file, or to standard output if no file is named.
  static func write(_ text: String, to file: String?) throws(OutputFile.Failure) {
    if let file { try OutputFile.write(text, to: file) } else { write(text) }
  }
}
