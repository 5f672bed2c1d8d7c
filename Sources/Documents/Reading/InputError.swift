import Foundations

/// An error in an input file, with its place.
public struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, as the user named it.
  public var file: String
  /// The line, from 1; 0 if the error concerns the file as a whole.
  public var line: Int
  /// The column in code points, from 1; 0 if the error concerns the file as a whole.
  public var column: Int
  /// The path of the value, for example `network.links[3].bandwidth`; empty for the root and for syntax errors.
  public var path: String
  /// The problem and a remedy.
  public var message: String

  public init(file: String, line: Int = 0, column: Int = 0, path: String = "", message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.path = path
    self.message = message
  }

  /// `FILE:LINE:COLUMN: PATH: message`, without the parts that are absent.
  public var description: String {
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    let parts = [TerminalText.escaped(place), path, message]
    return parts.filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
