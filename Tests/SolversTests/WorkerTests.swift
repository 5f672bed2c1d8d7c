import Conformance
import Foundation
import LinearModels
import Solvers
import TestSupport
import Testing
import Worker

extension SolversTests {
  /// Workers that misbehave must not take their parent with them.
  @Suite struct WorkerTests {
    @Test(arguments: Solver.workers)
    func workersSayTheirVersion(_ worker: WorkerBackend) async {
      guard case .available(let version) = await worker.probe() else {
        Issue.record("\(worker.name) is not available")
        return
      }
      #expect(version.first?.isNumber == true)
    }

    @Test(arguments: Solver.missing)
    func withoutItsTraitOrLibraryABackendIsUnavailable(_ solver: Solver) async throws {
      let model = try small()
      let words = Backends.remedies(for: solver.backend.name)
      let saysHow = { (error: any Error) in
        guard case BackendError.unavailable(solver.backend.name, let remedy) = error else { return false }
        return words.allSatisfy(remedy.contains)
      }
      #expect(performing: { try solver.backend.version }, throws: saysHow)
      #expect(performing: { try solver.backend.solve(model, options: SolveOptions()) }, throws: saysHow)
      await #expect(performing: { try await solver.worker.solve(model) }, throws: saysHow)
      guard case .unavailable(let reason) = await solver.worker.probe() else {
        Issue.record("\(solver) was not built and yet is available")
        return
      }
      #expect(words.allSatisfy(reason.contains), "\(reason)")
    }

