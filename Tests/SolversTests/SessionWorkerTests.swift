import Conformance
import Foundation
import Foundations
import LinearModels
import Solvers
import TestSupport
import Testing
import Worker

extension SolversTests {
  /// A session whose worker misbehaves ends with an error or a limit, whatever the worker does.
  @Suite struct SessionWorkerTests {
    /// A change that a misbehaving library does not survive.
    private var fatal: LinearChanges {
      var changes = LinearChanges()
      changes.columns.append(cost: 1)
      return changes
    }

    @Test(arguments: [
      ("abort", "signal 6, abort"), ("segfault", "signal 11, segmentation fault"), ("garbage", "damaged"),
      ("escape", "red"), ("leave", "exited with code 3"), ("talk", "nothing that is known"),
      ("nonsense", "nothing"),
    ])
    func aLibraryThatBreaksIsAFailure(_ behaviour: String, _ message: String) async throws {
      try await withMisbehaving(behaviour) { worker in
        let session = try worker.openSession()
        #expect(try session.solve(LinearChanges()).termination == .optimal)
        expectFailure(of: session, mentioning: message)
        expectFailure(of: session, mentioning: "the session has ended")
      }
    }

    @Test func lastWordsAreKept() async throws {
      try await withMisbehaving("abort") { worker in
        expectFailure(of: try worker.openSession(), mentioning: "the last words of the stub")
      }
    }

    @Test func anAnswerThatDoesNotFitTheProgramIsAFailure() async throws {
      try await withMisbehaving("short") {
        expectFailure(of: try $0.openSession(), mentioning: "does not fit")
      }
    }

    @Test func aHangIsEndedAtTheTimeLimit() async throws {
      try await withMisbehaving("hang") { worker in
        let session = try worker.openSession()
        let start = ContinuousClock.now
        let solution = try session.solve(fatal, options: LinearSolveOptions(timeLimit: 0.3))
        #expect(solution == LinearSolution(termination: .limit(.time)))
        #expect(ContinuousClock.now - start < .seconds(20))
        expectFailure(of: session, mentioning: "the session has ended")
      }
    }

    @Test func aHangIsEndedByCancellation() async throws {
      try await withMisbehaving("hang") { worker in
        let start = ContinuousClock.now
        let session = try worker.openSession(
          log: nil, cancellation: Cancellation { ContinuousClock.now - start > .milliseconds(300) })
        #expect(try session.solve(fatal) == LinearSolution(termination: .limit(.cancelled)))
        #expect(ContinuousClock.now - start < .seconds(20))
        expectFailure(of: session, mentioning: "the session has ended")
      }
    }

    @Test func aWorkerThatDoesNotStartIsAFailure() async throws {
      try await withMisbehaving("hang at the start") { worker in
        #expect {
          try worker.openSession()
        } throws: { error in
          guard case BackendError.failed("stub", let detail) = error else { return false }
          return detail.contains("does not answer")
        }
      }
    }

