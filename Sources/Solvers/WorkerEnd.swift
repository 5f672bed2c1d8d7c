import Foundations
import LinearModels
import Worker

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How a worker process ended.
enum WorkerEnd: Sendable {
  case exited(Int32)
  case signaled(Int32)

  /// The error that the end of a worker without a valid answer stands for.
  ///
  /// - Parameters:
  ///   - damage: what is wrong with its answer; `nil` if there is none.
  ///   - complaints: the last lines of its standard error.
  ///   - memoryLimit: the memory that it may take [byte]; `nil` for no limit.
  func failure(
    of backend: WorkerBackend, damage: FrameError?, complaints: String, memoryLimit: Double? = nil
  ) -> BackendError {
    let words = complaints.isEmpty ? "" : "; its last output: \(complaints)"
    if damage == nil, case .exited(127) = self {
      // The dynamic loader exits with this code if a library is missing.
      return .unavailable(backend: backend.name, remedy: backend.remedy + words)
    }
    let hint = memoryLimit.map { "; it may take \(Int($0)) bytes of memory (--memory-limit)" } ?? ""
    return .failed(backend: backend.name, detail: whatHappened(damage) + hint + words)
  }

  private func whatHappened(_ damage: FrameError?) -> String {
    switch (damage, self) {
    // After a damaged answer the worker is killed here, so the signal says nothing.
    case (let error?, .signaled(SIGKILL)), (let error?, .exited):
      "the worker's answer is damaged: \(error)"
    case (_, .signaled(SIGKILL)):
      "the worker was killed (signal 9), perhaps because memory ran short"
    case (_, .signaled(let signal)):
      "the worker crashed (signal \(signal)\(Self.meanings[signal].map { ", \($0)" } ?? ""))"
    case (nil, .exited(let code)): "the worker exited with code \(code) and no answer"
    }
  }

  private static let meanings: [Int32: String] = [
    SIGABRT: "abort", SIGSEGV: "segmentation fault", SIGBUS: "bus error", SIGFPE: "arithmetic error",
    SIGILL: "illegal instruction", SIGTRAP: "trap",
  ]
}

/// The standard error of a worker, of which the last lines are kept.
struct Complaints {
  /// The file descriptor to which everything is copied; `nil` for none.
  let log: Int32?
  private var tail: [UInt8] = []

  init(log: Int32?) { self.log = log }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if let log { _ = write(log, bytes.baseAddress, bytes.count) }
    tail.append(contentsOf: bytes)
    tail.removeFirst(max(0, tail.count - 4096))
  }

  var lastLines: String {
    let lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.suffix(5).map { TerminalText.escaped(String($0)) }.joined(separator: "\n")
  }
}
