import Foundations
import LinearModels

#if CBC
  #if canImport(Darwin)
    import Darwin
  #else
    import Glibc
  #endif

  /// Runs `body` with a log.
  ///
  /// The library can write its log only to standard output. Therefore standard output leads into a pipe while `body`
  /// runs, and a thread copies the log from the pipe and reports the progress in it.
  ///
  /// The C interface has a callback for messages, but branch and bound runs on a copy of the model without it. Without a
  /// descriptor there is no log and no report.
  func withLog<Value, Failure: Error>(
    to descriptor: Int32?, report: @escaping SolveReport, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard let descriptor, let tap = LogTap(descriptor, report) else { return try body() }
    defer { tap.end() }
    return try body()
  }

  /// The pipe that replaces standard output, and the thread that reads from it.
  private final class LogTap {
    private let output: Int32
    private let log: Int32
    private let source: Int32
    private let report: SolveReport
    private var thread: SystemThread?

    /// Redirects standard output; `nil` if the system cannot make a pipe or a thread.
    init?(_ log: Int32, _ report: @escaping SolveReport) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { return nil }
      fflush(nil)
      output = dup(STDOUT_FILENO)
      source = ends[0]
      self.log = log == STDOUT_FILENO ? output : log
      self.report = report
      thread = SystemThread { [self] in passOn() }
      if thread != nil { dup2(ends[1], STDOUT_FILENO) }
      close(ends[1])
      if thread == nil {
        closeAll()
        return nil
      }
    }

    /// Restores standard output, and waits until the whole log is copied.
    func end() {
      fflush(nil)
      if output >= 0 { dup2(output, STDOUT_FILENO) } else { close(STDOUT_FILENO) }
      thread?.join()
      closeAll()
    }

    private func closeAll() {
      for descriptor in [source, output] where descriptor >= 0 { close(descriptor) }
    }

    /// Copies the log from the pipe until its end, and reports the progress in it.
    private func passOn() {
      var reader = CBCLogReader()
      var chunk = [UInt8](repeating: 0, count: 1 << 12)
      while true {
        let count = Descriptor.fill(&chunk, from: source)
        if count <= 0 { return }
        chunk.withUnsafeBytes { _ = write(log, $0.baseAddress, count) }
        for progress in reader.read(chunk.prefix(count)) { report(progress) }
      }
    }
  }

  /// Finds the progress of a solve in the log of CBC.
  struct CBCLogReader {
    /// The start of a line that is not complete.
    private var line: ArraySlice<UInt8> = []
    private var progress = SolveProgress()

    /// Reads the next bytes of the log, and returns the progress after each line that reports some.
    mutating func read(_ bytes: ArraySlice<UInt8>) -> [SolveProgress] {
      var lines = (line + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      line = lines.popLast() ?? []
      return lines.compactMap { note(String(decoding: $0, as: UTF8.self)) ? progress : nil }
    }

    /// Notes the progress in a line, if it is one of these messages of CBC 2.10.8:
    ///
    ///     Continuous objective value is 1.5 - 0.00 seconds
    ///     Cbc0012I Integer solution of 25 found by feasibility pump after 0 iterations and 0 nodes (0.01 seconds)
    ///     Cbc0010I After 1000 nodes, 33 on tree, 6 best solution, best possible 1.5 (2.50 seconds)
    private mutating func note(_ line: String) -> Bool {
      if let bound = number(in: line, after: "Continuous objective value is ") {
        progress.bound = bound
      } else if let objective = number(in: line, after: "Integer solution of ") {
        progress.objective = objective
        if let nodes = number(in: line, after: "iterations and ") { note(nodes: nodes) }
      } else if let nodes = number(in: line, after: "I After "), line.hasPrefix("Cbc0010") {
        note(nodes: nodes)
        if let bound = number(in: line, after: "best possible "), abs(bound) < 1e49 { progress.bound = bound }
      } else {
        return false
      }
      return true
    }

    private mutating func note(nodes: Double) { progress.nodes = Int(exactly: nodes) ?? progress.nodes }

    /// The number that follows a phrase.
    private func number(in line: String, after phrase: String) -> Double? {
      guard let place = line.firstRange(of: phrase) else { return nil }
      let number = Double(line[place.upperBound...].prefix { $0 != " " && $0 != "," })
      return number.flatMap { $0.isFinite ? $0 : nil }
    }
  }
#endif
