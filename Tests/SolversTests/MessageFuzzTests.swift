import Conformance
import LinearModels
import TestSupport
import Testing
import Worker

/// Damaged messages between the program and its workers: whatever arrives in whatever pieces is a message, nothing
/// yet, or an error.
struct MessageFuzzTests {
  @Test func everyDamagedMessageIsReadOrRefused() throws {
    let frames = try messages().map { $0.encoded() }
    var fuzzing = Fuzzing("worker message")
    fuzzing.run { mutator in
      var frame = mutator.element(of: frames)
      switch mutator.number(in: 0...3) {
      case 0: break
      // The kind is not under the checksum: the payload is taken for another one.
      case 1: frame[6] = UInt8(mutator.number(in: 0...255))
      case 2: frame.removeLast(mutator.number(in: 0...frame.count))
      default: mutator.changeBytes(&frame)
      }
      return frame
    } check: { bytes in
      let whole = outcome(bytes, pieces: bytes.count)
      guard whole == outcome(bytes, pieces: 7) else { throw Broken() }
      if case .success(.some) = whole { return true }
      return false
    }
    #expect(fuzzing.accepted > 100 && fuzzing.refused > 100, "\(fuzzing)")
  }

  private struct Broken: Error {}

  private func messages() throws -> [Message] {
    let solution = Solution(termination: .optimal, values: [1, 2, 3], objective: 1, rowDuals: [4])
    return [
      .hello, .identity(name: "glpk", version: "5.0"), .solution(solution),
      .failure(.failed(backend: "a", detail: "b\nü")),
      .solve(try randomProgram(seed: 1, integers: true), SolveOptions(timeLimit: 3, relativeGap: 0.1)),
    ]
  }

  /// The first message in a stream that arrives in pieces of some length.
  private func outcome(_ bytes: [UInt8], pieces: Int) -> Result<Message?, FrameError> {
    var receiver = MessageReceiver(longestPayload: 1 << 20)
    var rest = bytes[...]
    while !rest.isEmpty {
      rest.prefix(pieces).withUnsafeBytes { receiver.append($0) }
      rest = rest.dropFirst(pieces)
    }
    return Result { () throws(FrameError) in try receiver.message() }
  }
}
