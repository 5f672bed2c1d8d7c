import Formulations
import Graphs
import Instances
import LinearModels
import Verification

/// Solves an instance through a formulation and a solver for its models.
public struct MIPPlanner: Sendable {
  public let formulation: any Formulation
  public let solver: any ModelSolver

  public init(formulation: any Formulation, solver: any ModelSolver) {
    self.formulation = formulation
    self.solver = solver
  }

  /// What a run may use.
  public struct Limits: Sendable {
    /// Wall-clock limit [s], building the model included; `nil` for none.
    public var seconds: Double?
    /// Relative gap at which the search may stop.
    public var gap: Double
    /// Whether the backend writes its log to standard error.
    public var logs: Bool

    public init(seconds: Double? = nil, gap: Double = 0, logs: Bool = false) {
      self.seconds = seconds
      self.gap = gap
      self.logs = logs
    }
  }

  /// Finds the optimum, or proves that there is none.
  ///
  /// Choices are left out by the value U of a plan that is known. Where none is known, a trial U takes its
  /// place and is doubled until a plan worth at most U is found, which is optimal, or until it leaves nothing
  /// out, when infeasibility is proved.
  ///
  /// - Parameters:
  ///   - knownPlan: a plan that the evaluator accepted, and its value [s].
  ///   - rows: the coupling constraints in force; `nil` for all of the instance.
  /// - Throws: ``PlanningError``.
  public func run(
    _ instance: Instance, knownPlan: KnownPlan? = nil, rows: CouplingRows? = nil, limits: Limits = Limits()
  ) async throws(PlanningError) -> MIPRun {
    if let reason = formulation.refusal(of: instance) {
      throw .refused("formulation \(formulation.name) cannot express this instance: \(reason)")
    }
    var search = MIPSearch(
      planner: self, instance: instance, rows: rows, knownPlan: knownPlan, limits: limits)
    return try await search.run()
  }
}

/// A plan that the evaluator accepted.
public struct KnownPlan: Sendable {
  public let plan: Plan
  /// Its objective [s].
  public let value: Double

  public init(plan: Plan, value: Double) {
    self.plan = plan
    self.value = value
  }
}

/// How a run of a formulation with a backend went.
public struct MIPRun: Sendable {
  public enum Outcome: Sendable {
    /// A plan within the gap asked for.
    case solved(KnownPlan)
    /// Proved: no plan keeps every constraint.
    case infeasible
    /// A limit struck; the best plan that this run found, if any.
    case stopped(KnownPlan?)
  }

  public var outcome: Outcome
  /// Proven lower bound on the objective [s].
  public var bound: Double
  /// Size of the last model solved.
  public var columns = 0
  public var integers = 0
  public var rows = 0
  public var nonzeros = 0
  /// Branch-and-bound nodes and simplex iterations, over all models solved.
  public var nodes = 0
  public var iterations = 0
  /// Time to state the models, and to solve them [s].
  public var buildSeconds = 0.0
  public var solveSeconds = 0.0
  /// The last model solved.
  public var model: CompiledModel?
}

private struct MIPSearch {
  private let planner: MIPPlanner
  private let instance: Instance
  private let rows: CouplingRows?
  private let limits: MIPPlanner.Limits
  private let evaluator: Evaluator
  private let stopwatch: Stopwatch
  private var known: KnownPlan?
  /// What takes the place of a known plan's value [s].
  private var trial = Double.infinity
  private var run = MIPRun(outcome: .stopped(nil), bound: 0)

  init(
    planner: MIPPlanner, instance: Instance, rows: CouplingRows?, knownPlan: KnownPlan?,
    limits: MIPPlanner.Limits
  ) {
    self.planner = planner
    self.instance = instance
    self.rows = rows
    self.limits = limits
    known = knownPlan
    evaluator = Evaluator(instance)
    stopwatch = Stopwatch(limit: limits.seconds)
  }

  mutating func run() async throws(PlanningError) -> MIPRun {
    let problem = Problem(instance, rows: rows)
    run.bound = problem.lowerBound
    run.buildSeconds = stopwatch.seconds
    guard problem.lowerBound < .infinity else {
      run.outcome = .infeasible
      return run
    }
    // Plans worth more than the trial are not looked for; infinite looks for all.
    trial = problem.lowerBound > 0 ? 2 * problem.lowerBound : .infinity
    while true {
      if let outcome = try await attempt(problem) {
        run.outcome = outcome
        return run
      }
    }
  }

