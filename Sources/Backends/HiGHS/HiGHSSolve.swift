import Foundations
import LinearModels

/// One solve, with an instance of HiGHS of its own.
struct HiGHSSolve {
  let backend: HiGHSBackend
  let library: HiGHSLibrary
  let options: SolveOptions
  let report: SolveReport
  let budget: Budget

  func solution(of model: CompiledModel) throws(BackendError) -> Solution {
    let log = options.log.flatMap(LogPipe.init(to:))
    // After the instance is destroyed, which closes the other end.
    defer { log?.end() }
    let problem = try HiGHSProblem(
      library, model,
      settings: HiGHSSettings.options(options, isLinear: model.integerCount == 0, logFile: log?.path))
    defer { problem.destroy() }
    log?.handOver()
    let watch = SearchWatch(library, columns: model.columnCount, report)
    if model.integerCount > 0 {
      if let start = options.start {
        _ = library.setSolution(problem.handle, model.snapped(start), nil, nil, nil)
      }
      watch.attach(to: problem.handle)
    }
    if let seconds = budget.remaining { try problem.set("time_limit", .number(seconds)) }
    let code = withExtendedLifetime(watch) { library.run(problem.handle) }
    var solution = try decode(problem, model, code)
    solution.nodes = problem.nodes
    solution.iterations = problem.iterations
    return solution
  }

  /// Reads the outcome: a constant `kHighsModelStatus` of the C interface.
  private func decode(
    _ problem: HiGHSProblem, _ model: CompiledModel, _ code: Int32
  ) throws(BackendError) -> Solution {
    let status = library.modelStatus(problem.handle)
    switch status {
    case 7: return try optimum(problem, model)
    case 8: return Solution(termination: .infeasible)
    case 9, 10: return try unboundedOrInfeasible(model)
    case 13: return try incumbent(problem, model, .limit(.time))
    case 11, 12, 14, 16, 17: return try incumbent(problem, model, .limit(.other))
    case 18: throw .failed(backend: backend.name, detail: "HiGHS ran out of memory")
    default:
      throw .failed(backend: backend.name, detail: "Highs_run returned \(code) with status \(status)")
    }
  }

  private func optimum(_ problem: HiGHSProblem, _ model: CompiledModel) throws(BackendError) -> Solution {
    guard model.integerCount == 0 else { return try incumbent(problem, model, .optimal) }
    let point = problem.solution()
    let values = try backend.accepted(model.snapped(point.values), of: model)
    let objective = model.objectiveValue(at: values)
    return Solution(
      termination: .optimal, values: values, objective: objective, bound: objective,
      rowDuals: point.rowDuals, reducedCosts: point.reducedCosts)
  }

  /// The best point and the bound of a mixed-integer program; nothing for a linear one, of which HiGHS holds an iterate.
  private func incumbent(
    _ problem: HiGHSProblem, _ model: CompiledModel, _ termination: Termination
  ) throws(BackendError) -> Solution {
    var solution = Solution(termination: termination)
    guard model.integerCount > 0 else { return solution }
    solution.bound = problem.bound
    guard problem.hasPoint else {
      guard termination == .optimal else { return solution }
      throw .wrong(backend: backend.name, detail: "it calls the model optimal, but has no feasible point")
    }
    let values = try backend.accepted(problem.solution().values, of: model) { fixed throws(BackendError) in
      let unlimited = HiGHSSolve(
        backend: backend, library: library, options: auxiliary, report: { _ in }, budget: Budget())
      return try unlimited.solution(of: fixed).values
    }
    let objective = model.objectiveValue(at: values)
    solution.values = values
    solution.objective = objective
    // What rounding adds to the objective is not to make the bound a little larger than it.
    solution.bound = solution.bound.map { min($0, objective) }
    return solution
  }

  /// The relaxation is unbounded, or presolving saw a ray. The program is unbounded if it has a feasible point, and
  /// infeasible otherwise.
  private func unboundedOrInfeasible(_ model: CompiledModel) throws(BackendError) -> Solution {
    let anyPoint = HiGHSSolve(
      backend: backend, library: library, options: auxiliary, report: { _ in }, budget: budget)
    let second = try anyPoint.solution(of: model.withoutObjective()).termination
    return Solution(termination: second == .optimal ? .unbounded : second)
  }

  /// The options of solves that serve this one.
  private var auxiliary: SolveOptions { SolveOptions(log: options.log, isCautious: options.isCautious) }
}

/// Passes on what HiGHS finds while it searches.
private final class SearchWatch {
  private let library: HiGHSLibrary
  private let columns: Int
  private let report: SolveReport
  private var nextLook = ContinuousClock.now

  /// The kinds of calls that it asks for (`kHighsCallback` in the C interface).
  private static let (improvement, pause): (Int32, Int32) = (4, 6)

  init(_ library: HiGHSLibrary, columns: Int, _ report: @escaping SolveReport) {
    (self.library, self.columns, self.report) = (library, columns, report)
  }

  func attach(to handle: HiGHSLibrary.Handle) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = library.setCallback(
      handle,
      { kind, _, data, _, context in
        guard let data, let context else { return }
        Unmanaged<SearchWatch>.fromOpaque(context).takeUnretainedValue().look(kind, data)
      }, context)
    for kind in [Self.improvement, Self.pause] { _ = library.startCallback(handle, kind) }
  }

  private func look(_ kind: Int32, _ data: HiGHSLibrary.CallbackData) {
    let now = ContinuousClock.now
    guard kind == Self.improvement || now >= nextLook else { return }
    nextLook = now + .milliseconds(100)
    var progress = SolveProgress()
    if kind == Self.improvement, let point = library.callbackItem(data, "mip_solution") {
      let values = point.assumingMemoryBound(to: Double.self)
      progress.values = Array(UnsafeBufferPointer(start: values, count: columns))
    }
    progress.objective = finite(item("mip_primal_bound", data))
    progress.bound = finite(item("mip_dual_bound", data))
    progress.nodes = max(0, Int(item("mip_node_count", data) ?? Int64(0)))
    report(progress)
  }

  private func item<Number: BitwiseCopyable>(_ name: String, _ data: HiGHSLibrary.CallbackData) -> Number? {
    library.callbackItem(data, name)?.loadUnaligned(as: Number.self)
  }

  private func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
}
