import Foundations
import LinearModels
import Problems

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Solves an instance through a formulation and a solver for its models.
public struct ModelPlanner<P: Problem>: Sendable {
  public let formulation: any Formulation<P>
  public let solver: any ModelSolver
  public var numerics: Numerics
  private let evaluator: @Sendable (P.Instance) -> @Sendable (P.Plan) -> Assessment

  /// - Parameters:
  ///   - kind: the kind whose evaluator assesses plans.
  ///   - formulation: encodes the instance.
  ///   - solver: solves the models.
  ///   - numerics: the pruning and scaling of models.
  public init(
    _ kind: Kind<P>, _ formulation: any Formulation<P>, _ solver: any ModelSolver,
    numerics: Numerics = .careful
  ) {
    self.formulation = formulation
    self.solver = solver
    self.numerics = numerics
    evaluator = kind.evaluator
  }

  /// The formulation and the solver, as files name them.
  public var origin: Origin { Origin(formulation: formulation.name, backend: solver.name) }

  /// Finds the optimum, or proves that there is no plan.
  ///
  /// Choices are left out by the cost U of a known plan. If none is known, a trial U takes its place and is
  /// doubled until a plan of cost U or less is found, which is optimal, until it leaves out no choice, so
  /// that infeasibility is proved, or until it reaches the cutoff, which stops the run with that bound.
  ///
  /// - Parameters:
  ///   - instance: an instance that the formulation does not refuse.
  ///   - known: a plan that the evaluator accepted.
  ///   - cutoff: the cost above which plans are of no interest.
  ///   - budget: the limits of this run.
  ///   - offer: called with each incumbent that the evaluator accepts, while a solver runs.
  ///   - report: called at intervals while a solver runs.
  /// - Throws: ``/Problems/PlanningError``. Reaching a limit or cancelling the task is an outcome, not an
  ///   error.
  public func run(
    _ instance: P.Instance, known: KnownPlan<P.Plan>? = nil, cutoff: Double = .infinity,
    budget: Budget = Budget(), offer: @escaping @Sendable (KnownPlan<P.Plan>) -> Void = { _ in },
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> ModelRun<P.Plan> {
    if let reason = formulation.refusal(of: instance) {
      throw .refused("formulation \(formulation.name) cannot express this instance: \(reason)")
    }
    return try await budget.enforced { () async -> Result<ModelRun<P.Plan>, PlanningError> in
      await run(formulation, instance, known, cutoff, budget, offer, report)
    }.get()
  }

  private func run<F: Formulation>(
    _ formulation: F, _ instance: P.Instance, _ known: KnownPlan<P.Plan>?, _ cutoff: Double,
    _ budget: Budget, _ offer: @escaping @Sendable (KnownPlan<P.Plan>) -> Void,
    _ report: @escaping @Sendable (SearchProgress) -> Void
  ) async -> Result<ModelRun<P.Plan>, PlanningError> where F.P == P {
    var search = ModelSearch(
      formulation: formulation, solver: solver, numerics: numerics, origin: origin, instance: instance,
      objective: P.objective(of: instance), assess: evaluator(instance), known: known, cutoff: cutoff,
      budget: budget, offer: offer, report: report)
    return await search.result()
  }
}

/// The result of a run of a formulation with a solver.
public struct ModelRun<Plan: Sendable>: Sendable {
  /// The end of a run.
  public enum Outcome: Sendable {
    /// A plan within the requested gap.
    case solved(KnownPlan<Plan>)
    /// It is proved that no plan satisfies every constraint.
    case infeasible
    /// A limit was reached; with the best plan that this run found, if any.
    case stopped(KnownPlan<Plan>?)
  }