    @Test func missingWorkersAreUnavailable() async throws {
      let worker = WorkerBackend(name: "none", executable: "/nowhere/layerroute-none", remedy: "get it")
      await #expect { try await worker.solve(small()) } throws: { error in
        if case BackendError.unavailable("none", let remedy) = error {
          remedy.hasSuffix("get it")
        } else {
          false
        }
      }
      await #expect {
        try await WorkerBackend(name: "none", remedy: "get it").solve(small())
      } throws: { error in
        guard case BackendError.unavailable("none", let remedy) = error else { return false }
        return remedy.contains("layerroute-none") && remedy.contains("get it")
      }
    }

    @Test func workersThatCannotBeLoadedAreUnavailable() async throws {
      try await withStub("echo 'libfoo.so: cannot open shared object file' >&2; exit 127") { worker in
        await #expect { try await worker.solve(small()) } throws: { error in
          guard case BackendError.unavailable(_, let remedy) = error else { return false }
          return remedy.hasPrefix("get it") && remedy.contains("libfoo.so")
        }
        #expect(await worker.probe() != .available(version: ""))
      }
    }

    @Test func crashesAreFailuresWithTheLastWords() async throws {
      try await withStub("echo 'Assertion failed' >&2; kill -SEGV $$") { worker in
        await expectFailure(of: worker, mentioning: ["signal 11", "segmentation fault", "Assertion failed"])
      }
    }

    @Test(arguments: [
      "echo hello, this is no frame at all", "head -c 100000 /dev/zero", "cat", "exit 3", ":",
    ])
    func nonsenseIsAFailure(_ script: String) async throws {
      try await withStub(script) { await expectFailure(of: $0, mentioning: ["worker"]) }
    }

    /// A library that misbehaves inside a real worker.
    @Test(arguments: [
      ("abort", "signal 6, abort"), ("segfault", "signal 11, segmentation fault"), ("garbage", "damaged"),
    ])
    func aLibraryThatBreaksIsAFailureWithItsLastWords(_ behaviour: String, _ message: String) async throws {
      try await withMisbehaving(behaviour) { worker in
        await expectFailure(of: worker, mentioning: [message, "the last words of the stub"])
      }
    }

    @Test func anAnswerThatDoesNotFitTheModelIsAFailure() async throws {
      try await withMisbehaving("short") { await expectFailure(of: $0, mentioning: ["does not fit"]) }
    }

    #if os(Linux)
      @Test func memoryIsTakenUpToTheLimitAndNoFurther() async throws {
        try await withMisbehaving("eat") { worker in
          let options = SolveOptions(timeLimit: 60, memoryLimit: 200e6)
          await expectFailure(
            of: worker, options, mentioning: ["signal 6", "no memory available", "200000000 bytes"])
        }
      }

      @Test(arguments: Solver.workers)
      func theLimitOfMemoryHoldsForTheLibraries(_ worker: WorkerBackend) async throws {
        let large = try hardModel(seed: 1, rows: 400, columns: 2000)
        let options = SolveOptions(timeLimit: 20, memoryLimit: 1e6)
        await #expect { try await worker.solve(large, options: options) } throws: { error in
          guard case BackendError.failed(worker.name, let detail) = error else { return false }
          return detail.contains("1000000 bytes")
        }
        let solution = try await worker.solve(small(), options: SolveOptions(memoryLimit: 1e9))
        #expect(solution.termination == .optimal)
      }
    #endif

    @Test func hangingWorkersAreKilledAtTheLimit() async throws {
      try await withStub("sleep 60; echo") { worker in
        let start = ContinuousClock.now
        let solution = try await worker.solve(small(), options: SolveOptions(timeLimit: 0.2))
        #expect(solution == Solution(termination: .limit(.time)))
        #expect(ContinuousClock.now - start < .seconds(20))
      }
    }

    /// Deaf to signals and to the end of its input; what it reported before counts.
    @Test func aHangingLibraryLeavesItsIncumbent() async throws {
      try await withMisbehaving("hang", point: [1]) { worker in
        let solution = try await worker.solve(small(), options: SolveOptions(timeLimit: 0.5))
        #expect(solution.termination == .limit(.time))
        #expect(solution.values == [1])
        #expect(solution.objective == 1 && solution.bound == 0 && solution.nodes == 7)
      }
    }

    @Test func anIncumbentThatDoesNotHoldDoesNotCount() async throws {
      try await withMisbehaving("hang", point: [2]) { worker in
        let solution = try await worker.solve(small(), options: SolveOptions(timeLimit: 0.5))
        #expect(solution.values == nil && solution.objective == nil)
      }
    }

    @Test(arguments: Solver.workers)
    func cancelledTasksKillTheirWorker(_ worker: WorkerBackend) async throws {
      let hard = try hardModel(seed: 5)
      let start = ContinuousClock.now
      let task = Task { try await worker.solve(hard) }
      try await Task.sleep(for: .milliseconds(300))
      task.cancel()
      #expect(try await task.value.termination == .limit(.cancelled))
      #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test(arguments: Solver.workers.map { "layerroute-\($0.name)" })
    func workersDieWithTheirParent(_ name: String) async throws {
      let process = Process()
      process.executableURL = try workerURL(name)
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      let request = Message.solve(try hardModel(seed: 6), SolveOptions()).encoded()
      try input.fileHandleForWriting.write(contentsOf: request)
      try await Task.sleep(for: .milliseconds(300))
      #expect(process.isRunning)
      try input.fileHandleForWriting.close()
      for _ in 0..<100 where process.isRunning { try await Task.sleep(for: .milliseconds(50)) }
      #expect(!process.isRunning)
      process.terminate()
    }

    /// Nothing but the frame may be on standard output, even when the library writes its log.
    @Test(arguments: Solver.workers.map { "layerroute-\($0.name)" })
    func logsGoToStandardError(_ name: String) throws {
      let process = Process()
      process.executableURL = try workerURL(name)
      let (input, output, errors) = (Pipe(), Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      let request = Message.solve(try coveringModel(seed: 1), SolveOptions(log: 2)).encoded()
      try input.fileHandleForWriting.write(contentsOf: request)
      let answer = output.fileHandleForReading.readDataToEndOfFile()
      let log = errors.fileHandleForReading.readDataToEndOfFile()
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      var receiver = MessageReceiver(longestPayload: 1 << 20)
      Array(answer).withUnsafeBytes { receiver.append($0) }
      var messages: [Message] = []
      while let message = try receiver.message() { messages.append(message) }
      guard case .solution(let solution) = messages.last else {
        Issue.record("no solution arrived")
        return
      }
      #expect(receiver.isEmpty)
      #expect(solution.termination == .optimal)
      #expect(log.count > 100)
    }

    private func small() throws -> CompiledModel {
      try model(minimise: [1], bounds: [0...1], integers: [0], rows: [])
    }

    private func expectFailure(
      of worker: WorkerBackend, _ options: SolveOptions = SolveOptions(timeLimit: 20),
      mentioning words: [String]
    ) async {
      await #expect { try await worker.solve(small(), options: options) } throws: { error in
        guard case BackendError.failed("stub", let detail) = error else { return false }
        return words.allSatisfy(detail.contains)
      }
    }
  }
}
