import Foundations
import LinearModels
import Synchronization

// The imports are `@preconcurrency`, since `environ` is a variable, although nothing changes it.
#if canImport(Darwin)
  @preconcurrency import Darwin
#else
  @preconcurrency import Glibc
#endif

/// A worker process on pipes, for calls that block.
///
/// It is started by posix_spawn and not by swift-subprocess, which is asynchronous: a caller that blocks cannot wait
/// for its tasks, and each of the thousands of answers of a session would come over several of them.
final class WorkerChild {
  /// The process, and the group of its own that it leads: signals of the terminal do not reach it, and processes that
  /// it started end with it.
  private let process: pid_t
  /// The parent's ends of the pipes, none of which blocks.
  private let input: Int32
  private let output: Int32
  private let errors: Int32
  private var complaints: Complaints
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)
  private var end: WorkerEnd?
  private var isInputOpen = true

  private static let spawning = Mutex(())

  /// Starts a worker whose standard error is copied to a log.
  /// - Throws: `unavailable` if there is no such program, `failed` if the system cannot start it.
  init(_ backend: WorkerBackend, log: Int32?) throws(BackendError) {
    let executable = try backend.requireExecutable()
    _ = WorkerBackend.surviveBrokenPipes
    var pipes: [Pipe] = []
    var process: pid_t = 0
    // One at a time: until its descriptors are marked, another child would get copies of them, and keep the input of
    // this one open.
    let code = Self.spawning.withLock { _ in
      for end in [Pipe.End.writing, .reading, .reading] {
        guard let pipe = Pipe(parent: end) else { return errno }
        pipes.append(pipe)
      }
      return spawn(executable, pipes.map(\.child), &process)
    }
    for pipe in pipes { pipe.child.close() }
    guard code == 0 else {
      for pipe in pipes { pipe.parent.close() }
      if code == ENOENT {
        throw .unavailable(backend: backend.name, remedy: "\(executable) is missing; \(backend.remedy)")
      }
      throw .failed(
        backend: backend.name, detail: "the worker could not be started: \(String(cString: strerror(code)))")
    }
    self.process = process
    (input, output, errors) = (pipes[0].parent, pipes[1].parent, pipes[2].parent)
    complaints = Complaints(log: log)
    WorkerBackend.running.withLock { _ = $0.insert(process) }
  }

  deinit {
    kill(-process, SIGKILL)
    _ = wait(0)
    // What is left of its log.
    _ = drainErrors()
    WorkerBackend.running.withLock { _ = $0.remove(process) }
    closeInput()
    output.close()
    errors.close()
  }

  /// What happened to the pipes.
  struct Event {
    /// The number of bytes that were written.
    var written = 0
    /// Whether the worker has closed its output.
    var isAtEnd = false
  }

  /// Writes as much as the pipe takes, passes what the worker wrote to `receive`, and waits for one of the two if neither
  /// is possible, at most for some time [s].
  func exchange(
    _ bytes: ArraySlice<UInt8>, patience: Double, receive: (UnsafeRawBufferPointer) -> Void
  ) -> Event {
    var event = Event()
    if !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      // Writing to a worker that has exited fails; that its output has ended says so.
      event.written = count < 0 && errno != EAGAIN && errno != EINTR ? bytes.count : max(0, count)
      if event.written > 0 { return event }
    }
    var polled = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      // A negative descriptor is left out.
      pollfd(fd: bytes.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
    ]
    guard poll(&polled, 3, Int32(1000 * patience)) > 0 else { return event }
    if polled[1].revents != 0, drainErrors(), polled[0].revents == 0 {
      // The end of standard error alone would be reported for ever.
      usleep(1000)
    }
    if polled[0].revents != 0 {
      let count = Descriptor.fill(&chunk, from: output)
      if count > 0 {
        chunk.withUnsafeBytes { receive(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
      } else if count == 0 || errno != EAGAIN {
        event.isAtEnd = true
      }
    }
    return event
  }

  /// Ends the worker, and returns how it ended, and the last lines that it wrote to standard error.
  ///
  /// One that has closed its output is about to end by itself, and its exit status is the reason; it has a second.
  func finish(isAboutToEnd: Bool) -> (end: WorkerEnd, lastLines: String) {
    closeInput()
    let end = isAboutToEnd ? wait(1) : nil
    kill(-process, SIGKILL)
    let last = end ?? wait(0)
    _ = drainErrors()
    return (last ?? .signaled(SIGKILL), complaints.lastLines)
  }

  private func closeInput() {
    if isInputOpen { input.close() }
    isInputOpen = false
  }

  /// Reads what the worker has written to standard error; whether it has closed it.
  private func drainErrors() -> Bool {
    while true {
      let count = Descriptor.fill(&chunk, from: errors)
      guard count > 0 else { return count == 0 }
      chunk.withUnsafeBytes { complaints.append(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
    }
  }

  /// Waits for the end of the worker for some time, or for ever if that is 0 [s].
  private func wait(_ seconds: Double) -> WorkerEnd? {
    let budget = Budget(seconds: seconds)
    while end == nil {
      var status: Int32 = 0
      let result = waitpid(process, &status, seconds == 0 ? 0 : WNOHANG)
      if result == process {
        let signal = status & 0x7f
        end = signal == 0 ? .exited(status >> 8 & 0xff) : .signaled(signal)
      } else if result < 0 && errno != EINTR {
        // Somebody else has waited for it.
        return nil
      } else if seconds > 0 {
        if budget.remaining == 0 { return nil }
        _ = drainErrors()
        usleep(2000)
      }
    }
    return end
  }
}

/// A pipe between this process and a worker.
private struct Pipe {
  /// What the parent does with its end.
  enum End { case reading, writing }

  let parent: Int32
  let child: Int32

  /// Makes a pipe whose parent's end does not block; `nil` if the system cannot, with the reason in `errno`.
  init?(parent end: End) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    // The standard descriptors of the worker are replaced one by one, so that none of these may be one of them.
    let copies = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
    for end in ends { end.close() }
    guard copies.allSatisfy({ $0 >= 0 }) else {
      let reason = errno
      for copy in copies where copy >= 0 { copy.close() }
      errno = reason
      return nil
    }
    (parent, child) = end == .reading ? (copies[0], copies[1]) : (copies[1], copies[0])
    _ = fcntl(parent, F_SETFL, O_NONBLOCK)
  }
}

/// Starts a program with the given standard descriptors, in a process group of its own; the result is an error code.
private func spawn(_ executable: String, _ standard: [Int32], _ process: inout pid_t) -> Int32 {
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_CLOEXEC_DEFAULT
  #else
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    let flags = POSIX_SPAWN_SETPGROUP
  #endif
  posix_spawn_file_actions_init(&actions)
  posix_spawnattr_init(&attributes)
  defer {
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }
  for (number, descriptor) in standard.enumerated() {
    posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
  }
  posix_spawnattr_setflags(&attributes, Int16(flags))
  posix_spawnattr_setpgroup(&attributes, 0)
  var arguments = [strdup(executable), nil]
  var environment = workerEnvironment()
  defer { for text in arguments + environment { free(text) } }
  return posix_spawn(&process, executable, &actions, &attributes, &arguments, &environment)
}

/// The environment of this process for a worker, whose crash is told by its last words and not by a backtrace.
private func workerEnvironment() -> [UnsafeMutablePointer<CChar>?] {
  #if canImport(Darwin)
    var next = _NSGetEnviron().pointee
  #else
    var next = environ
  #endif
  var variables: [UnsafeMutablePointer<CChar>?] = []
  while let variable = next.pointee {
    if strncmp(variable, "SWIFT_BACKTRACE=", 16) != 0 { variables.append(strdup(variable)) }
    next += 1
  }
  return variables + [strdup("SWIFT_BACKTRACE=enable=no"), nil]
}

extension Int32 {
  /// Closes this file descriptor.
  fileprivate func close() {
    #if canImport(Darwin)
      _ = Darwin.close(self)
    #else
      _ = Glibc.close(self)
    #endif
  }
}
