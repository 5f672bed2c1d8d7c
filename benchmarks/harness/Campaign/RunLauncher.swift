import Foundation
import Foundations
import Subprocess

/// Performs each run in a process of its own, and kills processes that exceed their time limit.
struct RunLauncher: Sendable {
  /// The program that answers a ``RunRequest`` if it is called with ``arguments``.
  let executable: String
  let arguments: [String]

  /// The time beyond its limit after which a run's process is killed [s]; normally the run ends itself before.
  private static func grace(_ limit: Double) -> Double { limit * 0.04 + 0.5 }
  /// The time limit for reading an instance [s].
  private static let longestStart = 300.0

  /// Performs a run and returns its record; `nil` if the task is cancelled meanwhile.
  ///
  /// - Parameter request: the run.
  func record(of request: RunRequest) async -> RunRecord? {
    let transcript: Transcript
    do {
      transcript = try await self.transcript(of: request)
    } catch {
      if Task.isCancelled { return nil }
      return failure(of: request, "its process could not be run: \(error)")
    }
    guard !Task.isCancelled else { return nil }
    if var record = transcript.record {
      record.root = transcript.root
      return record
    }
    if let started = transcript.started, transcript.isOutOfTime {
      var record = failure(of: request, "it exceeded the time limit, and its process was killed")
      record.outcome = .timedOut
      record.seconds = (transcript.ended - started) / .seconds(1)
      record.incumbents = transcript.incumbents
      record.value = transcript.incumbents.last?.value
      return record
    }
    return failure(of: request, transcript.isOutOfTime ? "its process did not start" : transcript.lastWords)
  }

  private func failure(of request: RunRequest, _ detail: String) -> RunRecord {
    var record = RunRecord(
      subject: request.subject, method: request.method, repetition: request.repetition, outcome: .failed,
      seconds: 0)
    record.detail = detail
    return record
  }

  // MARK: The process

  /// The messages and the end of a process.
  private struct Transcript: Sendable {
    var started: ContinuousClock.Instant?
    var ended = ContinuousClock.now
    var record: RunRecord?
    var incumbents: [RunRecord.Incumbent] = []
    var root: Double?
    var isOutOfTime = false
    var lastWords = ""
  }

  private enum Event: Sendable {
    case message(RunMessage)
    case end
    case complaints(String)
    case tick
  }

  private typealias Process = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

  private func transcript(of request: RunRequest) async throws -> Transcript {
    let line = Array(try JSONLine.text(of: request).utf8)
    var platform = PlatformOptions()
    // A separate group, so that signals of the terminal do not reach the process.
    platform.processGroupID = 0
    let result = try await Subprocess.run(
      .path(.init(executable)), arguments: .init(arguments), platformOptions: platform, input: .inputWriter,
      output: .sequence, error: .sequence
    ) { process in
      // Writing fails if the process has ended; its exit status says more than the broken pipe.
      let writer = Task { _ = try? await process.standardInputWriter.write(line) }
      defer { writer.cancel() }
      return await listen(to: process, limit: request.limit)
    }
    var transcript = result.closureResult
    transcript.lastWords = "its process ended (\(result.terminationStatus)) \(transcript.lastWords)"
    return transcript
  }

  private func listen(to process: Process, limit: Double) async -> Transcript {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let reader = Task {
      await readMessages(of: process) { continuation.yield(.message($0)) }
      continuation.yield(.end)
    }
    let complaints = Task { continuation.yield(.complaints(await lastWords(of: process))) }
    let ticker = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(50))
        continuation.yield(.tick)
      }
    }
    var transcript = Transcript()
    var end = ContinuousClock.now + .seconds(Self.longestStart)
    var missing = 2
    for await event in events {
      switch event {
      case .message(let message):
        note(message, in: &transcript)
        if case .improved = message { break }
        // Each part of the work, the run and then the relaxation, has the whole limit.
        end = ContinuousClock.now + .seconds(min(limit + Self.grace(limit), 1e9))
      case .complaints(let words):
        transcript.lastWords = words
        missing -= 1
      case .end:
        transcript.ended = ContinuousClock.now
        missing -= 1
      case .tick:
        if ContinuousClock.now > end, !transcript.isOutOfTime { transcript.isOutOfTime = true }
        if transcript.isOutOfTime || Task.isCancelled { kill(process) }
      }
      if missing == 0 { break }
    }
    ticker.cancel()
    reader.cancel()
    complaints.cancel()
    return transcript
  }

  private func note(_ message: RunMessage, in transcript: inout Transcript) {
    switch message {
    case .started: transcript.started = ContinuousClock.now
    case .improved(let incumbent): transcript.incumbents.append(incumbent)
    case .finished(let record): transcript.record = record
    case .relaxed(let value): transcript.root = value
    }
  }

  /// Kills the process. Its backend is in another group, but ends with it.
  private func kill(_ process: Process) { try? process.send(signal: .kill, toProcessGroup: true) }

  private func readMessages(of process: Process, _ note: (RunMessage) -> Void) async {
    var pending: [UInt8] = []
    let decoder = JSONDecoder()
    do {
      for try await buffer in process.standardOutput {
        buffer.withUnsafeBytes { pending.append(contentsOf: $0) }
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
          if let message = try? decoder.decode(RunMessage.self, from: Data(pending[..<end])) { note(message) }
          pending.removeSubrange(...end)
        }
      }
    } catch {
      // A broken pipe counts as the end of the output.
    }
  }

  private func lastWords(of process: Process) async -> String {
    var tail: [UInt8] = []
    do {
      for try await buffer in process.standardError {
        buffer.withUnsafeBytes { tail.append(contentsOf: $0) }
        tail.removeFirst(max(0, tail.count - 2048))
      }
    } catch {
      // The output read so far has to do.
    }
    let lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.suffix(3).map { TerminalText.escaped(String($0)) }.joined(separator: "; ")
  }
}