  /// Solves the problem under the bound in force. `nil`: the bound has changed, and another attempt is due.
  private mutating func attempt(_ problem: Problem) async throws(PlanningError) -> MIPRun.Outcome? {
    let bound = known?.value ?? trial
    let limited = bound < .infinity ? problem.limited(to: bound) : problem
    let (model, decode) = try encode(limited)
    let solution = try await solve(model)
    let found = solution.values == nil ? nil : try plan(of: solution, model, decode)
    switch solution.termination {
    case .infeasible: return try infeasible(limited)
    case .unbounded: throw wrong("it calls unbounded a model whose objective cannot fall below 0")
    case .limit:
      raiseBound(solution, model, limitedTo: bound)
      return .stopped(found)
    case .optimal:
      guard let found else { throw wrong("it calls optimal what has no solution") }
      if known == nil && found.value > bound * (1 + 1e-9) {
        // A plan all the same, and its value is a bound within which the optimum is.
        known = found
        return nil
      }
      raiseBound(solution, model, limitedTo: bound)
      try check(found)
      return .solved(found)
    }
  }

  /// Under a trial value: no plan is worth so little; the next one doubles it.
  private mutating func infeasible(_ problem: Problem) throws(PlanningError) -> MIPRun.Outcome? {
    if let known { throw wrong("it calls infeasible what has a plan worth \(known.value) s") }
    if problem.isComplete { return .infeasible }
    run.bound = max(run.bound, trial)
    trial *= 2
    return nil
  }

  private typealias Decode = @Sendable (_ values: [Double]) -> Plan?

  private mutating func encode(_ problem: Problem) throws(PlanningError) -> (CompiledModel, Decode) {
    let start = stopwatch.seconds
    defer { run.buildSeconds += stopwatch.seconds - start }
    do {
      let encoding = try planner.formulation.encode(problem)
      let model = encoding.scaledModel
      run.columns = model.columnCount
      run.integers = model.integerCount
      run.rows = model.rowCount
      run.nonzeros = model.nonzeroCount
      run.model = model
      return (model, encoding.decode)
    } catch {
      throw .model(error)
    }
  }

  private mutating func solve(_ model: CompiledModel) async throws(PlanningError) -> Solution {
    if let remaining = stopwatch.remaining, remaining == 0 { return Solution(termination: .limit(.time)) }
    let options = SolveOptions(
      timeLimit: stopwatch.remaining, relativeGap: limits.gap, logs: limits.logs)
    let start = stopwatch.seconds
    defer { run.solveSeconds += stopwatch.seconds - start }
    do {
      let solution = try await planner.solver.solve(model, options: options)
      run.nodes += solution.nodes
      run.iterations += solution.iterations
      return solution
    } catch {
      throw .backend(error)
    }
  }

  /// The plan behind a solution, re-costed; what the solver says of its value is only compared.
  private func plan(
    of solution: Solution, _ model: CompiledModel, _ decode: Decode
  ) throws(PlanningError) -> KnownPlan {
    guard let values = solution.values, let plan = decode(values) else {
      throw wrong("its solution is no plan")
    }
    let evaluation = evaluator.evaluate(plan)
    if let violation = evaluation.violations.first, rows == nil {
      throw wrong("its plan breaks a constraint: \(violation)")
    }
    let value = evaluation.objective(instance.options.objective)
    let claimed = (solution.objective ?? .infinity) * model.objectiveScale
    if value > claimed * (1 + 1e-6) + 1e-9 * model.objectiveScale {
      throw wrong("its plan is worth \(value) s, not \(claimed) s as it says")
    }
    return KnownPlan(plan: plan, value: value)
  }

  /// A solver's bound holds among the plans that the model kept; those left out are worth more than the limit.
  private mutating func raiseBound(_ solution: Solution, _ model: CompiledModel, limitedTo limit: Double) {
    guard let bound = solution.bound, bound.isFinite else { return }
    run.bound = max(run.bound, min(bound * model.objectiveScale, limit))
  }

  private mutating func check(_ found: KnownPlan) throws(PlanningError) {
    if let known, found.value * (1 - 1e-6) > known.value, limits.gap == 0 {
      throw wrong("it calls \(found.value) s optimal, but a plan worth \(known.value) s is known")
    }
    if run.bound > found.value {
      guard run.bound <= found.value * (1 + 1e-6) + 1e-300 else {
        throw wrong("its bound of \(run.bound) s is above the value \(found.value) s of its own plan")
      }
      run.bound = found.value
    }
  }

  private func wrong(_ detail: String) -> PlanningError {
    .wrongAnswer(backend: "\(planner.solver.name) with \(planner.formulation.name)", detail: detail)
  }
}
