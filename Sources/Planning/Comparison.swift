import Foundations
import LinearModels
import Problems
import Splitting
import SplittingChecking
import SplittingFormulations

/// Runs every formulation with every backend on one instance and holds their answers against each other.
public struct Comparison: Sendable {
  /// One row of the comparison.
  public struct Row: Sendable {
    public let formulation: String
    public let backend: String
    public let result: Result
    /// `nil` for the native planner, and where nothing was run.
    public let run: MIPRun?
    /// Value of the linear relaxation [s]; `nil` where it was not solved.
    public let rootBound: Double?
    /// Wall-clock time of the whole run [s], the linear relaxation not counted.
    public let seconds: Double
    /// Whether a run that finished agrees with the best plan known; `nil` for one that did not finish.
    public fileprivate(set) var agrees: Bool?
    /// What a run that does not agree says, and what contradicts it.
    public fileprivate(set) var contradiction: String?
  }

  public enum Result: Sendable {
    /// Optimal, with the objective's value [s].
    case optimal(Double)
    case infeasible
    /// A limit struck; the incumbent's value [s], if there is one.
    case limit(Double?)
    /// The formulation cannot express the instance.
    case refused(String)
    /// The backend is not at hand.
    case unavailable(String)
    /// The answer was caught as wrong, or the backend broke.
    case wrong(String)
    case failed(String)
  }

  /// What happens while a comparison runs.
  public enum Event: Sendable {
    case started(formulation: String, backend: String)
    case progress(PlanningProgress)
    case finished(Row)
  }

  /// In the order in which they were run.
  public let rows: [Row]

  /// Holds rows against each other.
  ///
  /// - Parameters:
  ///   - rows: of one instance.
  ///   - gap: the relative gap at which the runs could stop.
  public init(rows: [Row], gap: Double = 0) { self.rows = Self.judged(rows, gap: gap) }

  /// Whether no two runs that finished disagree, and none was caught in a wrong answer.
  public var agrees: Bool { rows.allSatisfy { $0.agrees != false } }

  /// Runs the comparison.
  ///
  /// No run is told what another found. Cancelling the task ends it with the rows done so far. Coupled instances are
  /// pruned by the value of a heuristic plan, the same for all; others by a trial value, since the value of their
  /// shortest paths would leave nothing to solve.
  ///
  /// - Parameters:
  ///   - instance: with the objective to solve for.
  ///   - formulations: in the order of the rows.
  ///   - solvers: what each formulation is solved with.
  ///   - limits: for each run.
  ///   - report: told what happens.
  public static func run(
    _ instance: Instance, formulations: [any Formulation], solvers: [any ModelSolver],
    limits: MIPPlanner.Limits, report: @escaping @Sendable (Event) -> Void = { _ in }
  ) async throws(PlanningError) -> Comparison {
    try instance.checkFigures()
    report(.started(formulation: Registry.bestFormulation, backend: Registry.native))
    var rows = [nativeRow(instance)].compactMap { $0 }
    for row in rows { report(.finished(row)) }
    let known = rows.isEmpty ? ResidualRouting(instance).bestPlan(seconds: 2) : nil
    for formulation in formulations {
      // What was done before an interruption still counts.
      for solver in solvers where !Task.isCancelled {
        report(.started(formulation: formulation.name, backend: solver.name))
        let planner = MIPPlanner(formulation: formulation, solver: solver)
        let row = await row(instance, planner, known, limits) { report(.progress($0)) }
        if Task.isCancelled { break }
        rows.append(row)
        report(.finished(row))
      }
    }
    return Comparison(rows: rows, gap: limits.gap)
  }

  /// The native planner, where it solves the instance: its shortest paths keep every constraint, or some job
  /// has none.
  private static func nativeRow(_ instance: Instance) -> Row? {
    let stopwatch = Stopwatch()
    guard let planner = try? NativePlanner(instance) else { return nil }
    let result: Result
    if let plan = planner.plan {
      let evaluation = Evaluator(instance).evaluate(plan)
      guard evaluation.isFeasible else { return nil }
      result = .optimal(evaluation.objective(instance.options.objective))
    } else {
      result = .infeasible
    }
    return Row(
      formulation: Registry.bestFormulation, backend: Registry.native, result: result, run: nil,
      rootBound: nil, seconds: stopwatch.seconds)
  }

