import LinearModels
import Subprocess
import Worker

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One request to one worker process, and what came of it.
struct WorkerExchange: Sendable {
  let request: [UInt8]
  /// Longest answer that can be meant [byte].
  let longestAnswer: Int
  /// How long the worker may take to read the request, and then to answer [s]; `nil` for ever.
  let patience: Double?
  let passesLogs: Bool

  enum Outcome: Sendable {
    case message(Message)
    case outOfTime
  }

  func run(
    _ executable: String, backend: String, remedy: String
  ) async throws(BackendError) -> Outcome {
    _ = surviveBrokenPipes
    do {
      let result = try await Subprocess.run(
        .path(.init(executable)), environment: .inherit.updating(["SWIFT_BACKTRACE": "enable=no"]),
        input: .inputWriter, output: .sequence, error: .sequence
      ) { try await converse(with: $0) }
      if Task.isCancelled { throw BackendError.cancelled(backend: backend) }
      return try outcome(
        of: result.closureResult, result.terminationStatus, backend: backend, remedy: remedy)
    } catch let error as BackendError {
      throw error
    } catch {
      if Task.isCancelled { throw .cancelled(backend: backend) }
      if let error = error as? SubprocessError, error.code == .executableNotFound {
        throw .unavailable(backend: backend, remedy: "\(executable) is missing; \(remedy)")
      }
      throw .failed(backend: backend, detail: "the worker could not be run: \(error)")
    }
  }

  /// What was heard from a worker.
  struct Transcript: Sendable {
    var answer: Result<Message?, FrameError> = .success(nil)
    var isOutOfTime = false
    /// The end of its standard error.
    var complaints = ""
  }

  private enum Event: Sendable {
    /// A task came to its end, and nothing follows from it.
    case done
    case answer(Result<Message?, FrameError>)
    case complaints(String)
    case outOfTime
  }

  private typealias Process = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

  private func converse(with process: Process) async throws -> Transcript {
    await withTaskGroup(of: Event.self) { group in
      group.addTask { await writeRequest(to: process) }
      group.addTask { .answer(await readAnswer(from: process)) }
      group.addTask { .complaints(await readComplaints(from: process)) }
      let start = ContinuousClock.now
      if let patience { group.addTask { await waitUntil(start + .seconds(min(patience, 3e9))) } }
      return await listen(to: &group, process)
    }
  }

  private func listen(to group: inout TaskGroup<Event>, _ process: Process) async -> Transcript {
    var transcript = Transcript()
    var missing = 2
    while missing > 0, let event = await group.next() {
      switch event {
      case .done: break
      case .answer(let answer):
        transcript.answer = answer
        missing -= 1
        try? await process.standardInputWriter.finish()
        // Nothing more is wanted of a worker that has spoken. One that has not leaves by itself, and its exit
        // status says why.
        if case .success(nil) = answer { break }
        try? process.send(signal: .kill)
      case .complaints(let text):
        transcript.complaints = text
        missing -= 1
      case .outOfTime:
        transcript.isOutOfTime = !Task.isCancelled
        try? process.send(signal: .kill)
      }
    }
    group.cancelAll()
    return transcript
  }

  private func writeRequest(to process: Process) async -> Event {
    // A worker that is gone cannot be written to; its exit status tells more than the broken pipe.
    _ = try? await process.standardInputWriter.write(request)
    return .done
  }

  private func readAnswer(from process: Process) async -> Result<Message?, FrameError> {
    var receiver = MessageReceiver(longestPayload: longestAnswer)
    do {
      for try await buffer in process.standardOutput {
        buffer.withUnsafeBytes { receiver.append($0) }
        if let message = try receiver.message() { return .success(message) }
      }
    } catch let error as FrameError {
      return .failure(error)
    } catch {
      // The pipe broke: as good as its end.
    }
    return receiver.isEmpty ? .success(nil) : .failure(.truncated)
  }

  /// Reads standard error to its end, and keeps the end of it.
  private func readComplaints(from process: Process) async -> String {
    var tail: [UInt8] = []
    do {
      for try await buffer in process.standardError {
        if passesLogs { buffer.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) } }
        buffer.withUnsafeBytes { tail.append(contentsOf: $0) }
        tail.removeFirst(max(0, tail.count - 4096))
      }
    } catch {
      // What was read so far is what there is.
    }
    let lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.suffix(5).joined(separator: "\n")
  }

  private func waitUntil(_ moment: ContinuousClock.Instant) async -> Event {
    do {
      try await ContinuousClock().sleep(until: moment)
      return .outOfTime
    } catch {
      return .done
    }
  }

  private func outcome(
    of transcript: Transcript, _ status: TerminationStatus, backend: String, remedy: String
  ) throws(BackendError) -> Outcome {
    if case .success(.some(let message)) = transcript.answer { return .message(message) }
    if transcript.isOutOfTime { return .outOfTime }
    let complaints = transcript.complaints.isEmpty ? "" : "; it last said: \(transcript.complaints)"
    switch (transcript.answer, status) {
    case (.success, .exited(127)):
      // The dynamic loader's way of saying that a library is missing.
      throw .unavailable(backend: backend, remedy: remedy + complaints)
    case (_, .signaled(let signal)) where signal != Signal.kill.rawValue:
      throw .failed(backend: backend, detail: "the worker crashed (signal \(signal))\(complaints)")
    case (.failure(let error), _):
      throw .failed(backend: backend, detail: "the worker's answer is damaged: \(error)\(complaints)")
    case (_, .signaled(let signal)):
      throw .failed(backend: backend, detail: "the worker was killed (signal \(signal))\(complaints)")
    case (_, .exited(let code)):
      throw .failed(backend: backend, detail: "the worker left with code \(code) and no answer\(complaints)")
    }
  }
}

/// Writing to a worker that has died raises SIGPIPE, which by default ends the program, and swift-subprocess 1.0.2
/// leaves it at that. Once, and only where nobody has decided otherwise, the signal is ignored: writes then fail
/// with an error.
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
