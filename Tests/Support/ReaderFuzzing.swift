import Documents
import Foundations
import Testing

/// What a check of a fuzzed case found.
public struct BrokenPromise: Error, CustomStringConvertible {
  public let description: String
}

/// Throws unless something holds, which ends the case and prints its seed.
public func require(_ isRight: Bool, _ message: @autoclosure () -> String) throws {
  guard isRight else { throw BrokenPromise(description: message()) }
}

/// Mutates a text, and expects that each result is read or refused with a message that is short and safe to print.
///
/// - Parameters:
///   - suite: what failures are reported under.
///   - text: a valid one.
///   - check: reads it; throws ``Documents/InputError`` for a refusal, and anything else where something is wrong.
public func fuzz(_ suite: String, _ text: String, _ check: ([UInt8]) throws -> Void) {
  var fuzzing = Fuzzing(suite)
  fuzzing.run {
    $0.mutated(Array(text.utf8))
  } check: { bytes in
    do {
      try check(bytes)
      return true
    } catch let error as InputError {
      try require(!error.message.isEmpty, "an error without a message")
      try require(!error.description.unicodeScalars.contains(where: TerminalText.isUnsafe), "raw: \(error)")
      try require(
        error.description.utf8.count < 50_000, "a message of \(error.description.utf8.count) bytes")
      return false
    }
  }
  // A mutator that never, or always, breaks the file tests nothing.
  #expect(fuzzing.accepted > 10 && fuzzing.refused > 100, "\(fuzzing)")
}
