import Foundations
import LinearModels
import Problems

/// Runs every formulation with every backend on one instance, and the kind's native method, and holds their answers
/// against each other.
public struct Comparison: Sendable {
  /// One row of the comparison.
  public struct Row: Sendable {
    public let formulation: String
    /// The backend's name, ``Problems/Origin/native``, or ``noBackend`` for a formulation that is refused.
    public let backend: String
    public let result: Result
    /// What the run says of its models; `nil` without one.
    public let effort: Effort?
    /// No plan costs less, as the run says.
    public let bound: Double?
    /// The optimum of the linear relaxation, as a cost; `nil` if it was not solved.
    public let rootBound: Double?
    /// Wall-clock time of the whole run [s], the linear relaxation not counted; `nil` if nothing was run.
    public let seconds: Double?
    /// Whether a run that finished agrees with the best plan known; `nil` for one that did not finish.
    public fileprivate(set) var agrees: Bool?
    /// What a run that does not agree says, and what contradicts it.
    public fileprivate(set) var contradiction: String?
    /// The time to build and solve, over that of the reference formulation with the same backend; `nil` if one of them
    /// did not finish.
    public fileprivate(set) var timesReference: Double?

    /// What stands for the backend of a formulation that is refused with any.
    public static let noBackend = "-"
  }

  /// Sizes and times of a run of a formulation with a backend.
  public struct Effort: Sendable {
    public let rows: Int
    public let columns: Int
    public let integers: Int
    public let nonzeros: Int
    /// Branch-and-bound nodes and simplex iterations, over all models solved.
    public let nodes: Int
    public let iterations: Int
    /// [s]
    public let buildSeconds: Double
    public let solveSeconds: Double

    public init<Plan>(_ run: ModelRun<Plan>) {
      rows = run.model?.rowCount ?? 0
      columns = run.model?.columnCount ?? 0
      integers = run.model?.integerCount ?? 0
      nonzeros = run.model?.nonzeroCount ?? 0
      nodes = run.nodes
      iterations = run.iterations
      buildSeconds = run.buildSeconds
      solveSeconds = run.solveSeconds
    }
  }

  public enum Result: Sendable {
    /// Optimal, with the cost.
    case optimal(Double)
    case infeasible
    /// A limit struck; the incumbent's cost, if there is one.
    case limit(Double?)
    /// The formulation or the method cannot express the instance, or the model is too large; why.
    case refused(String)
    /// The backend is not at hand; what to do.
    case unavailable(String)
    /// The answer was caught as wrong, or the backend broke.
    case wrong(String)
    case failed(String)
  }

  /// What happens while a comparison runs.
  public enum Event: Sendable {
    case started(formulation: String, backend: String)
    case progress(SearchProgress)
    case finished(Row)
  }

  /// In the order in which they were run.
  public let rows: [Row]
  public let objective: Objective
  /// The formulation that times are compared with; `nil` if the kind has none.
  public let reference: String?

  /// Holds rows against each other.
  ///
  /// - Parameters:
  ///   - rows: of one instance.
  ///   - objective: of the instance.
  ///   - reference: the formulation that times are compared with.
  ///   - gap: the relative gap at which the runs could stop.
  public init(rows: [Row], objective: Objective, reference: String?, gap: Double = 0) {
    self.objective = objective
    self.reference = reference
    self.rows = Self.timed(Self.judged(rows, objective, gap: gap), reference)
  }

  /// Whether no two runs that finished disagree, and none was caught in a wrong answer.
  public var agrees: Bool { rows.allSatisfy { $0.agrees != false } }
}

// MARK: - Running

/// What a comparison runs.
public struct ComparisonRequest<P: Problem>: Sendable {
  /// In the order of the rows.
  public var formulations: [any Formulation<P>]
  /// What each formulation is solved with.
  public var solvers: [any ModelSolver]
  public var numerics: Numerics

