import Conformance
import LinearModels
import TestSupport
import Testing

@testable import Worker

extension SolversTests {
  @Suite struct FrameTests {
    @Test func messagesSurviveTheJourney() throws {
      for seed in 0..<100 {
        let program = try randomProgram(seed: seed, integers: seed % 2 == 0)
        let options = SolveOptions(
          timeLimit: seed % 3 == 0 ? nil : Double(seed), relativeGap: 0.1,
          start: seed % 5 == 0 ? nil : program.columnLower, memoryLimit: seed % 7 == 0 ? 1e9 : nil,
          log: seed % 2 == 0 ? 2 : nil, isCautious: seed % 4 == 1)
        let received = try #require(try decoded(Message.solve(program, options).encoded()))
        guard case .solve(let copy, let copiedOptions) = received else {
          Issue.record("seed \(seed): another kind of message arrived")
          continue
        }
        #expect(copiedOptions == options)
        #expect(copy.columnStarts == program.columnStarts && copy.rowIndices == program.rowIndices)
        #expect(copy.coefficients == program.coefficients && copy.objective == program.objective)
        #expect(copy.columnLower == program.columnLower && copy.columnUpper == program.columnUpper)
        #expect(copy.isInteger == program.isInteger && copy.rowSenses == program.rowSenses)
        #expect(copy.rightHandSides == program.rightHandSides)
        #expect(copy.objectiveConstant == program.objectiveConstant)
      }
    }

    @Test func answersSurviveTheJourney() throws {
      let full = Solution(
        termination: .optimal, values: [1, -0.5, .infinity], objective: 3, bound: 2.5, rowDuals: [],
        reducedCosts: [1e-300], nodes: 7, iterations: 1 << 40)
      let messages: [Message] = [
        .hello, .identity(name: "glpk", version: "5.0"), .solution(full),
        .solution(Solution(termination: .limit(.time))), .solution(Solution(termination: .limit(.other))),
        .solution(Solution(termination: .infeasible)), .solution(Solution(termination: .unbounded)),
        .failure(.failed(backend: "a", detail: "b\nü")), .failure(.unavailable(backend: "a", remedy: "")),
        .failure(.unsupported(backend: "", option: "c")), .failure(.wrong(backend: "d", detail: "e")),
        .progress(SolveProgress()), .progress(SolveProgress(values: [1], objective: 2, bound: -3, nodes: 4)),
        .solution(Solution(termination: .limit(.cancelled))),
        .openSession(log: nil), .openSession(log: 2),
        .resolve(LinearChanges(restoredBasis: 0), LinearSolveOptions(algorithm: .dual)),
        .resolve(sampleChanges(), LinearSolveOptions(iterationLimit: 0, timeLimit: 1.5, algorithm: .primal)),
        .linearSolution(LinearSolution(termination: .limit(.iterations), bound: -2, iterations: 3)),
        .linearSolution(
          LinearSolution(
            termination: .optimal, objective: 1, bound: 1, values: [0.5], rowDuals: [2, 0], reducedCosts: [],
            farkas: [-1])),
      ]
      for message in messages { #expect(try decoded(message.encoded()) == message) }
    }

    @Test func halfAFrameIsNoMessageYet() throws {
      let frame = Message.identity(name: "glpk", version: "5.0").encoded()
      for length in 0..<frame.count { #expect(try decoded(Array(frame.prefix(length))) == nil) }
    }

    /// Whatever arrives, the answer is a message, nothing yet, or an error; never a trap.
    @Test func damagedFramesAreErrors() throws {
      for seed in 0..<2000 {
        var random = seededGenerator(seed)
        let program = try randomProgram(seed: seed % 50, integers: true)
        var frame = Message.solve(program, SolveOptions()).encoded()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          frame[Int.random(in: 0..<frame.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        }
        do throws(FrameError) {
          if let message = try decoded(frame), case .solve(program, _) = message {
            Issue.record("seed \(seed): the damage went unnoticed")
          }
        } catch {}
      }
    }

    /// Damage that the checksum does not see, because the payload was made with it.
    @Test func damagedPayloadsAreErrors() throws {
      var errors = 0
      for seed in 0..<3000 {
        var random = seededGenerator(seed)
        let solution = Solution(termination: .optimal, values: [1, 2, 3], objective: 1, rowDuals: [4])
        let message: Message =
          switch seed % 3 {
          case 0: .solve(try randomProgram(seed: seed % 50, integers: true), SolveOptions())
          case 1: .solution(solution)
          default: .resolve(sampleChanges(), LinearSolveOptions())
          }
        var payload = Array(message.encoded().dropFirst(FrameHeader.length))
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          payload[Int.random(in: 0..<payload.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
        if Bool.random(using: &random) {
          payload.removeLast(Int.random(in: 0...payload.count, using: &random))
        }
        var frame = ByteWriter()
        FrameHeader(kind: UInt16.random(in: 0...9, using: &random), payload: payload).write(to: &frame)
        do throws(FrameError) { _ = try decoded(frame.bytes + payload) } catch { errors += 1 }
      }
      #expect(errors > 1000)
    }

    @Test func announcedLengthsAreNotBelieved() throws {
      var frame = Message.hello.encoded()
      for byte in 8..<16 { frame[byte] = 0xff }
      #expect(throws: FrameError.tooLong(.max)) { try decoded(frame) }
    }

    private func decoded(_ bytes: [UInt8]) throws(FrameError) -> Message? {
      var receiver = MessageReceiver(longestPayload: 1 << 20)
      bytes.withUnsafeBytes { receiver.append($0) }
      return try receiver.message()
    }
  }
}
