import LinearModels

#if CBC
  import LinearModels

  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// Runs `body` with a log.
  ///
  /// The library can write its log only to standard output. Therefore standard output leads into a pipe while `body`
  /// runs, and a thread copies the log from the pipe and reports the progress in it.
  ///
  /// The C interface has a callback for messages, but branch and bound runs on a copy of the model without the
  /// callback.
  ///
  /// - Parameters:
  ///   - descriptor: the file descriptor to which the log is copied; `nil` for no log and no reports.
  ///   - report: receives the progress.
  ///   - body: the solve.
  /// - Throws: the errors of `body`.
  func withLog<Value>(
    to descriptor: Int32?, report: @escaping SolveReport, _ body: () throws(BackendError) -> Value
  ) throws(BackendError) -> Value {
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
    #if canImport(Darwin)
      private var thread: pthread_t?
    #else
      private var thread = pthread_t()
    #endif

    /// Redirects standard output; `nil` if the system cannot make a pipe or a thread.
    init?(_ log: Int32, _ report: @escaping SolveReport) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { return nil }
      fflush(nil)
      output = dup(STDOUT_FILENO)
      source = ends[0]
      self.log = log == STDOUT_FILENO ? output : log
      self.report = report
      let code = pthread_create(
        &thread, nil,
        { argument in
          let pointer: UnsafeMutableRawPointer? = argument
          if let pointer { Unmanaged<LogTap>.fromOpaque(pointer).takeUnretainedValue().passOn() }
          return nil
        }, Unmanaged.passUnretained(self).toOpaque())
      if code == 0 { dup2(ends[1], STDOUT_FILENO) }
      close(ends[1])
      if code != 0 {
        for descriptor in [source, output] where descriptor >= 0 { close(descriptor) }
        return nil
      }
    }

    /// Restores standard output, and waits until the whole log is copied.
    func end() {
      fflush(nil)
      if output >= 0 { dup2(output, STDOUT_FILENO) } else { close(STDOUT_FILENO) }
      #if canImport(Darwin)
        if let thread { pthread_join(thread, nil) }
      #else
        pthread_join(thread, nil)
      #endif
      for descriptor in [source, output] where descriptor >= 0 { close(descriptor) }
    }

    /// Copies the log from the pipe until its end, and reports the progress in it.
    private func passOn() {
      var reader = CBCLogReader()
      var chunk = [UInt8](repeating: 0, count: 1 << 12)
      while true {
        let count = chunk.withUnsafeMutableBytes { read(source, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        chunk.withUnsafeBytes { _ = write(log, $0.baseAddress, count) }
        for progress in reader.read(chunk.prefix(count)) { report(progress) }
      }
    }
  }

  /// Finds the progress of a solve in the log of CBC.
  struct CBCLogReader {
    private var line: [UInt8] = []
    private var progress = SolveProgress()

    /// Reads the next bytes of the log.
    ///
    /// - Returns: the progress after each line that reports some.
    mutating func read(_ bytes: ArraySlice<UInt8>) -> [SolveProgress] {
      var reports: [SolveProgress] = []
      for byte in bytes {
        if byte != UInt8(ascii: "\n") {
          line.append(byte)
          continue
        }
        if note(String(decoding: line, as: UTF8.self)) { reports.append(progress) }
        line.removeAll(keepingCapacity: true)
      }
      return reports
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
      let (text, phrase) = (Array(line.utf8), Array(phrase.utf8))
      guard text.count > phrase.count else { return nil }
      let start = (0..<(text.count - phrase.count)).first { text[$0...].starts(with: phrase) }
      guard let start else { return nil }
      let digits = text[(start + phrase.count)...].prefix {
        $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ",")
      }
      return Double(String(decoding: digits, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }
  }
#endif
