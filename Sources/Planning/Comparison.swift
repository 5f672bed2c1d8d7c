import Foundations
import LinearModels
import Problems

/// Runs every formulation with every backend on one instance, and the kind's native method, and compares their answers.
public struct Comparison: Sendable {
  /// One row of the comparison.
  public struct Row: Sendable {
    public let formulation: String
    /// The backend's name, `Origin.native`, or ``noBackend`` for a formulation that is refused.
    public let backend: String
    public let result: Result
    /// The sizes and times of the run's models; `nil` if it solved none.
    public fileprivate(set) var effort: ModelEffort?
    /// A lower bound on the cost of every plan, as the run states it.
    public fileprivate(set) var bound: Double?
    /// The optimum of the linear relaxation, as a cost; `nil` if it was not solved.
    public fileprivate(set) var rootBound: Double?
    /// Wall-clock time of the whole run [s], without the linear relaxation; `nil` if nothing was run.
    public fileprivate(set) var seconds: Double?
    /// Whether a finished run agrees: no plan of another is better than its gap allows. A bound above the best plan is
    /// as wrong as a cost above it, whether the run finished or not. `nil` for a right run that did not finish.
    public fileprivate(set) var agrees: Bool?
    /// The claim of a run that does not agree, and the plan that contradicts it.
    public fileprivate(set) var contradiction: String?
    /// The time to build and solve, divided by that of the reference formulation with the same backend; `nil`
    /// if one of them did not finish.
    public fileprivate(set) var timesReference: Double?

    /// The word in place of the backend for a formulation that is refused with any.
    public static let noBackend = "-"
  }

  /// The outcome of a run.
  public enum Result: Sendable {
    /// Optimal, with the cost.
    case optimal(Double)
    case infeasible
    /// A limit was reached; with the incumbent's cost, if there is one.
    case limit(Double?)
    /// The formulation or the method cannot express the instance, or the model is too large; with the reason.
    case refused(String)
    /// The backend is not available; with a remedy.
    case unavailable(String)
    /// The answer was found to be wrong, or the backend broke.
    case wrong(String)
    case failed(String)
  }

  /// An event of a running comparison.
  public enum Event: Sendable {
    case started(formulation: String, backend: String)
    case progress(SearchProgress)
    case finished(Row)
  }

  /// The rows in the order in which they were run.
  public let rows: [Row]
  public let objective: Objective
  /// The formulation that times are compared with; `nil` if the kind has none.
  public let reference: String?

  /// Compares the rows of one instance with each other, whose runs could stop at a relative gap.
  public init(rows: [Row], objective: Objective, reference: String?, gap: Double = 0) {
    self.objective = objective
    self.reference = reference
    let best = rows.min { $0.result.cost ?? .infinity < $1.result.cost ?? .infinity }
    self.rows = rows.map { row in
      var row = row
      row.contradiction = best.flatMap { row.contradiction(with: $0, objective, gap: gap) }
      let isWrong = if case .wrong = row.result { true } else { false }
      row.agrees = row.contradiction != nil || isWrong ? false : row.result.isFinished ? true : nil
      let twin = rows.first { $0.formulation == reference && $0.backend == row.backend }
      if row.result.isFinished, let twin, twin.result.isFinished, let own = row.effort,
        let other = twin.effort
      {
        row.timesReference = own.seconds / max(1e-9, other.seconds)
      }
      return row
    }
  }

  /// Whether all finished runs agree, and none gave a wrong answer.
  public var agrees: Bool { rows.allSatisfy { $0.agrees != false } }
}