  public var outcome: Outcome
  /// A lower bound on the cost of every plan.
  public var bound: Double
  /// Branch-and-bound nodes and simplex iterations, over all models solved.
  public var nodes = 0
  public var iterations = 0
  /// The times to build the models, to solve them, and to decode and evaluate solutions [s].
  public var buildSeconds = 0.0
  public var solveSeconds = 0.0
  public var decodeSeconds = 0.0
  /// The peak memory of the processes that solved models [byte]; `nil` if none reported it.
  public var solverMemory: Double?
  /// The last model solved.
  public var model: CompiledModel?

  /// The plan that the run found, if any.
  public var known: KnownPlan<Plan>? {
    switch outcome {
    case .solved(let known), .stopped(let known?): known
    case .infeasible, .stopped(nil): nil
    }
  }
}

extension Formulation {
  /// The choices of an instance; `nil` if the task was cancelled.
  func choices(of instance: P.Instance) -> Stated? { try? Stated(instance) }

  /// Encodes choices as a model with magnitudes that are safe for solvers.
  ///
  /// - Parameter memory: the largest memory of the model [byte].
  /// - Throws: ``/Problems/PlanningError``; `cancelled` if the task was cancelled.
  func stated(
    _ choices: Stated, memory: Double, numerics: Numerics = .careful
  ) throws(PlanningError) -> (encoding: Encoding<P.Plan>, model: CompiledModel) {
    let size = size(of: choices)
    guard size.isCountable, size.bytes <= memory else {
      throw .tooLarge(formulation: name, size: size, memory: memory)
    }
    do {
      let encoding = try encode(choices)
      return (encoding, numerics == .raw ? encoding.model : encoding.scaledModel)
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .model(error)
    }
  }
}

/// One run of a formulation with a solver.
private struct ModelSearch<F: Formulation> {
  typealias Plan = F.P.Plan
  typealias Known = KnownPlan<Plan>

  let formulation: F
  let solver: any ModelSolver
  let numerics: Numerics
  let origin: Origin
  let instance: F.P.Instance
  let objective: Objective
  let assess: @Sendable (Plan) -> Assessment
  /// The plan whose cost prunes choices.
  var known: Known?
  let cutoff: Double
  let budget: Budget
  let offer: @Sendable (Known) -> Void
  let report: @Sendable (SearchProgress) -> Void
  /// The best plan that this search found itself.
  private var ownBest: Known?
  /// The cost that prunes choices if no plan is known.
  private var trial = Double.infinity
  private var run = ModelRun<Plan>(outcome: .stopped(nil), bound: -.infinity)

  init(
    formulation: F, solver: any ModelSolver, numerics: Numerics, origin: Origin, instance: F.P.Instance,
    objective: Objective, assess: @escaping @Sendable (Plan) -> Assessment, known: Known?, cutoff: Double,
    budget: Budget, offer: @escaping @Sendable (Known) -> Void,
    report: @escaping @Sendable (SearchProgress) -> Void
  ) {
    self.formulation = formulation
    self.solver = solver
    self.numerics = numerics
    self.origin = origin
    self.instance = instance
    self.objective = objective
    self.assess = assess
    self.known = known.flatMap { $0.cost <= cutoff ? $0 : nil }
    self.cutoff = cutoff
    self.budget = budget
    self.offer = offer
    self.report = report
  }

  mutating func result() async -> Result<ModelRun<Plan>, PlanningError> {
    do throws(PlanningError) {
      return .success(try await search())
    } catch {
      return .failure(error)
    }
  }

  private mutating func search() async throws(PlanningError) -> ModelRun<Plan> {
    let start = budget.elapsed
    guard var choices = formulation.choices(of: instance) else { return run }
    run.bound = choices.lowerBound
    run.buildSeconds = budget.elapsed - start
    guard choices.lowerBound < .infinity else {
      run.outcome = .infeasible
      return run
    }
    // Plans that cost more than the trial are not searched; an infinite trial excludes none.
    trial = choices.lowerBound > 0 && numerics == .careful ? 2 * choices.lowerBound : .infinity
    trial = min(trial, cutoff)
    while true {
      switch try await attempt(choices) {
      case .done(let outcome):
        run.outcome = outcome
        return run
      case .limitChanged: continue
      case .overstepped(let violation):
        // Solvers may exceed a row by their tolerance. If the plan still breaks a constraint with tightened
        // rows, the solver is wrong.
        guard let tightened = choices.tightened() else {
          throw wrong("its plan breaks a constraint: \(violation)")
        }
        choices = tightened
      }
    }
  }

