import Foundations
import LinearModels
import Problems
import Splitting
import SplittingChecking
import SplittingFormulations

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

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
    /// Memory that a model, and the worker that solves it, may take [byte]; `nil` for what the machine has.
    public var memory: Double?
    /// The file descriptor that the backend's log goes to, 2 for standard error; `nil` for none.
    public var log: Int32?
    /// How models are made fit for solvers.
    public var numerics: Numerics

    /// - Parameters:
    ///   - seconds: wall-clock limit [s]; `nil` for none.
    ///   - gap: relative gap at which the search may stop.
    ///   - memory: what a model, and the worker that solves it, may take [byte]; `nil` for what the machine has.
    ///   - log: the file descriptor that the backend's log goes to; `nil` for none.
    ///   - numerics: how models are made fit for solvers.
    public init(
      seconds: Double? = nil, gap: Double = 0, memory: Double? = nil, log: Int32? = nil,
      numerics: Numerics = .careful
    ) {
      self.seconds = seconds
      self.gap = gap
      self.memory = memory
      self.log = log
      self.numerics = numerics
    }

    /// What a model may take before it is refused [byte].
    var modelMemory: Double { min(memory ?? .infinity, MachineMemory.bytes) }
  }

  /// How models are made fit for solvers.
  public enum Numerics: Sendable {
    /// Without the choices that no plan of interest uses, and scaled.
    case careful
    /// Scaled, with every choice: to see what leaving out is worth.
    case unpruned
    /// In SI units, with every choice: to see what solvers make of it.
    case raw
  }

  /// Finds the optimum, or proves that there is none.
  ///
  /// Choices are left out by the value U of a plan that is known. Where none is known, a trial U takes its
  /// place and is doubled until a plan worth at most U is found, which is optimal, or until it leaves nothing
  /// out, when infeasibility is proved; or until it reaches the cutoff, which stops the run with that bound.
  ///
  /// - Parameters:
  ///   - instance: one that the formulation does not refuse.
  ///   - knownPlan: a plan that the evaluator accepted, and its value [s].
  ///   - rows: the coupling constraints in force; `nil` for all of the instance.
  ///   - hostLimit: on how many different nodes layers may run, also those of the known plan; `nil` for any number.
  ///   - cutoff: plans worth more [s] are of no interest.
  ///   - limits: of this run.
  ///   - report: called now and then while a solver runs.
  /// - Throws: ``PlanningError``. A limit, or that the task is cancelled, is an outcome.
  public func run(
    _ instance: Instance, knownPlan: KnownPlan? = nil, rows: CouplingRows? = nil, hostLimit: Int? = nil,
    cutoff: Double = .infinity, limits: Limits = Limits(),
    report: @escaping @Sendable (PlanningProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> MIPRun {
    if let reason = formulation.refusal(of: instance) {
      throw .refused("formulation \(formulation.name) cannot express this instance: \(reason)")
    }
    return try await withTimeLimit(limits.seconds) { () async -> Result<MIPRun, PlanningError> in
      var search = MIPSearch(
        planner: self, instance: instance, rows: rows, hostLimit: hostLimit, knownPlan: knownPlan,
        cutoff: cutoff, limits: limits, report: report)
      return await search.result()
    }.get()
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
  /// Time to state the models, to solve them, and to turn solutions into plans that are evaluated [s].
  public var buildSeconds = 0.0
  public var solveSeconds = 0.0
  public var decodeSeconds = 0.0
  /// The most memory that a process had in use which solved a model [byte]; `nil` where none told.
  public var solverMemory: Double?
  /// The last model solved.
  public var model: CompiledModel?
}

private struct MIPSearch {
  private let planner: MIPPlanner
  private let instance: Instance
  private let rows: CouplingRows?
  private let hostLimit: Int?
  private let cutoff: Double
  private let limits: MIPPlanner.Limits
  private let report: @Sendable (PlanningProgress) -> Void
  private let evaluator: Evaluator
  private let stopwatch: Stopwatch
  private var known: KnownPlan?
  /// The best plan that this search found by itself.
  private var ownBest: KnownPlan?
  /// What takes the place of a known plan's value [s].
  private var trial = Double.infinity
  private var run = MIPRun(outcome: .stopped(nil), bound: 0)

  init(
    planner: MIPPlanner, instance: Instance, rows: CouplingRows?, hostLimit: Int?, knownPlan: KnownPlan?,
    cutoff: Double, limits: MIPPlanner.Limits, report: @escaping @Sendable (PlanningProgress) -> Void
  ) {
    self.report = report
    self.planner = planner
    self.instance = instance
    self.rows = rows
    self.hostLimit = hostLimit
    self.limits = limits
    self.cutoff = cutoff
    known = knownPlan.flatMap { $0.value <= cutoff ? $0 : nil }
    evaluator = Evaluator(instance)
    stopwatch = Stopwatch(limit: limits.seconds)
  }

  mutating func result() async -> Result<MIPRun, PlanningError> {
    do throws(PlanningError) {
      return .success(try await search())
    } catch {
      return .failure(error)
    }
  }

  private mutating func search() async throws(PlanningError) -> MIPRun {
    guard var problem = try? Problem(instance, rows: rows, hostLimit: hostLimit) else { return run }
    run.bound = problem.lowerBound
    run.buildSeconds = stopwatch.seconds
    guard problem.lowerBound < .infinity else {
      run.outcome = .infeasible
      return run
    }
    // Plans worth more than the trial are not looked for; infinite looks for all.
    trial = problem.lowerBound > 0 && limits.numerics == .careful ? 2 * problem.lowerBound : .infinity
    trial = min(trial, cutoff)
    while true {
      switch try await attempt(problem) {
      case .done(let outcome):
        run.outcome = outcome
        return run
      case .boundChanged: continue
      case .overstepped(let violation):
        // Solvers allow themselves a little more than a row says. Once it may be less, it is the solver's fault.
        guard problem.rowSlack == CouplingRows.slack else {
          throw wrong("its plan breaks a constraint: \(violation)")
        }
        problem.rowSlack = 1 + 9e-7
      }
    }
  }

  private enum Attempt {
    case done(MIPRun.Outcome)
    /// Another value is known, or tried: solve again.
    case boundChanged
    /// The plan breaks a coupling constraint.
    case overstepped(String)
  }

  /// Solves the problem under the bound in force.
  private mutating func attempt(_ problem: Problem) async throws(PlanningError) -> Attempt {
    let bound = limits.numerics == .careful ? known?.value ?? trial : .infinity
    // What is found under a trial must not be lost to the time that the next model takes.
    if stopwatch.hasExpired { return .done(.stopped(ownBest)) }
    let limited = bound < .infinity ? problem.limited(to: bound) : problem
    guard let (encoding, model) = try encode(limited) else { return .done(.stopped(ownBest)) }
    let solution = try await solve(model, encoding, limitedTo: bound)
    let found: KnownPlan?
    switch try plan(of: solution, encoding) {
    case .none: found = nil
    case .overstepping(let violation): return .overstepped(violation)
    case .evaluated(let plan): found = plan
    }
    if let found { try checkClaim(of: solution, model, found) }
    let plans = [found, isInModel(model, encoding) ? known : nil].compactMap(\.self)
    switch solution.termination {
    case .infeasible: return try infeasible(limited)
    case .unbounded: throw wrong("it calls unbounded a model whose objective cannot fall below 0")
    case .limit:
      try checkBound(of: solution, model, plans)
      raiseBound(solution, model, limitedTo: bound)
      if let found { run.bound = min(run.bound, found.value) }
      return .done(.stopped([found, ownBest].compactMap(\.self).min { $0.value < $1.value }))
    case .optimal:
      guard let found else { throw wrong("it calls optimal what has no solution") }
      try check(found)
      // Above a trial value it is a plan all the same, and the optimum is within its value. Far below the bound in
      // force, the model was scaled and pruned by the wrong magnitude, so that its word does not count for much.
      let isAboveTrial = known == nil && found.value > bound * (1 + 1e-9)
      let isFarBelow = found.value > 0 && found.value < bound / 10
      if limits.numerics == .careful, isAboveTrial, trial >= cutoff {
        run.bound = max(run.bound, cutoff)
        return .done(.stopped(found))
      }
      if limits.numerics == .careful, isAboveTrial || isFarBelow {
        known = found
        ownBest = found
        return .boundChanged
      }
      try checkBound(of: solution, model, plans)
      raiseBound(solution, model, limitedTo: bound)
      run.bound = min(run.bound, found.value)
      return .done(.solved(found))
    }
  }

  /// Under a trial value: no plan is worth so little; the next one doubles it.
  private mutating func infeasible(_ problem: Problem) throws(PlanningError) -> Attempt {
    if let known { throw wrong("it calls infeasible what has a plan worth \(Figures.duration(known.value))") }
    if problem.isComplete { return .done(.infeasible) }
    run.bound = max(run.bound, trial)
    if trial >= cutoff { return .done(.stopped(nil)) }
    trial = min(2 * trial, cutoff)
    return .boundChanged
  }

  /// The problem's encoding, and its model scaled; `nil` where the task was cancelled meanwhile.
  private mutating func encode(_ problem: Problem) throws(PlanningError) -> (Encoding, CompiledModel)? {
    let start = stopwatch.seconds
    defer { run.buildSeconds += stopwatch.seconds - start }
    try planner.formulation.checkSize(of: problem, memory: limits.modelMemory)
    do {
      let encoding = try planner.formulation.encode(problem)
      let model = limits.numerics == .raw ? encoding.model : encoding.scaledModel
      run.columns = model.columnCount
      run.integers = model.integerCount
      run.rows = model.rowCount
      run.nonzeros = model.nonzeroCount
      run.model = model
      return (encoding, model)
    } catch .cancelled {
      return nil
    } catch {
      throw .model(error)
    }
  }

  /// The point of the known plan, unless the plan uses the last bit of a tolerance that the model does not grant.
  private func start(for model: CompiledModel, _ encoding: Encoding) -> [Double]? {
    guard planner.solver.takesStart, limits.numerics != .raw, let known,
      let point = encoding.point(known.plan)
    else { return nil }
    return model.violation(at: point, tolerance: 1e-9) == nil ? point : nil
  }

  private mutating func solve(
    _ model: CompiledModel, _ encoding: Encoding, limitedTo limit: Double
  ) async throws(PlanningError) -> Solution {
    if stopwatch.hasExpired { return Solution(termination: .limit(.time)) }
    let options = SolveOptions(
      timeLimit: stopwatch.remaining, relativeGap: limits.gap, start: start(for: model, encoding),
      memoryLimit: limits.memory, log: limits.log)
    let (best, bound) = (ownBest ?? known, run.bound)
    let watch = IncumbentWatch(
      encoding, model, evaluator, instance.options.objective, hostLimit,
      PlanningProgress(
        formulation: planner.formulation.name, backend: planner.solver.name, plan: best, bound: bound),
      limit: limit)
    let report = self.report
    report(watch.progress)
    announce(model)
    let before = stopwatch.seconds
    defer { run.solveSeconds += stopwatch.seconds - before }
    do {
      let solution = try await planner.solver.solve(model, options: options) { report(watch.note($0)) }
      run.nodes += solution.nodes
      run.iterations += solution.iterations
      run.solverMemory = [run.solverMemory, solution.peakMemory].compactMap(\.self).max()
      return solution
    } catch .wrong(_, let detail) {
      throw wrong(detail)
    } catch {
      throw .backend(error)
    }
  }

  /// A heading for what follows in the log.
  private func announce(_ model: CompiledModel) {
    guard let log = limits.log else { return }
    let names = "formulation \(planner.formulation.name), backend \(planner.solver.name)"
    let size = "\(model.rowCount) rows, \(model.columnCount) columns, \(model.nonzeroCount) nonzeros"
    let line = Array("layerroute: \(names): \(size)\n".utf8)
    _ = line.withUnsafeBytes { write(log, $0.baseAddress, $0.count) }
  }

  private enum DecodedPlan {
    case none
    /// It breaks a coupling constraint.
    case overstepping(String)
    case evaluated(KnownPlan)
  }

  /// The plan behind a solution, if there is a solution.
  private mutating func plan(
    of solution: Solution, _ encoding: Encoding
  ) throws(PlanningError) -> DecodedPlan {
    let start = stopwatch.seconds
    defer { run.decodeSeconds += stopwatch.seconds - start }
    guard let values = solution.values else { return .none }
    guard let plan = encoding.decode(values) else { throw wrong("its solution is no plan") }
    if let hostLimit, plan.hosts.count > hostLimit {
      throw wrong("its plan runs layers on \(plan.hosts.count) nodes where \(hostLimit) may be used")
    }
    let evaluation = evaluator.evaluate(plan)
    if let violation = evaluation.violations.first, rows == nil {
      return .overstepping(violation.description)
    }
    return .evaluated(KnownPlan(plan: plan, value: evaluation.objective(instance.options.objective)))
  }

  /// The plan was costed again; what the solver says of its value has to fit.
  private func checkClaim(
    of solution: Solution, _ model: CompiledModel, _ found: KnownPlan
  ) throws(PlanningError) {
    let claimed = (solution.objective ?? .infinity) * model.objectiveScale
    if found.value > claimed * (1 + 1e-6) + 1e-6 * model.objectiveScale {
      let values = Figures.apart([found.value, claimed], .duration)
      throw wrong("its plan is worth \(values[0]), not \(values[1]) as it says")
    }
  }

  /// A solver's bound holds among the plans that the model kept; those left out are worth more than the limit.
  private mutating func raiseBound(_ solution: Solution, _ model: CompiledModel, limitedTo limit: Double) {
    guard let bound = solution.bound, bound.isFinite else { return }
    run.bound = max(run.bound, min(bound * model.objectiveScale, limit))
  }

  private func check(_ found: KnownPlan) throws(PlanningError) {
    if let known, found.value * (1 - 1e-6) > known.value, limits.gap == 0 {
      let values = Figures.apart([found.value, known.value], .duration)
      throw wrong("it calls \(values[0]) optimal, but a plan worth \(values[1]) is known")
    }
  }

  /// A bound above the value of a plan of the model is wrong, whoever found the plan.
  private func checkBound(
    of solution: Solution, _ model: CompiledModel, _ plans: [KnownPlan]
  ) throws(PlanningError) {
    guard let bound = solution.bound.map({ $0 * model.objectiveScale }),
      let value = plans.map(\.value).min()
    else { return }
    // Solvers compute in the model's unit: where a plan is worth 0, their bound may be anything near it.
    guard bound <= value * (1 + 1e-6) + 1e-12 * model.objectiveScale else {
      let values = Figures.apart([bound, value], .duration)
      throw wrong("it says that no plan is worth less than \(values[0]), but one worth \(values[1]) is known")
    }
  }

  /// Whether the known plan is one of the model's: not where it uses the last bit of a tolerance.
  private func isInModel(_ model: CompiledModel, _ encoding: Encoding) -> Bool {
    guard let known, let point = encoding.point(known.plan) else { return false }
    return model.violation(at: point, tolerance: 1e-9) == nil
  }

  private func wrong(_ detail: String) -> PlanningError {
    .wrongAnswer(backend: "\(planner.solver.name) with \(planner.formulation.name)", detail: detail)
  }
}

extension Formulation {
  /// Refuses to state a problem whose model would not fit.
  ///
  /// - Parameter memory: what it may take [byte].
  /// - Throws: ``PlanningError/tooLarge(formulation:size:memory:)``.
  func checkSize(of problem: Problem, memory: Double) throws(PlanningError) {
    let size = size(of: problem)
    guard size.isCountable, size.bytes <= memory else {
      throw .tooLarge(formulation: name, size: size, memory: memory)
    }
  }
}