  public init(
    formulations: [any Formulation<P>], solvers: [any ModelSolver], numerics: Numerics = .careful
  ) {
    self.formulations = formulations
    self.solvers = solvers
    self.numerics = numerics
  }
}

extension Kind {
  /// Compares formulations, backends and the native method.
  ///
  /// No run is told what another found. Cancelling the task ends it with the rows done so far. Instances that the native
  /// method cannot solve are pruned by the cost of a heuristic plan, the same for all; others by a trial, since the cost
  /// of the native method's plan would leave nothing to solve.
  ///
  /// - Parameters:
  ///   - instance: with the objective to solve for.
  ///   - request: what is run.
  ///   - budget: for each run.
  ///   - report: told what happens.
  public func compare(
    _ instance: P.Instance, _ request: ComparisonRequest<P>, budget: Budget,
    report: @escaping @Sendable (Comparison.Event) -> Void = { _ in }
  ) async throws(PlanningError) -> Comparison {
    try checkFigures(instance)
    var rows: [Comparison.Row] = []
    func finish(_ row: Comparison.Row) {
      rows.append(row)
      report(.finished(row))
    }
    var known: KnownPlan<P.Plan>?
    if nativeMethod != nil {
      report(.started(formulation: bestFormulation ?? Comparison.Row.noBackend, backend: Origin.native))
      let native = await nativeRow(instance, budget.renewed())
      finish(native)
      if case .refused = native.result { known = quickPlan(instance, 2) }
    }
    for formulation in request.formulations where !Task.isCancelled {
      if let reason = formulation.refusal(of: instance) {
        finish(Comparison.Row(formulation.name, Comparison.Row.noBackend, .refused(reason)))
        continue
      }
      // What was done before an interruption still counts.
      for solver in request.solvers where !Task.isCancelled {
        report(.started(formulation: formulation.name, backend: solver.name))
        let planner = ModelPlanner(self, formulation, solver, numerics: request.numerics)
        let row = await Comparison.Row(planner, instance, known, budget.renewed()) { report(.progress($0)) }
        if Task.isCancelled { break }
        finish(row)
      }
    }
    return Comparison(
      rows: rows, objective: P.objective(of: instance), reference: bestFormulation, gap: budget.gap)
  }

  /// The kind's own algorithm by itself, or why it cannot solve the instance.
  private func nativeRow(_ instance: P.Instance, _ budget: Budget) async -> Comparison.Row {
    let result: Comparison.Result
    var bound: Double?
    do throws(PlanningError) {
      let answer = try await solve(
        instance, SolveRequest(backend: Origin.native), budget: budget)
      bound = answer.bound
      switch answer.file.status {
      case .optimal: result = .optimal(answer.cost)
      case .infeasible: result = .infeasible
      case .feasible, .unknown: result = .limit(answer.known?.cost)
      }
    } catch {
      result = Comparison.Result(error)
    }
    return Comparison.Row(
      bestFormulation ?? Comparison.Row.noBackend, Origin.native, result, bound: bound,
      seconds: budget.elapsed)
  }
}

extension Comparison.Row {
  fileprivate init(
    _ formulation: String, _ backend: String, _ result: Comparison.Result, effort: Comparison.Effort? = nil,
    bound: Double? = nil, rootBound: Double? = nil, seconds: Double? = nil
  ) {
    self.formulation = formulation
    self.backend = backend
    self.result = result
    self.effort = effort
    self.bound = bound
    self.rootBound = rootBound
    self.seconds = seconds
  }

  fileprivate init<P: Problem>(
    _ planner: ModelPlanner<P>, _ instance: P.Instance, _ known: KnownPlan<P.Plan>?, _ budget: Budget,
    _ report: @escaping @Sendable (SearchProgress) -> Void
  ) async {
    var run: ModelRun<P.Plan>?
    let result: Comparison.Result
    do {
      let finished = try await planner.run(instance, known: known, budget: budget, report: report)
      run = finished
      switch finished.outcome {
      case .solved(let plan): result = .optimal(plan.cost)
      case .infeasible: result = .infeasible
      case .stopped(let plan): result = .limit(plan?.cost)
      }
    } catch {
      result = Comparison.Result(error)
    }
    let seconds = budget.elapsed
    self.init(
      planner.formulation.name, planner.solver.name, result, effort: run.map { Comparison.Effort($0) },
      bound: run?.bound, rootBound: await Self.rootBound(of: run?.model, planner.solver, budget),
      seconds: seconds)
  }