  private enum Attempt {
    case done(ModelRun<Plan>.Outcome)
    /// The limit has changed, so the model is to be solved again.
    case limitChanged
    /// The plan breaks a constraint.
    case overstepped(String)
  }

  /// Solves the model of the choices that the current limit keeps.
  private mutating func attempt(_ choices: F.Stated) async throws(PlanningError) -> Attempt {
    let limit = numerics == .careful ? known?.cost ?? trial : .infinity
    // A plan found under a trial must not be lost if the time ends during the next model.
    if budget.isExhausted { return .done(.stopped(ownBest)) }
    let limited = limit < .infinity ? choices.limited(to: limit) : choices
    guard let (encoding, model) = try encode(limited) else { return .done(.stopped(ownBest)) }
    let solution = try await solve(model, encoding, limitedTo: limit)
    let found: Known?
    switch try plan(of: solution, encoding) {
    case .none: found = nil
    case .overstepping(let violation): return .overstepped(violation)
    case .evaluated(let plan): found = plan
    }
    if let found {
      try check(.cost((solution.objective ?? .infinity) * model.objectiveScale), model, [found])
    }
    let plans = [found, isInModel(model, encoding) ? known : nil].compactMap(\.self)
    switch solution.termination {
    case .infeasible: return try infeasible(limited)
    case .unbounded: throw wrong("it calls unbounded a model whose objective has a bound")
    case .limit:
      try raiseBound(solution, model, plans, limitedTo: limit)
      if let found { run.bound = min(run.bound, found.cost) }
      return .done(.stopped([found, ownBest].compactMap(\.self).min { $0.cost < $1.cost }))
    case .optimal:
      guard let found else { throw wrong("it calls a model optimal but gives no solution") }
      if budget.gap == 0, let known { try check(.optimal(found.cost), model, [known]) }
      // Above a trial it is a plan nevertheless, and the optimum costs at most as much. Far below the current
      // limit, the model was scaled and pruned by the wrong magnitude, so the answer is not reliable.
      let isAboveTrial = known == nil && found.cost > limit * (1 + 1e-9)
      let isFarBelow = found.cost > 0 && found.cost < limit / 10
      if numerics == .careful, isAboveTrial, trial >= cutoff {
        run.bound = max(run.bound, cutoff)
        return .done(.stopped(found))
      }
      if numerics == .careful, isAboveTrial || isFarBelow {
        known = found
        ownBest = found
        return .limitChanged
      }
      try raiseBound(solution, model, plans, limitedTo: limit)
      run.bound = min(run.bound, found.cost)
      return .done(.solved(found))
    }
  }

  /// Handles infeasibility: under a trial, no plan costs less, and the next trial is twice as large.
  private mutating func infeasible(_ choices: F.Stated) throws(PlanningError) -> Attempt {
    if let known { try check(.infeasible, nil, [known]) }
    if choices.isComplete { return .done(.infeasible) }
    run.bound = max(run.bound, trial)
    if trial >= cutoff { return .done(.stopped(nil)) }
    trial = min(2 * trial, cutoff)
    return .limitChanged
  }

  /// The model of the choices; `nil` if the task was cancelled meanwhile.
  private mutating func encode(
    _ choices: F.Stated
  ) throws(PlanningError) -> (Encoding<Plan>, CompiledModel)? {
    let start = budget.elapsed
    defer { run.buildSeconds += budget.elapsed - start }
    do throws(PlanningError) {
      let stated = try formulation.stated(choices, memory: budget.modelMemory, numerics: numerics)
      run.model = stated.model
      return (stated.encoding, stated.model)
    } catch .cancelled {
      return nil
    } catch {
      throw error
    }
  }

