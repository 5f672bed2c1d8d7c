public import LinearModels
import Worker

/// Solves in a worker process, so that a crash, a hang or a missing library stays there.
///
/// Each solve starts a process of its own; solves may run in parallel.
public struct WorkerBackend: ModelSolver {
  /// The name that the command line knows it by, for example "glpk".
  public let name: String
  /// What to do where the worker or its library is missing.
  public let remedy: String
  public let takesStart: Bool
  private let executable: String?

  /// - Parameters:
  ///   - name: the backend's name.
  ///   - executable: the worker's path; `nil` for `layerroute-NAME` beside the running program.
  ///   - takesStart: whether the backend can be given a point to start from.
  ///   - remedy: one sentence that says how to get the worker or its library.
  public init(name: String, executable: String? = nil, takesStart: Bool = true, remedy: String) {
    self.name = name
    self.takesStart = takesStart
    self.remedy = remedy
    self.executable = executable ?? WorkerLocation.path(ofWorker: "layerroute-\(name)")
  }

  /// The GNU Linear Programming Kit.
  public static var glpk: WorkerBackend {
    WorkerBackend(name: "glpk", remedy: "install GLPK: apt-get install libglpk-dev, or brew install glpk")
  }

  /// COIN-OR CBC.
  public static var cbc: WorkerBackend {
    WorkerBackend(name: "cbc", remedy: "install CBC: apt-get install coinor-libcbc-dev, or brew install cbc")
  }

  /// Solves the model in a worker.
  ///
  /// A worker that does not keep the time limit is killed after a quarter of a second and 2 % more, and what it
  /// had found by then is lost. Where logs are on, they appear on standard error. The first call makes the
  /// process ignore SIGPIPE, unless it has a handler of its own.
  ///
  /// - Throws: ``/LinearModels/BackendError``; `unavailable` where the worker or its library is missing, `failed` where it
  ///   crashed or answered nonsense, `cancelled` where the task was cancelled (the worker is killed).
  public func solve(
    _ model: CompiledModel, options: SolveOptions = SolveOptions()
  ) async throws(BackendError) -> Solution {
    let longest = Message.longestAnswer(columns: model.columnCount, rows: model.rowCount)
    let limit = options.timeLimit.flatMap { $0 >= 0 ? $0 * 1.02 + 0.25 : nil }
    let exchange = WorkerExchange(
      request: Message.solve(model, options).encoded(), longestAnswer: longest,
      patience: limit, passesLogs: options.logs)
    switch try await run(exchange) {
    case .outOfTime: return Solution(termination: .limit(.time))
    case .message(.solution(let solution)): return try fitting(solution, model)
    case .message(.failure(.unavailable)): throw .unavailable(backend: name, remedy: remedyForBuild)
    case .message(.failure(let error)): throw error
    case .message: throw .failed(backend: name, detail: "the worker answered a question that nobody asked")
    }
  }

  /// Whether the worker can be had, as an answer and not as an error.
  public enum Availability: Sendable, Equatable {
    case available(version: String)
    case unavailable(reason: String)
  }

  /// Starts the worker to ask for the version of its library. Takes a few milliseconds, five seconds at most.
  public func probe() async -> Availability {
    let exchange = WorkerExchange(
      request: Message.hello.encoded(), longestAnswer: 1 << 16, patience: 5, passesLogs: false)
    do {
      switch try await run(exchange) {
      case .message(.identity(_, let version)) where !version.isEmpty: return .available(version: version)
      case .message(.identity): return .unavailable(reason: remedyForBuild)
      case .message: return .unavailable(reason: "the worker does not say who it is")
      case .outOfTime: return .unavailable(reason: "the worker does not answer")
      }
    } catch {
      switch error {
      case .unavailable(_, let remedy): return .unavailable(reason: remedy)
      case .unsupported(_, let detail), .failed(_, let detail): return .unavailable(reason: detail)
      case .cancelled: return .unavailable(reason: "the probe was cancelled")
      }
    }
  }

  /// What to do where the worker runs, but was built without its library.
  private var remedyForBuild: String {
    "built without it; \(remedy), then build again with the package trait \(name.uppercased())"
  }

  private func run(_ exchange: WorkerExchange) async throws(BackendError) -> WorkerExchange.Outcome {
    guard let executable else {
      throw .unavailable(
        backend: name, remedy: "there is no layerroute-\(name) beside this program; \(remedy), and build it")
    }
    return try await exchange.run(executable, backend: name, remedy: remedy)
  }

  /// A worker is another program: its arrays are counted before anybody indexes them.
  private func fitting(_ solution: Solution, _ model: CompiledModel) throws(BackendError) -> Solution {
    let lengths = [
      (solution.values, model.columnCount), (solution.reducedCosts, model.columnCount),
      (solution.rowDuals, model.rowCount),
    ]
    guard lengths.allSatisfy({ $0 == nil || $0?.count == $1 }) else {
      throw .failed(backend: name, detail: "the worker's answer does not fit the model")
    }
    return solution
  }
}
