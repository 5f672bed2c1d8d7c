import Foundations
import LinearModels
import Synchronization
import Worker

/// Solves models in a worker process, so that a crash, a hang or a missing library does not affect this process.
///
/// Each solve starts a process; solves may run in parallel.
public struct WorkerBackend: ModelSolver {
  /// The name in the command line, for example "glpk".
  public let name: String
  /// The remedy if the worker or its library is missing.
  public let remedy: String
  public let takesStart: Bool
  let executable: String?

  /// A backend whose worker is `executable`, by default `layerroute-NAME` beside the running program; the remedy is one
  /// sentence that says how to install the worker or its library.
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

  /// HiGHS.
  public static var highs: WorkerBackend {
    WorkerBackend(
      name: "highs",
      remedy: "install HiGHS: make highs, or pip install highsbox and LAYERROUTE_HIGHS=PATH of its library")
  }

  /// The backends of this package, the preferred one first.
  public static var all: [any ModelSolver] { [cbc, highs, glpk] }

  /// Solves the model in a worker.
  ///
  /// A worker that exceeds the time limit is killed after 0.2 s and 2 % more, and the worker of a cancelled task at once;
  /// its reports until then are the solution. The first call makes the process ignore SIGPIPE, unless it has a handler.
  ///
  /// - Throws: ``/LinearModels/BackendError``; `unavailable` if the worker or its library is missing, `failed` if it
  ///   crashed, ran out of memory or gave an invalid answer.
  public func solve(
    _ model: CompiledModel, options: SolveOptions = SolveOptions(), report: @escaping SolveReport = { _ in }
  ) async throws(BackendError) -> Solution {
    let latest = Mutex(SolveProgress())
    var request = options
    // The library's log is the only trace of a worker that crashes, so it is always on.
    request.log = 2
    let exchange = WorkerExchange(
      backend: self, request: Message.solve(model, request).encoded(),
      longestAnswer: Message.longestAnswer(columns: model.columnCount, rows: model.rowCount),
      patience: options.timeLimit.flatMap { $0 >= 0 ? Grace.worker($0) : nil }, log: options.log,
      memoryLimit: options.memoryLimit
    ) { progress in
      latest.withLock { $0.update(with: progress, columns: model.columnCount) }
      report(progress)
    }
    switch try await exchange.run() {
    case .outOfTime: return latest.withLock { $0 }.solution(of: model, .limit(.time))
    case .cancelled: return latest.withLock { $0 }.solution(of: model, .limit(.cancelled))
    case .message(.solution(let solution)): return try fitting(solution, model)
    case .message(.failure(let error)): throw error
    case .message: throw .failed(backend: name, detail: "the worker gave an answer to another request")
    }
  }

  /// Whether the worker is available.
  public enum Availability: Sendable, Equatable {
    case available(version: String)
    case unavailable(reason: String)
  }

  /// Starts the worker to ask for the version of its library, which takes a few milliseconds, and five seconds at most.
  public func probe() async -> Availability {
    let exchange = WorkerExchange(
      backend: self, request: Message.hello.encoded(), longestAnswer: 1 << 16, patience: 5)
    do throws(BackendError) {
      switch try await exchange.run() {
      case .message(.identity(_, let version)): return .available(version: version)
      case .message(.failure(let error)): throw error
      case .message: return .unavailable(reason: "the worker does not identify itself")
      case .outOfTime: return .unavailable(reason: "the worker does not answer")
      case .cancelled: return .unavailable(reason: "the probe was cancelled")
      }
    } catch {
      switch error {
      case .unavailable(_, let reason), .unsupported(_, let reason), .failed(_, let reason),
        .wrong(_, let reason):
        return .unavailable(reason: reason)
      }
    }
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

extension SolveProgress {
  /// Adds a later report, whose point counts only if it has a value for each column.
  fileprivate mutating func update(with report: SolveProgress, columns: Int) {
    if let point = report.values, point.count == columns { values = point }
    bound = report.bound ?? bound
    nodes = report.nodes
  }

  /// The solution of a worker that was killed: the best point reported, if it is feasible.
  fileprivate func solution(of model: CompiledModel, _ termination: Termination) -> Solution {
    var solution = Solution(termination: termination, bound: bound, nodes: nodes)
    if let values, model.violation(at: values, tolerance: 1e-6) == nil {
      let point = model.snapped(values)
      solution.values = point
      solution.objective = model.objectiveValue(at: point)
    }
    return solution
  }
}