  /// The optimum of the linear relaxation of the last model.
  private static func rootBound(
    of model: CompiledModel?, _ solver: any ModelSolver, _ budget: Budget
  ) async -> Double? {
    guard let model else { return nil }
    // What the run has left of its time, but in any case a moment.
    let seconds = budget.seconds.map { max($0 - budget.elapsed, 0.1 * $0) }
    let options = SolveOptions(timeLimit: seconds, memoryLimit: budget.memory)
    let solution = try? await solver.solve(model.relaxed(), options: options)
    guard let solution, solution.termination == .optimal, let objective = solution.objective else {
      return nil
    }
    return objective * model.objectiveScale
  }
}

extension Comparison.Result {
  fileprivate init(_ error: PlanningError) {
    switch error {
    case .refused, .tooLarge: self = .refused(error.description)
    case .backend(.unavailable(_, let remedy)): self = .unavailable(remedy)
    case .backend, .figures, .model, .cancelled: self = .failed(error.description)
    case .wrongAnswer: self = .wrong(error.description)
    }
  }

  /// The cost of the plan found; `nil` without one.
  public var cost: Double? {
    switch self {
    case .optimal(let cost): cost
    case .limit(let cost): cost
    case .infeasible, .refused, .unavailable, .wrong, .failed: nil
    }
  }

  /// Whether the run answered the question.
  public var isFinished: Bool {
    switch self {
    case .optimal, .infeasible: true
    case .limit, .refused, .unavailable, .wrong, .failed: false
    }
  }
}

// MARK: - Judging

extension Comparison {
  /// Marks each run that finished: it agrees if no plan of another is better than its gap allows. A bound above the best
  /// plan is as wrong as a cost above it, finished or not.
  private static func judged(_ rows: [Row], _ objective: Objective, gap: Double) -> [Row] {
    let best = rows.filter { $0.result.cost != nil }.min {
      $0.result.cost ?? .infinity < $1.result.cost ?? .infinity
    }
    return rows.map { row in
      var row = row
      row.contradiction = best.flatMap { contradiction(of: row, $0, objective, gap: gap) }
      let isWrong = if case .wrong = row.result { true } else { false }
      row.agrees = row.contradiction != nil || isWrong ? false : row.result.isFinished ? true : nil
      return row
    }
  }

  /// What a run says that the best plan refutes; `nil` if they agree.
  private static func contradiction(
    of row: Row, _ best: Row, _ objective: Objective, gap: Double
  ) -> String? {
    guard let known = best.result.cost else { return nil }
    var claims: [Claim] = []
    if let bound = row.bound { claims.append(.bound(bound)) }
    switch row.result {
    case .optimal(let cost): claims.append(.optimal(cost, gap: gap))
    case .infeasible: claims.append(.infeasible)
    case .limit, .refused, .unavailable, .wrong, .failed: break
    }
    let finder = "\(best.formulation) with \(best.backend)"
    return claims.lazy.compactMap {
      $0.contradiction(knownCost: known, scale: abs(known), objective: objective, finder: finder)
    }.first
  }

  private static func timed(_ rows: [Row], _ reference: String?) -> [Row] {
    rows.map { row in
      var row = row
      let twin = rows.first { $0.formulation == reference && $0.backend == row.backend }
      if row.result.isFinished, let twin, twin.result.isFinished, let effort = row.effort,
        let other = twin.effort
      {
        row.timesReference =
          (effort.buildSeconds + effort.solveSeconds) / max(1e-9, other.buildSeconds + other.solveSeconds)
      }
      return row
    }
  }
}
