import Foundations
import LinearModels

// The imports are `@preconcurrency`, since `stdout` is a variable, although nothing changes it.
#if canImport(Darwin)
  @preconcurrency import Darwin
#else
  @preconcurrency import Glibc
#endif

/// Runs a worker process, which reads a request from standard input, and writes its progress and an answer to standard
/// output. If the request is for an LP session, it answers more requests until standard input ends.
///
/// Standard input stays open while the worker solves. When standard input ends, the worker exits, so that it does not
/// outlive its parent. The worker ignores the signals that a terminal sends to all processes of a program, since the
/// parent answers them. The output of a solver library to standard output goes to standard error.
///
/// With the argument `--version`, the worker prints the name and version of the backend instead.
public func runWorker(_ backend: some Backend) -> Never {
  if CommandLine.arguments.dropFirst().first == "--version" {
    print(backend.name, (try? backend.version) ?? "")
    exit(0)
  }
  if isatty(STDIN_FILENO) != 0 {
    complain("\(backend.name): this program is a part of layerroute, which runs it when it is needed")
    exit(64)
  }
  for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
  // A folder that exists in any case: CBC 2.10.8 crashes if the working folder was deleted.
  _ = chdir("/")
  let answers = privateStandardOutput()
  var requests = RequestReader()
  let request = requests.next()
  if case .success(.openSession(let log)) = request { serveSession(backend, log: log, &requests, answers) }
  let answer = reply(to: request, backend) { progress in
    // If the parent is gone, the end of standard input shows it.
    _ = Descriptor.writeAll(Message.progress(progress).encoded(), to: answers)
  }
  fflush(nil)
  let isSent = Descriptor.writeAll(answer.encoded(), to: answers)
  // Destructors do not run: the library is not needed any more, and a crash in it would spoil the exit status.
  _exit(isSent ? 0 : 74)
}

/// Moves the channel for answers away from descriptor 1, to which C libraries print.
private func privateStandardOutput() -> Int32 {
  let channel = dup(STDOUT_FILENO)
  if channel >= 0 { _ = fcntl(channel, F_SETFD, FD_CLOEXEC) }
  dup2(STDERR_FILENO, STDOUT_FILENO)
  // The output of a library before a crash must not be lost in a buffer.
  setvbuf(stdout, nil, _IOLBF, 0)
  return channel
}

/// The answer to a request.
private func reply(
  to request: Result<Message, FrameError>, _ backend: some Backend, report: @escaping SolveReport
) -> Message {
  switch request {
  case .success(.hello):
    do {
      return .identity(name: backend.name, version: try backend.version)
    } catch {
      return .failure(error)
    }
  case .success(.solve(let model, let options)):
    exitAtEndOfInput()
    do {
      return .solution(try solve(model, options, backend, report))
    } catch {
      return .failure(error)
    }
  case .success: return .failure(.failed(backend: backend.name, detail: "the message is not a request"))
  case .failure(let error):
    return .failure(.failed(backend: backend.name, detail: "the request was damaged: \(error)"))
  }
}

/// Solves a model in the memory that the options allow.
private func solve(
  _ model: CompiledModel, _ options: SolveOptions, _ backend: some Backend, _ report: @escaping SolveReport
) throws(BackendError) -> Solution {
  var options = options
  if let limit = options.memoryLimit {
    guard MemoryLimit.set(bytes: limit) else {
      throw .unsupported(backend: backend.name, option: "a memory limit of \(limit) bytes on this system")
    }
    options.memoryLimit = nil
  }
  var solution = try backend.solve(model, options: options, report: report)
  solution.peakMemory = PeakMemory.bytes
  return solution
}

/// Reads messages from standard input.
struct RequestReader {
  private var receiver = MessageReceiver(longestPayload: 1 << 34)
  private var chunk = [UInt8](repeating: 0, count: 1 << 18)

  /// The next message. If there is none because the parent is gone, no answer is needed, and the worker exits.
  mutating func next() -> Result<Message, FrameError> {
    while true {
      do {
        if let message = try receiver.message() { return .success(message) }
      } catch {
        return .failure(error)
      }
      let count = Descriptor.fill(&chunk, from: STDIN_FILENO)
      if count <= 0 {
        if receiver.isEmpty { _exit(0) }
        return .failure(.truncated)
      }
      chunk.withUnsafeBytes { receiver.append(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
    }
  }
}

/// Starts a thread that ends the worker at the end of standard input, at which the parent is gone. It reads nothing, so
/// that it takes no request away.
func exitAtEndOfInput() {
  let thread = SystemThread {
    // No event is asked for: the end of a pipe is reported in any case.
    var input = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
    while poll(&input, 1, -1) <= 0 {}
    _exit(0)
  }
  if thread == nil { complain("no thread can watch standard input, so the solve may outlive its parent") }
}

/// Writes a line to standard error.
private func complain(_ text: String) { _ = Descriptor.writeAll(Array("\(text)\n".utf8), to: STDERR_FILENO) }
