import Conformance
import LinearModels
import TestSupport
import Testing

@testable import Worker

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
      .openSession(log: 2), .resolve(sampleChanges(), LinearSolveOptions(iterationLimit: 7, timeLimit: 2)),
      .linearSolution(
        LinearSolution(termination: .infeasible, farkas: [1, 0, -0.5], iterations: 4)),
    ]
  }

  /// What the reader lets pass, the session has to bear.
  @Test func everyDamagedChangeIsAppliedOrRefused() {
    let frame = Message.resolve(sampleChanges(), LinearSolveOptions()).encoded()
    var fuzzing = Fuzzing("changes of a session")
    fuzzing.run { mutator in
      var payload = Array(frame.dropFirst(FrameHeader.length))
      for _ in 0...mutator.number(in: 0...2) {
        payload[mutator.number(in: 0...payload.count - 1)] = UInt8(mutator.number(in: 0...255))
      }
      return payload
    } check: { payload in
      guard case .resolve(let changes, _) = try? Message(kind: 8, payload: payload[...]) else { return false }
      var program = LinearProgram()
      return (try? program.apply(changes)) != nil
    }
    #expect(fuzzing.accepted > 100 && fuzzing.refused > 100, "\(fuzzing)")
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

/// Changes of every kind, for an empty program.
func sampleChanges() -> LinearChanges {
  var changes = LinearChanges(savesBasis: 3)
  changes.rows.append(lower: 0, upper: .infinity)
  changes.rows.append(lower: -1, upper: 1)
  changes.columns.append(cost: 2, rows: [1, 0], coefficients: [0.5, -1])
  changes.columns.append(lower: -.infinity, upper: 4, cost: -1)
  changes.columnBounds.set(1, lower: 2, upper: 2)
  changes.rowBounds.set(0, lower: -3, upper: 3)
  changes.costs.set(0, 7)
  return changes
}