    @Test func aWorkerThatIsKilledIsAFailure() async throws {
      try await withProcessNumber(of: "hang") { worker, number in
        let session = try worker.openSession()
        let process = try number()
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: 0.3)
          kill(process, SIGKILL)
        }
        expectFailure(of: session, mentioning: "killed (signal 9)")
      }
    }

    /// A worker that does not read must not keep the parent from looking at the clock.
    @Test func aLongMessageToAWorkerThatIsStoppedEndsAtTheLimit() async throws {
      try await withProcessNumber(of: "hang") { worker, number in
        let session = try worker.openSession()
        kill(try number(), SIGSTOP)
        var changes = LinearChanges()
        for _ in 0..<20_000 { changes.columns.append(cost: 1) }
        let solution = try session.solve(changes, options: LinearSolveOptions(timeLimit: 0.3))
        #expect(solution == LinearSolution(termination: .limit(.time)))
      }
    }

    @Test func aReleasedSessionLeavesNoProcess() async throws {
      try await withProcessNumber(of: "hang") { worker, number in
        var session: (any LinearSession)? = try worker.openSession()
        let process = try number()
        #expect(kill(process, 0) == 0)
        try #expect(session?.solve(LinearChanges()).objective == 0)
        session = nil
        #expect(kill(process, 0) == -1 && errno == ESRCH)
      }
    }

    @Test(arguments: SessionSource.throughWorkers.map { "layerroute-\($0.name)" })
    func workersOfSessionsDieWithTheirParent(_ name: String) async throws {
      let process = Process()
      process.executableURL = try workerURL(name)
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      let messages: [Message] = [.openSession(log: nil), .resolve(sampleChanges(), LinearSolveOptions())]
      for message in messages { try input.fileHandleForWriting.write(contentsOf: message.encoded()) }
      try await Task.sleep(for: .milliseconds(300))
      #expect(process.isRunning)
      try input.fileHandleForWriting.close()
      for _ in 0..<100 where process.isRunning { try await Task.sleep(for: .milliseconds(50)) }
      #expect(!process.isRunning)
      process.terminate()
    }

    @Test(arguments: SessionSource.throughWorkers + SessionSource.inProcess)
    func theLogGoesWhereItIsAskedFor(_ source: SessionSource) throws {
      let file = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)")
      try Data().write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      let handle = try FileHandle(forWritingTo: file)
      var changes = sampleChanges()
      changes.rows.append(lower: 1, upper: .infinity)
      changes.columns.append(cost: 1, rows: [2], coefficients: [1])
      do {
        let session = try source.openSession(log: handle.fileDescriptor, cancellation: .never)
        #expect(try session.solve(changes).termination == .optimal)
        #expect(try session.solve(LinearChanges()).termination == .optimal)
      }
      // What was still on its way has arrived when the session has ended.
      #expect(try Data(contentsOf: file).count > 20)
    }

    // MARK: What is missing

    @Test(arguments: Solver.missing.filter { $0.backend is any LinearSessionSource })
    func withoutItsTraitOrItsLibraryABackendHasNoSessions(_ solver: Solver) throws {
      let (trait, remedies) = ("trait \(solver.backend.name)", Backends.remedies(for: solver.backend.name))
      let source = try #require(solver.backend as? any LinearSessionSource)
      for source in [source, solver.worker] {
        #expect {
          try source.openSession()
        } throws: { error in
          guard case BackendError.unavailable(solver.backend.name, let remedy) = error else { return false }
          return remedy.lowercased().contains(trait) || remedies.allSatisfy(remedy.contains)
        }
      }
    }

    @Test func theFirstSourceThatIsThereIsTaken() async throws {
      let missing = WorkerBackend(name: "none", executable: "/nowhere/layerroute-none", remedy: "get it")
      try await withMisbehaving("abort") { worker in
        let source = FirstSessionSource([missing, worker])
        #expect(source.name == "none or stub")
        let session = try source.openSession()
        #expect(session.name == "stub")
      }
      let unloadable = "echo 'libfoo.so: cannot open shared object file' >&2; exit 127"
      try await withStub(unloadable) { worker in
        #expect {
          try FirstSessionSource([missing, worker]).openSession()
        } throws: { error in
          guard case BackendError.unavailable("none or stub", let remedy) = error else { return false }
          return remedy.contains("none: /nowhere") && remedy.contains("stub: get it")
            && remedy.contains("libfoo.so")
        }
      }
    }

    @Test func theSourcesAreThoseOfTheBackends() {
      #expect(FirstSessionSource(WorkerBackend.sessionSources).name == "cbc or highs or glpk")
    }

    // MARK: Support

    private func expectFailure(of session: any LinearSession, mentioning words: String) {
      #expect {
        try session.solve(fatal, options: LinearSolveOptions(timeLimit: 20))
      } throws: { error in
        guard case BackendError.failed("stub", let detail) = error else { return false }
        return detail.contains(words)
      }
    }

    /// A misbehaving worker whose process number can be asked for once it has started.
    private func withProcessNumber(
      of behaviour: String, _ body: (WorkerBackend, () throws -> pid_t) async throws -> Void
    ) async throws {
      let file = FileManager.default.temporaryDirectory.appending(path: "number-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: file) }
      let program = try workerURL("StubWorker").path
      try await withStub("echo $$ > '\(file.path)'\nSTUB=\(behaviour) exec '\(program)'") { worker in
        try await body(worker) {
          let text = try String(contentsOf: file, encoding: .utf8)
          return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
      }
    }
  }
}