extension Kind {
  /// Compares formulations, in the order of the rows, each with every solver, and the native method.
  ///
  /// The budget limits each run, and runs share no results. Cancelling the task ends the comparison with the rows done
  /// so far. An instance that the native method cannot solve is pruned by the cost of a heuristic plan, the same for
  /// all runs. Other instances are pruned by a trial, because the cost of the native method's plan would leave nothing
  /// to solve.
  /// - Throws: ``/Problems/PlanningError`` if the figures of the instance leave the range of numbers.
  public func compare(
    _ instance: P.Instance, formulations: [any Formulation<P>], solvers: [any ModelSolver],
    numerics: Numerics = .careful, budget: Budget,
    report: @escaping @Sendable (Comparison.Event) -> Void = { _ in }
  ) async throws(PlanningError) -> Comparison {
    try checkFigures(instance)
    var rows: [Comparison.Row] = []
    func finish(_ row: Comparison.Row) {
      rows.append(row)
      report(.finished(row))
    }
    var known: KnownPlan<P.Plan>?
    for method in nativeMethods(for: instance) where !Task.isCancelled {
      report(.started(formulation: method.formulation, backend: Origin.native))
      finish(await row(of: method, instance, budget.renewed()))
    }
    if let first = rows.first, case .refused = first.result { known = quickPlan(instance, 2) }
    for formulation in formulations where !Task.isCancelled {
      if let reason = formulation.refusal(of: instance) {
        finish(
          Comparison.Row(
            formulation: formulation.name, backend: Comparison.Row.noBackend, result: .refused(reason)))
        continue
      }
      // Rows finished before an interruption still count.
      for solver in solvers where !Task.isCancelled {
        report(.started(formulation: formulation.name, backend: solver.name))
        let planner = ModelPlanner(self, formulation, solver, numerics: numerics)
        let row = await Comparison.Row(planner, instance, known, budget.renewed()) { report(.progress($0)) }
        if Task.isCancelled { break }
        finish(row)
      }
    }
    return Comparison(
      rows: rows, objective: P.objective(of: instance), reference: bestFormulation, gap: budget.gap)
  }

  /// The row of one of the kind's own algorithms, or the reason why it cannot solve the instance.
  private func row(
    of method: NativeMethod, _ instance: P.Instance, _ budget: Budget
  ) async -> Comparison.Row {
    let result: Comparison.Result
    var bound: Double?
    do throws(PlanningError) {
      let answer = try await solve(instance, SolveRequest(method: method.name), budget: budget)
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
      formulation: method.formulation, backend: Origin.native, result: result, bound: bound,
      seconds: budget.elapsed)
  }
}

extension Comparison.Row {
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
      formulation: planner.formulation.name, backend: planner.solver.name, result: result,
      effort: run?.effort, bound: run?.bound,
      rootBound: await Self.rootBound(of: run?.model, planner.solver, budget), seconds: seconds)
  }

  /// The claim that the plan of the best run refutes; `nil` if they agree.
  fileprivate func contradiction(with best: Self, _ objective: Objective, gap: Double) -> String? {
    guard let known = best.result.cost else { return nil }
    let outcome: Claim? =
      switch result {
      case .optimal(let cost): .optimal(cost, gap: gap)
      case .infeasible: .infeasible
      case .limit, .refused, .unavailable, .wrong, .failed: nil
      }
    let finder = "\(best.formulation) with \(best.backend)"
    return [bound.map { Claim.bound($0) }, outcome].lazy.compactMap {
      $0?.contradiction(knownCost: known, scale: abs(known), objective: objective, finder: finder)
    }.first
  }

  /// The optimum of the linear relaxation of the last model.
  private static func rootBound(
    of model: CompiledModel?, _ solver: any ModelSolver, _ budget: Budget
  ) async -> Double? {
    guard let model else { return nil }
    // The remaining time of the run, but at least a tenth of its limit.
    let seconds = budget.seconds.map { max($0 - budget.elapsed, 0.1 * $0) }
    return await solver.relaxationCost(of: model, timeLimit: seconds, memory: budget.memory)
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

  /// Whether the run finished.
  public var isFinished: Bool {
    switch self {
    case .optimal, .infeasible: true
    case .limit, .refused, .unavailable, .wrong, .failed: false
    }
  }
}
