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
    guard let executable = backend.executable else {
      throw .unavailable(
        backend: name, remedy: "there is no layerroute-\(name) beside this program; \(remedy), and build it")
    }
    _ = surviveBrokenPipes
    // swift-subprocess 1.0.2 ends the program if it runs out of descriptors, and several workers may start at once.
    guard openFileLimit >= 64 else {
      throw .failed(
        backend: name,
        detail: "only \(openFileLimit) files may be open here, too few to start a worker; raise the limit "
          + "(ulimit -n 256)")
    }
    var platform = PlatformOptions()
    // A separate process group: signals of the terminal do not reach it, and processes that the worker started end with
    // it, unless they have left the group. The working folder exists in any case: CBC 2.10.8 crashes if it was deleted.
    platform.processGroupID = 0
    do {
      let result = try await Subprocess.run(
        .path(.init(executable)), environment: .inherit.updating(["SWIFT_BACKTRACE": "enable=no"]),
        workingDirectory: "/", platformOptions: platform, input: .inputWriter, output: .sequence,
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
    var tail: [UInt8] = []
    do {
      for try await buffer in process.standardError {
        if let log { buffer.withUnsafeBytes { _ = write(log, $0.baseAddress, $0.count) } }
        buffer.withUnsafeBytes { tail.append(contentsOf: $0) }
        tail.removeFirst(max(0, tail.count - 4096))
      }
    } catch {
      // The lines read so far are kept.
    }
    let lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.suffix(5).map { TerminalText.escaped(String($0)) }.joined(separator: "\n")
  }

  private func outcome(
    of transcript: Transcript, _ status: TerminationStatus
  ) throws(BackendError) -> Outcome {
    if case .success(.some(let message)) = transcript.answer { return .message(message) }
    if transcript.isOutOfTime { return .outOfTime }
    if Task.isCancelled { return .cancelled }
    let complaints = transcript.complaints.isEmpty ? "" : "; its last output: \(transcript.complaints)"
    if case (.success, .exited(127)) = (transcript.answer, status) {
      // The dynamic loader exits with this code if a library is missing.
      throw .unavailable(backend: backend.name, remedy: backend.remedy + complaints)
    }
    let hint = memoryLimit.map { "; it may take \(Int($0)) bytes of memory (--memory-limit)" } ?? ""
    throw .failed(backend: backend.name, detail: whatHappened(transcript.answer, status) + hint + complaints)
  }

  private func whatHappened(_ answer: Result<Message?, FrameError>, _ status: TerminationStatus) -> String {
    switch (answer, status) {
    // After a damaged answer the worker is killed here, so the signal says nothing.
    case (.failure(let error), .signaled(Signal.kill.rawValue)), (.failure(let error), .exited):
      "the worker's answer is damaged: \(error)"
    case (_, .signaled(Signal.kill.rawValue)):
      "the worker was killed (signal 9), perhaps because memory ran short"
    case (_, .signaled(let signal)):
      "the worker crashed (signal \(signal)\(Self.meanings[signal].map { ", \($0)" } ?? ""))"
    case (.success, .exited(let code)): "the worker exited with code \(code) and no answer"
    }
  }

  private static let meanings: [Int32: String] = [
    SIGABRT: "abort", SIGSEGV: "segmentation fault", SIGBUS: "bus error", SIGFPE: "arithmetic error",
    SIGILL: "illegal instruction", SIGTRAP: "trap",
  ]
}

extension WorkerBackend {
  /// The process groups of the running workers.
  fileprivate static let running = Mutex<Set<pid_t>>([])

  /// Kills every worker of this process with all processes that it started, for a program that is about to exit without
  /// waiting for its solves, which then throw.
  public static func endAll() { running.withLock { for group in $0 { kill(-group, SIGKILL) } } }
}

/// Ignores SIGPIPE, once and only if the process has its default action, so that writing to a worker that has exited
/// fails with an error instead of ending the program, which swift-subprocess 1.0.2 does not prevent.
private let surviveBrokenPipes: Void = {
  var current = sigaction()
  guard sigaction(SIGPIPE, nil, &current) == 0 else { return }
  #if os(Linux)
    let isDefault = current.__sigaction_handler.sa_handler == nil
  #else
    let isDefault = current.__sigaction_u.__sa_handler == nil
  #endif
  if isDefault { signal(SIGPIPE, SIG_IGN) }
}()

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