  /// The point of the known plan, unless the plan uses a tolerance that the model does not allow.
  private func start(for model: CompiledModel, _ encoding: Encoding<Plan>) -> [Double]? {
    guard solver.takesStart, numerics != .raw, let known, let point = encoding.point(known.plan) else {
      return nil
    }
    return model.violation(at: point, tolerance: 1e-9) == nil ? point : nil
  }

  private mutating func solve(
    _ model: CompiledModel, _ encoding: Encoding<Plan>, limitedTo limit: Double
  ) async throws(PlanningError) -> Solution {
    if budget.isExhausted { return Solution(termination: .limit(.time)) }
    let options = SolveOptions(
      timeLimit: budget.remaining, relativeGap: budget.gap, start: start(for: model, encoding),
      memoryLimit: budget.memory, log: budget.log)
    let watch = IncumbentWatch(
      encoding, model, assess, offer,
      SearchProgress(origin: origin, cost: (ownBest ?? known)?.cost, bound: run.bound), limit: limit)
    let report = self.report
    report(watch.progress)
    announce(model)
    let before = budget.elapsed
    defer { run.solveSeconds += budget.elapsed - before }
    do {
      let solution = try await solver.solve(model, options: options) { report(watch.note($0)) }
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

  /// Writes a heading for the solver's part of the log.
  private func announce(_ model: CompiledModel) {
    guard let log = budget.log else { return }
    let names = "formulation \(formulation.name), backend \(solver.name)"
    let size = "\(model.rowCount) rows, \(model.columnCount) columns, \(model.nonzeroCount) nonzeros"
    let line = Array("layerroute: \(names): \(size)\n".utf8)
    _ = line.withUnsafeBytes { write(log, $0.baseAddress, $0.count) }
  }

  private enum DecodedPlan {
    case none
    /// The plan breaks a constraint.
    case overstepping(String)
    case evaluated(Known)
  }

  /// The plan that a solution decodes to, if there is a solution.
  private mutating func plan(
    of solution: Solution, _ encoding: Encoding<Plan>
  ) throws(PlanningError) -> DecodedPlan {
    let start = budget.elapsed
    defer { run.decodeSeconds += budget.elapsed - start }
    guard let values = solution.values else { return .none }
    guard let plan = encoding.decode(values) else { throw wrong("its solution is no plan") }
    let assessment = assess(plan)
    guard let known = Known(plan, assessment) else { return .overstepping(assessment.violations[0]) }
    return .evaluated(known)
  }

  /// Raises the bound: a solver's bound is valid for the plans that the model kept, and the others cost more
  /// than the limit.
  private mutating func raiseBound(
    _ solution: Solution, _ model: CompiledModel, _ plans: [Known], limitedTo limit: Double
  ) throws(PlanningError) {
    guard let bound = solution.bound.map({ $0 * model.objectiveScale }), bound.isFinite else { return }
    try check(.bound(bound), model, plans)
    run.bound = max(run.bound, min(bound, limit))
  }

  /// Checks a claim of the solver against plans for which it must hold.
  private func check(_ claim: Claim, _ model: CompiledModel?, _ plans: [Known]) throws(PlanningError) {
    guard let best = plans.min(by: { $0.cost < $1.cost }) else { return }
    let scale = model?.objectiveScale ?? 0
    if let detail = claim.contradiction(knownCost: best.cost, scale: scale, objective: objective) {
      throw wrong(detail)
    }
  }

  /// Whether the known plan is feasible in the model, which it is not if it uses a tolerance.
  private func isInModel(_ model: CompiledModel, _ encoding: Encoding<Plan>) -> Bool {
    guard let known, let point = encoding.point(known.plan) else { return false }
    return model.violation(at: point, tolerance: 1e-9) == nil
  }

  private func wrong(_ detail: String) -> PlanningError {
    .wrongAnswer(backend: origin.description, detail: detail)
  }
}
