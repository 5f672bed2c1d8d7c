import Foundations
import LinearModels
import Subprocess
import Synchronization
import Worker

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One request to one worker process, and its answer.
struct WorkerExchange: Sendable {
  let backend: WorkerBackend
  let request: [UInt8]
  /// The length of the longest valid answer [byte].
  let longestAnswer: Int
  /// The time limit for reading the request and answering [s]; `nil` for none.
  let patience: Double?
  /// The file descriptor that the worker's standard error is copied to; its last lines are kept in any case.
  var log: Int32?
  /// The memory limit of the worker [byte], for messages; `nil` for none.
  var memoryLimit: Double?
  /// Called with the progress of a running solve.
  var report: SolveReport = { _ in }

  enum Outcome: Sendable {
    case message(Message)
    case outOfTime, cancelled
  }

  func run() async throws(BackendError) -> Outcome {
    let (name, remedy) = (backend.name, backend.remedy)
    let executable = try backend.requireExecutable()
    _ = WorkerBackend.surviveBrokenPipes
    // swift-subprocess 1.0.2 ends the program if it runs out of descriptors, and several workers may start at once.
    guard openFileLimit >= 64 else {
      throw .failed(
        backend: name,
        detail: "only \(openFileLimit) files may be open here, too few to start a worker; raise the limit "
          + "(ulimit -n 256)")
    }
    var platform = PlatformOptions()
    // A separate process group: signals of the terminal do not reach it, and processes that the worker started end with
    // it, unless they have left the group.
    platform.processGroupID = 0
    do {
      let result = try await Subprocess.run(
        .path(.init(executable)), environment: .inherit.updating(["SWIFT_BACKTRACE": "enable=no"]),
        platformOptions: platform, input: .inputWriter, output: .sequence,
        error: .sequence
      ) { try await converse(with: $0) }
      return try outcome(of: result.closureResult, result.terminationStatus)
    } catch let error as BackendError {
      throw error
    } catch {
      if Task.isCancelled { return .cancelled }
      if let error = error as? SubprocessError, error.code == .executableNotFound {
        throw .unavailable(backend: name, remedy: "\(executable) is missing; \(remedy)")
      }
      throw .failed(backend: name, detail: "the worker could not be run: \(error)")
    }
  }

  /// The output of a worker.
  struct Transcript: Sendable {
    var answer: Result<Message?, FrameError> = .success(nil)
    var isOutOfTime = false
    /// The last lines of its standard error.
    var complaints = ""
  }

  private enum Event: Sendable {
    case written
    case answer(Result<Message?, FrameError>)
    case complaints(String)
    /// The time is over, or the task was cancelled.
    case end(isOutOfTime: Bool)
  }

  private typealias Process = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

  private func converse(with process: Process) async throws -> Transcript {
    let group = process.processIdentifier.value
    WorkerBackend.running.withLock { _ = $0.insert(group) }
    defer { WorkerBackend.running.withLock { _ = $0.remove(group) } }
    return await withTaskGroup(of: Event.self) { group in
      group.addTask {
        // Writing to a worker that has exited fails; its exit status says more than the broken pipe.
        _ = try? await process.standardInputWriter.write(request)
        return .written
      }
      group.addTask { .answer(await readAnswer(from: process)) }
      group.addTask { .complaints(await readComplaints(from: process)) }
      let end = ContinuousClock.now + .seconds(min(patience ?? .infinity, 3e9))
      group.addTask { .end(isOutOfTime: (try? await ContinuousClock().sleep(until: end)) != nil) }
      return await listen(to: &group, process)
    }
  }

  private func listen(to group: inout TaskGroup<Event>, _ process: Process) async -> Transcript {
    var transcript = Transcript()
    var missing = 2
    while missing > 0, let event = await group.next() {
      switch event {
      case .written: break
      case .answer(let answer):
        transcript.answer = answer
        missing -= 1
        try? await process.standardInputWriter.finish()
        // A worker that has answered is ended. A worker that has not answered exits by itself, and its exit
        // status is the reason.
        if case .success(nil) = answer { break }
        end(process)
      case .complaints(let text):
        transcript.complaints = text
        missing -= 1
      case .end(let isOutOfTime):
        transcript.isOutOfTime = isOutOfTime
        end(process)
      }
    }
    // Ends processes that the worker has started and left.
    end(process)
    group.cancelAll()
    return transcript
  }

  private func end(_ process: Process) { try? process.send(signal: .kill, toProcessGroup: true) }

  private func readAnswer(from process: Process) async -> Result<Message?, FrameError> {
    var receiver = MessageReceiver(longestPayload: longestAnswer)
    do {
      for try await buffer in process.standardOutput {
        buffer.withUnsafeBytes { receiver.append($0) }
        while let message = try receiver.message() {
          guard case .progress(let progress) = message else { return .success(message) }
          report(progress)
        }
      }
    } catch let error as FrameError {
      return .failure(error)
    } catch {
      // A broken pipe is treated as its end.
    }
    return receiver.isEmpty ? .success(nil) : .failure(.truncated)
  }

  /// Reads standard error to its end, and keeps its last lines.
  private func readComplaints(from process: Process) async -> String {
    var complaints = Complaints(log: log)
    do {
      for try await buffer in process.standardError { buffer.withUnsafeBytes { complaints.append($0) } }
    } catch {
      // The lines read so far are kept.
    }
    return complaints.lastLines
  }

  private func outcome(
    of transcript: Transcript, _ status: TerminationStatus
  ) throws(BackendError) -> Outcome {
    let damage: FrameError?
    switch transcript.answer {
    case .success(.some(let message)): return .message(message)
    case .success(nil): damage = nil
    case .failure(let error): damage = error
    }
    if transcript.isOutOfTime { return .outOfTime }
    if Task.isCancelled { return .cancelled }
    throw WorkerEnd(status).failure(
      of: backend, damage: damage, complaints: transcript.complaints, memoryLimit: memoryLimit)
  }
}

extension WorkerEnd {
  fileprivate init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code)
    case .signaled(let signal): self = .signaled(signal)
    }
  }
}

/// The limit of open files of this process.
private var openFileLimit: UInt {
  var limit = rlimit()
  #if os(Linux)
    let code = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  #else
    let code = getrlimit(RLIMIT_NOFILE, &limit)
  #endif
  return code == 0 ? UInt(limit.rlim_cur) : .max
}
