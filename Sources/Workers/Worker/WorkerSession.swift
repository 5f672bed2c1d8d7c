import Foundations
import LinearModels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Opens an LP session, confirms it, and answers requests until standard input ends.
func serveSession(
  _ backend: some Backend, log: Int32?, _ requests: inout RequestReader, _ answers: Int32
) -> Never {
  func send(_ message: Message) {
    if !Descriptor.writeAll(message.encoded(), to: answers) { _exit(74) }
  }
  func fail(_ error: BackendError) -> Never {
    send(.failure(error))
    fflush(nil)
    _exit(0)
  }
  exitAtEndOfInput()
  do throws(BackendError) {
    let session = try openSession(of: backend, log: log)
    send(.identity(name: backend.name, version: try backend.version))
    while true {
      switch requests.next() {
      case .success(.resolve(let changes, let options)):
        send(.linearSolution(try session.solve(changes, options: options)))
      case .success: fail(.failed(backend: backend.name, detail: "the message is no request of a session"))
      case .failure(let error):
        fail(.failed(backend: backend.name, detail: "the request was damaged: \(error)"))
      }
    }
  } catch {
    fail(error)
  }
}

private func openSession(
  of backend: some Backend, log: Int32?
) throws(BackendError) -> any LinearSession {
  guard let source = backend as? any LinearSessionSource else {
    throw .unsupported(backend: backend.name, option: "LP sessions")
  }
  return try source.openSession(log: log)
}
