import Foundations
import LinearModels
import Worker

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A worker whose library misbehaves, as the environment variable STUB says, in a solve and in a session; it reports an
/// incumbent before, where STUB_POINT has one value a column.
struct MisbehavingBackend: Backend, LinearSessionSource {
  let name = "stub"
  let version = "1"
  let takesStart = false

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) throws(BackendError) -> Solution {
    let point = variable("STUB_POINT")?.split(separator: ",").compactMap { Double($0) }
    if let point { report(SolveProgress(values: point, objective: 1, bound: 0, nodes: 7)) }
    breakDown()
    switch variable("STUB") {
    case "lie": return lie(model)
    case "infeasible": return Solution(termination: .infeasible)
    case "bound": return Solution(termination: .limit(.time), bound: 1e9)
    case "count": return Solution(termination: .infeasible, nodes: .max, iterations: .max)
    case "short": return Solution(termination: .optimal, values: [], objective: 0, bound: 0)
    default: throw .failed(backend: name, detail: "STUB says nothing that is known")
    }
  }

  func openSession(
    log: Int32?, cancellation: Cancellation
  ) throws(BackendError) -> any LinearSession {
    if variable("STUB") == "hang at the start" { hang() }
    return MisbehavingSession(backend: self)
  }

  /// A session that answers well as long as nothing is asked for, and then breaks down.
  private final class MisbehavingSession: LinearSession {
    private let backend: MisbehavingBackend
    var name: String { backend.name }

    init(backend: MisbehavingBackend) { self.backend = backend }

    func solve(
      _ changes: LinearChanges, options: LinearSolveOptions
    ) throws(BackendError) -> LinearSolution {
      if changes == LinearChanges() {
        return LinearSolution(termination: .optimal, objective: 0, bound: 0, values: [], rowDuals: [])
      }
      backend.breakDown()
      switch backend.variable("STUB") {
      case "short": return LinearSolution(termination: .optimal, objective: 0, values: [])
      default: throw .failed(backend: name, detail: "STUB says nothing that is known")
      }
    }
  }

  /// What can go wrong in any library.
  private func breakDown() {
    complain("the last words of the stub")
    switch variable("STUB") {
    case "abort": abort()
    case "segfault": raise(SIGSEGV)
    case "hang": hang()
    case "eat": eat()
    case "garbage": complainOnAnswers()
    case "close": close(STDOUT_FILENO)
    case "leave": exit(3)
    case "talk": talk()
    case "escape":
      complain("\u{1B}[31mred\u{7}")
      abort()
    default: break
    }
  }

  /// More than a pipe holds.
  private func talk() {
    for line in 0..<20_000 { complain("line \(line) of the log") }
  }

  /// Deaf to every signal that can be ignored.
  private func hang() -> Never {
    for number in Int32(1)..<32 where number != SIGKILL && number != SIGSTOP { signal(number, SIG_IGN) }
    while true { sleep(1000) }
  }

  /// Takes memory until there is none.
  private func eat() -> Never {
    while true {
      guard let block = malloc(1 << 24) else {
        complain("no memory available")
        abort()
      }
      memset(block, 1, 1 << 24)
    }
  }

  /// Writes nonsense where the answer belongs: the worker's channel is the first descriptor after the standard ones.
  private func complainOnAnswers() -> Never {
    let nonsense = [UInt8](repeating: 7, count: 100_000)
    _ = nonsense.withUnsafeBytes { write(3, $0.baseAddress, $0.count) }
    sleep(1000)
    exit(0)
  }

  /// Calls the first point that it can think of optimal.
  private func lie(_ model: CompiledModel) -> Solution {
    Solution(termination: .optimal, values: model.columnUpper, objective: 0, bound: 0)
  }

  private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private func complain(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

runWorker(MisbehavingBackend())