  private static func row(
    _ instance: Instance, _ planner: MIPPlanner, _ known: KnownPlan?, _ limits: MIPPlanner.Limits,
    _ report: @escaping @Sendable (PlanningProgress) -> Void
  ) async -> Row {
    let stopwatch = Stopwatch()
    var run: MIPRun?
    let result: Result
    do {
      let finished = try await planner.run(instance, knownPlan: known, limits: limits, report: report)
      run = finished
      result = self.result(of: finished)
    } catch {
      result = self.result(of: error)
    }
    let seconds = stopwatch.seconds
    let root = await rootBound(of: run, planner.solver, limits, stopwatch)
    return Row(
      formulation: planner.formulation.name, backend: planner.solver.name, result: result, run: run,
      rootBound: root, seconds: seconds)
  }

  private static func result(of run: MIPRun) -> Result {
    switch run.outcome {
    case .solved(let plan): .optimal(plan.value)
    case .infeasible: .infeasible
    case .stopped(let plan): .limit(plan?.value)
    }
  }

  private static func result(of error: PlanningError) -> Result {
    switch error {
    case .refused, .tooLarge: .refused(error.description)
    case .backend(.unavailable(_, let remedy)): .unavailable(remedy)
    case .backend, .figures, .model, .cancelled: .failed(error.description)
    case .wrongAnswer: .wrong(error.description)
    }
  }

  /// What the linear relaxation of the last model is worth [s].
  private static func rootBound(
    of run: MIPRun?, _ solver: any ModelSolver, _ limits: MIPPlanner.Limits, _ stopwatch: Stopwatch
  ) async -> Double? {
    guard let model = run?.model else { return nil }
    // What the run has left of its time, but in any case a moment.
    let seconds = limits.seconds.map { max($0 - stopwatch.seconds, 0.1 * $0) }
    let options = SolveOptions(timeLimit: seconds, memoryLimit: limits.memory)
    let solution = try? await solver.solve(model.relaxed(), options: options)
    guard let solution, solution.termination == .optimal, let objective = solution.objective else {
      return nil
    }
    return objective * model.objectiveScale
  }

  /// Marks each run that finished: it agrees if no plan of another is better than its gap allows. A bound above
  /// the best plan is as wrong as a value above it, finished or not.
  private static func judged(_ rows: [Row], gap: Double) -> [Row] {
    let best = rows.filter { $0.result.value != nil }.min {
      $0.result.value ?? .infinity < $1.result.value ?? .infinity
    }
    return rows.map { row in
      var row = row
      row.contradiction = best.flatMap { contradiction(of: row, $0, gap: gap) }
      row.agrees = row.contradiction != nil || row.isWrong ? false : row.isFinished ? true : nil
      return row
    }
  }

  /// What a run says that the best plan refutes, with both values; `nil` where they agree.
  private static func contradiction(of row: Row, _ best: Row, gap: Double) -> String? {
    guard let known = best.result.value else { return nil }
    let finder = "\(best.formulation) with \(best.backend)"
    if let bound = row.run?.bound, bound * (1 - 1e-6) > known {
      let values = Figures.apart([bound, known], .duration)
      return
        "it says that no plan is worth less than \(values[0]), but \(finder) found one worth \(values[1])"
    }
    switch row.result {
    case .optimal(let value) where value * (1 - gap) > known * (1 + 1e-6):
      let values = Figures.apart([value, known], .duration)
      return "it calls \(values[0]) optimal, but \(finder) found a plan worth \(values[1])"
    case .infeasible:
      return "it calls the instance infeasible, but \(finder) found a plan worth \(Figures.duration(known))"
    case .optimal, .limit, .refused, .unavailable, .wrong, .failed:
      return nil
    }
  }
}

extension Comparison.Row {
  fileprivate var isFinished: Bool {
    switch result {
    case .optimal, .infeasible: true
    case .limit, .refused, .unavailable, .wrong, .failed: false
    }
  }

  /// Whether the answer was caught as wrong by itself.
  fileprivate var isWrong: Bool { if case .wrong = result { true } else { false } }
}

extension Comparison.Result {
  /// The value of the plan found [s]; `nil` where there is none.
  public var value: Double? {
    switch self {
    case .optimal(let value): value
    case .limit(let value): value
    default: nil
    }
  }
}
