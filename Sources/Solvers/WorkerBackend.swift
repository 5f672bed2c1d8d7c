import Foundations
import LinearModels
import Synchronization
import Worker

/// Solves models in a worker process, so that a crash, a hang or a missing library does not affect this
/// process.
///
/// Each solve starts a process; solves may run in parallel.
public struct WorkerBackend: ModelSolver {
  /// The name in the command line, for example "glpk".
  public let name: String
  /// The remedy if the worker or its library is missing.
  public let remedy: String
  public let takesStart: Bool
  private let executable: String?

  /// - Parameters:
  ///   - name: the backend's name.
  ///   - executable: the worker's path; `nil` for `layerroute-NAME` beside the running program.
  ///   - takesStart: whether the backend accepts a start point.
  ///   - remedy: one sentence that says how to install the worker or its library.
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

  /// The backends of this package, the preferred one first.
  public static var all: [any ModelSolver] { [cbc, glpk] }

  /// Solves the model in a worker.
  ///
  /// A worker that exceeds the time limit is killed after 0.2 s and 2 % more, and the worker of a cancelled
  /// task is killed at once; its reports until then are the solution. The library's log is written where the
  /// options say. The first call makes the process ignore SIGPIPE, unless it has a handler.
  ///
  /// - Throws: ``/LinearModels/BackendError``; `unavailable` if the worker or its library is missing,
  ///   `failed` if it crashed, ran out of memory or gave an invalid answer.
  public func solve(
    _ model: CompiledModel, options: SolveOptions = SolveOptions(), report: @escaping SolveReport = { _ in }
  ) async throws(BackendError) -> Solution {
    let latest = LatestProgress(model)
    var request = options
    // The library's log is the only trace of a worker that crashes, so it is always on.
    request.log = 2
    let exchange = WorkerExchange(
      request: Message.solve(model, request).encoded(),
      longestAnswer: Message.longestAnswer(columns: model.columnCount, rows: model.rowCount),
      patience: options.timeLimit.flatMap { $0 >= 0 ? Grace.worker($0) : nil }, log: options.log,
      memoryLimit: options.memoryLimit
    ) {
      latest.note($0)
      report($0)
    }
    switch try await run(exchange) {
    case .outOfTime: return latest.solution(.limit(.time))
    case .cancelled: return latest.solution(.limit(.cancelled))
    case .message(.solution(let solution)): return try fitting(solution, model)
    case .message(.failure(.unavailable)): throw .unavailable(backend: name, remedy: remedyForBuild)
    case .message(.failure(let error)): throw error
    case .message: throw .failed(backend: name, detail: "the worker gave an answer to another request")
    }
  }

  /// Whether the worker is available.
  public enum Availability: Sendable, Equatable {
    case available(version: String)
    case unavailable(reason: String)
  }

  /// Starts the worker to ask for the version of its library, which takes a few milliseconds, and five
  /// seconds at most.
  public func probe() async -> Availability {
    let exchange = WorkerExchange(
      request: Message.hello.encoded(), longestAnswer: 1 << 16, patience: 5, log: nil,
      memoryLimit: nil
    ) { _ in }
    do {
      switch try await run(exchange) {
      case .message(.identity(_, let version)) where !version.isEmpty: return .available(version: version)
      case .message(.identity): return .unavailable(reason: remedyForBuild)
      case .message: return .unavailable(reason: "the worker does not identify itself")
      case .outOfTime: return .unavailable(reason: "the worker does not answer")
      case .cancelled: return .unavailable(reason: "the probe was cancelled")
      }
    } catch {
      switch error {
      case .unavailable(_, let remedy): return .unavailable(reason: remedy)
      case .unsupported(_, let detail), .failed(_, let detail), .wrong(_, let detail):
        return .unavailable(reason: detail)
      }
    }
  }

  /// The remedy if the worker runs, but was built without its library.
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

  /// Checks the lengths of the arrays, because a worker is another program.
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

/// The reports of a worker so far, which are the result if it is killed.
private final class LatestProgress: Sendable {
  private let model: CompiledModel
  private let latest = Mutex(SolveProgress())

  init(_ model: CompiledModel) { self.model = model }

  func note(_ progress: SolveProgress) {
    latest.withLock {
      // An objective without its point would be of no use later.
      if let values = progress.values, values.count == model.columnCount {
        $0.values = values
        $0.objective = progress.objective
      }
      $0.bound = progress.bound ?? $0.bound
      $0.nodes = progress.nodes
    }
  }

  /// A solution with the best point reported, if it is feasible.
  func solution(_ termination: Termination) -> Solution {
    let progress = latest.withLock { $0 }
    var solution = Solution(termination: termination, bound: progress.bound, nodes: progress.nodes)
    if let reported = progress.values, model.violation(at: reported, tolerance: 1e-6) == nil {
      let values = model.snapped(reported)
      solution.values = values
      solution.objective = model.objectiveValue(at: values)
    }
    return solution
  }
}
