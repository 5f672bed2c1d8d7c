import LinearModels

// `stdout` is a variable, but nobody changes it.
#if canImport(Darwin)
  @preconcurrency import Darwin
#elseif canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#endif

/// The whole life of a worker process: one request in on standard input, its progress and one answer out on standard
/// output.
///
/// Standard input stays open while the worker solves; at its end the worker exits, so that it dies with its
/// parent. Nothing else ends it gently: the signals that a terminal sends to all of a program's processes are for the
/// parent to answer. Whatever a solver library prints to standard output goes to standard error.
///
/// With `--version` as its argument, it prints the backend's name and version instead.
public func runWorker(_ backend: some Backend) -> Never {
  if CommandLine.arguments.dropFirst().first == "--version" {
    print(backend.name, backend.version)
    exit(0)
  }
  if isatty(STDIN_FILENO) != 0 {
    complain("\(backend.name): a part of layerroute, which talks to it by itself")
    exit(64)
  }
  for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
  let answers = privateStandardOutput()
  let answer = reply(to: receiveMessage(), backend) { progress in
    // A parent that is gone will be noticed at the end of standard input.
    _ = send(Message.progress(progress).encoded(), to: answers)
  }
  fflush(nil)
  let isSent = send(answer.encoded(), to: answers)
  // No destructors: a library that solved is not needed any more, and one that crashes now would spoil it.
  _exit(isSent ? 0 : 74)
}

/// Moves the answers' channel away from descriptor 1, where C libraries print.
private func privateStandardOutput() -> Int32 {
  let channel = dup(STDOUT_FILENO)
  if channel >= 0 { _ = fcntl(channel, F_SETFD, FD_CLOEXEC) }
  dup2(STDERR_FILENO, STDOUT_FILENO)
  // What a library said before it crashed must not be lost in a buffer.
  setvbuf(stdout, nil, _IOLBF, 0)
  return channel
}

private func reply(
  to request: Result<Message, FrameError>, _ backend: some Backend, report: @escaping SolveReport
) -> Message {
  switch request {
  case .success(.hello): return .identity(name: backend.name, version: backend.version)
  case .success(.solve(let model, let options)):
    exitAtEndOfInput()
    do {
      return .solution(try solve(model, options, backend, report))
    } catch {
      return .failure(error)
    }
  case .success: return .failure(.failed(backend: backend.name, detail: "that message is not a request"))
  case .failure(let error):
    return .failure(.failed(backend: backend.name, detail: "the request was damaged: \(error)"))
  }
}

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

private func receiveMessage() -> Result<Message, FrameError> {
  var receiver = MessageReceiver(longestPayload: 1 << 34)
  var chunk = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    do {
      if let message = try receiver.message() { return .success(message) }
    } catch {
      return .failure(error)
    }
    let count = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    if count <= 0 {
      // The parent left before it asked: nobody waits for an answer.
      if receiver.isEmpty { _exit(0) }
      return .failure(.truncated)
    }
    chunk.withUnsafeBytes { receiver.append(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
  }
}

/// Watches standard input from a thread of its own: at its end the parent is gone, and so is the worker.
private func exitAtEndOfInput() {
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let code = pthread_create(
    &thread, nil,
    { _ in
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { _exit(0) }
      }
    }, nil)
  if code != 0 { complain("no thread to watch standard input: the solve may outlive its parent") }
}

private func send(_ bytes: [UInt8], to channel: Int32) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var rest = buffer[...]
    while !rest.isEmpty {
      let count = write(channel, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

private func complain(_ text: String) {
  let line = Array("\(text)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
