import Foundation
import Foundations
import LinearModels
import Problems

/// Solves an instance through a formulation and a solver for its models.
public struct ModelPlanner<P: Problem>: Sendable {
  public let formulation: any Formulation<P>
  public let solver: any ModelSolver
  public var numerics: Numerics
  /// Whether the solver is to do without what leads it to wrong answers.
  public var isCautious: Bool
  private let evaluator: @Sendable (P.Instance) -> @Sendable (P.Plan) -> Assessment

  /// A planner whose plans the kind's evaluator assesses.
  public init(
    _ kind: Kind<P>, _ formulation: any Formulation<P>, _ solver: any ModelSolver,
    numerics: Numerics = .careful, isCautious: Bool = false
  ) {
    self.formulation = formulation
    self.solver = solver
    self.numerics = numerics
    self.isCautious = isCautious
    evaluator = kind.evaluator
  }

  /// The formulation and the solver, as files name them.
  public var origin: Origin { formulation.origin(solver) }

  /// Finds the optimum, or proves that there is no plan.
  ///
  /// Choices are left out by the cost U of a known plan. If none is known, a trial U takes its place and is doubled
  /// until a plan of cost U or less is found, which is optimal, until it leaves out no choice, so that infeasibility is
  /// proved, or until it reaches the cutoff, above which plans are of no interest, and which stops the run with that
  /// bound. While a solver runs, `offer` is called with each incumbent that the evaluator accepts, and `report` at
  /// intervals.
  /// - Throws: ``/Problems/PlanningError``. Reaching a limit or cancelling the task is an outcome, not an error.
  public func run(
    _ instance: P.Instance, known: KnownPlan<P.Plan>? = nil, cutoff: Double = .infinity,
    budget: Budget = Budget(), offer: @escaping @Sendable (KnownPlan<P.Plan>) -> Void = { _ in },
    report: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) async throws(PlanningError) -> ModelRun<P.Plan> {
    try formulation.checkExpresses(instance)
    let useful = known.flatMap { $0.cost <= cutoff ? $0 : nil }
    return try await budget.enforced { () async throws(PlanningError) in
      try await run(formulation, instance, useful, cutoff, budget, offer, report)
    }
  }

  private func run<F: Formulation>(
    _ formulation: F, _ instance: P.Instance, _ known: KnownPlan<P.Plan>?, _ cutoff: Double,
    _ budget: Budget, _ offer: @escaping @Sendable (KnownPlan<P.Plan>) -> Void,
    _ report: @escaping @Sendable (SearchProgress) -> Void
  ) async throws(PlanningError) -> ModelRun<P.Plan> where F.P == P {
    var search = ModelSearch(
      formulation: formulation, solver: solver, numerics: numerics, isCautious: isCautious,
      instance: instance,
      assess: evaluator(instance), cutoff: cutoff, budget: budget, offer: offer, report: report, known: known)
    return try await search.result()
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
  public var effort = ModelEffort()
  /// The time to decode and evaluate solutions [s].
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

/// The size of the last model of a run, and the work on all of its models.
public struct ModelEffort: Sendable {
  public var rows = 0
  public var columns = 0
  public var integers = 0
  public var nonzeros = 0
  /// Branch-and-bound nodes and simplex iterations.
  public var nodes = 0
  public var iterations = 0
  /// The times to build the models and to solve them [s].
  public var buildSeconds = 0.0
  public var solveSeconds = 0.0

  var seconds: Double { buildSeconds + solveSeconds }
}

extension Formulation {
  func origin(_ solver: any ModelSolver) -> Origin { Origin(formulation: name, backend: solver.name) }

  /// The reason why this formulation cannot express the instance, as a message that names the formulation.
  func namedRefusal(of instance: P.Instance) -> String? {
    refusal(of: instance).map { "formulation \(name) cannot express this instance: \($0)" }
  }

  func checkExpresses(_ instance: P.Instance) throws(PlanningError) {
    if let reason = namedRefusal(of: instance) { throw .refused(reason) }
  }

  /// The choices of an instance; `nil` if the task was cancelled.
  func choices(of instance: P.Instance) -> Stated? { try? Stated(instance) }

  /// The scaled model of an instance, without the choices whose plans all cost more than `limit`.
  func model(
    of instance: P.Instance, limitedTo limit: Double?, memory: Double
  ) throws(PlanningError) -> CompiledModel {
    guard let choices = choices(of: instance) else { throw .cancelled }
    return try stated(limit.map(choices.limited(to:)) ?? choices, memory: memory).model
  }

  /// Encodes choices as a model of at most `memory` [byte], with magnitudes that are safe for solvers.
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
  let isCautious: Bool
  let instance: F.P.Instance
  let assess: @Sendable (Plan) -> Assessment
  let cutoff: Double
  let budget: Budget
  let offer: @Sendable (Known) -> Void
  let report: @Sendable (SearchProgress) -> Void
  /// The plan whose cost prunes choices.
  var known: Known?
  /// The best plan that this search found itself.
  var ownBest: Known?
  /// The cost that prunes choices if no plan is known.
  var trial = Double.infinity
  var run = ModelRun<Plan>(outcome: .stopped(nil), bound: -.infinity)

  mutating func result() async throws(PlanningError) -> ModelRun<Plan> {
    let start = budget.elapsed
    guard var choices = formulation.choices(of: instance) else { return run }
    run.bound = choices.lowerBound
    run.effort.buildSeconds = budget.elapsed - start
    guard choices.lowerBound < .infinity else {
      run.outcome = .infeasible
      return run
    }
    // Plans that cost more than the trial are not searched; an infinite trial excludes none.
    trial = choices.lowerBound > 0 && numerics == .careful ? 2 * choices.lowerBound : .infinity
    trial = min(trial, cutoff)
    while true {
      if let outcome = try await attempt(&choices) {
        run.outcome = outcome
        return run
      }
    }
  }

  /// Solves the model of the choices that the current limit keeps; `nil` if it is to be solved again, because the limit
  /// or the choices have changed.
  private mutating func attempt(
    _ choices: inout F.Stated
  ) async throws(PlanningError) -> ModelRun<Plan>.Outcome? {
    let limit = numerics == .careful ? known?.cost ?? trial : .infinity
    // A plan found under a trial must not be lost if the time ends during the next model.
    if budget.isExhausted { return .stopped(ownBest) }
    let limited = limit < .infinity ? choices.limited(to: limit) : choices
    guard let (encoding, model) = try encode(limited) else { return .stopped(ownBest) }
    let solution = try await solve(model, encoding, limitedTo: limit)
    let (found, violation) = try plan(of: solution, encoding)
    if let violation {
      // Solvers may exceed a row by their tolerance. If the plan still breaks a constraint with tightened rows, the
      // solver is wrong.
      guard let tightened = choices.tightened() else {
        throw wrong("its plan breaks a constraint: \(violation)")
      }
      choices = tightened
      return nil
    }
    if let found {
      try check(.cost((solution.objective ?? .infinity) * model.objectiveScale), model, [found])
    }
    let plans = [found, knownPoint(in: model, encoding) != nil ? known : nil].compactMap(\.self)
    switch solution.termination {
    case .infeasible: return try infeasible(limited)
    case .unbounded: throw wrong("it calls unbounded a model whose objective has a bound")
    case .limit:
      try raiseBound(solution, model, plans, limitedTo: limit)
      if let found { run.bound = min(run.bound, found.cost) }
      return .stopped([found, ownBest].compactMap(\.self).min { $0.cost < $1.cost })
    case .optimal:
      guard let found else { throw wrong("it calls a model optimal but gives no solution") }
      if budget.gap == 0, let known { try check(.optimal(found.cost), model, [known]) }
      // Above a trial it is a plan nevertheless, and the optimum costs at most as much. Far below the current
      // limit, the model was scaled and pruned by the wrong magnitude, so the answer is not reliable.
      let isAboveTrial = known == nil && found.cost > limit * (1 + 1e-9)
      let isFarBelow = found.cost > 0 && found.cost < limit / 10
      if numerics == .careful, isAboveTrial, trial >= cutoff {
        run.bound = max(run.bound, cutoff)
        return .stopped(found)
      }
      if numerics == .careful, isAboveTrial || isFarBelow {
        known = found
        ownBest = found
        return nil
      }
      try raiseBound(solution, model, plans, limitedTo: limit)
      run.bound = min(run.bound, found.cost)
      return .solved(found)
    }
  }

  /// Handles infeasibility: under a trial, no plan costs less, and the next trial is twice as large.
  private mutating func infeasible(_ choices: F.Stated) throws(PlanningError) -> ModelRun<Plan>.Outcome? {
    if let known { try check(.infeasible, nil, [known]) }
    if choices.isComplete { return .infeasible }
    run.bound = max(run.bound, trial)
    if trial >= cutoff { return .stopped(nil) }
    trial = min(2 * trial, cutoff)
    return nil
  }

  /// The model of the choices; `nil` if the task was cancelled meanwhile.
  private mutating func encode(
    _ choices: F.Stated
  ) throws(PlanningError) -> (encoding: Encoding<Plan>, model: CompiledModel)? {
    let start = budget.elapsed
    defer { run.effort.buildSeconds += budget.elapsed - start }
    do throws(PlanningError) {
      let stated = try formulation.stated(choices, memory: budget.modelMemory, numerics: numerics)
      run.model = stated.model
      run.effort.rows = stated.model.rowCount
      run.effort.columns = stated.model.columnCount
      run.effort.integers = stated.model.integerCount
      run.effort.nonzeros = stated.model.nonzeroCount
      return stated
    } catch .cancelled {
      return nil
    } catch {
      throw error
    }
  }

  /// The point of the known plan, unless the plan uses a tolerance that the model does not allow.
  private func knownPoint(in model: CompiledModel, _ encoding: Encoding<Plan>) -> [Double]? {
    guard let known, let point = encoding.point(known.plan) else { return nil }
    return model.violation(at: point, tolerance: 1e-9) == nil ? point : nil
  }

  private mutating func solve(
    _ model: CompiledModel, _ encoding: Encoding<Plan>, limitedTo limit: Double
  ) async throws(PlanningError) -> Solution {
    if budget.isExhausted { return Solution(termination: .limit(.time)) }
    let options = SolveOptions(
      timeLimit: budget.remaining, relativeGap: budget.gap,
      start: solver.takesStart && numerics != .raw ? knownPoint(in: model, encoding) : nil,
      memoryLimit: budget.memory, log: budget.log, isCautious: isCautious)
    let progress = SearchProgress(
      origin: formulation.origin(solver), cost: (ownBest ?? known)?.cost, bound: run.bound)
    let (assess, offer, report) = (assess, offer, report)
    let watch = IncumbentWatch(scale: model.objectiveScale, limit: limit, progress) { values in
      guard values.count == model.columnCount, let plan = encoding.decode(model.snapped(values)),
        let known = Known(plan, assess(plan))
      else { return nil }
      offer(known)
      return known.cost
    }
    report(progress)
    announce(model)
    let before = budget.elapsed
    defer { run.effort.solveSeconds += budget.elapsed - before }
    do {
      let solution = try await solver.solve(model, options: options) { report(watch.note($0)) }
      run.effort.nodes += solution.nodes
      run.effort.iterations += solution.iterations
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

  /// The plan that a solution decodes to, if there is a solution, or a constraint that the plan breaks.
  private mutating func plan(
    of solution: Solution, _ encoding: Encoding<Plan>
  ) throws(PlanningError) -> (known: Known?, violation: String?) {
    let start = budget.elapsed
    defer { run.decodeSeconds += budget.elapsed - start }
    guard let values = solution.values else { return (nil, nil) }
    guard let plan = encoding.decode(values) else { throw wrong("its solution is no plan") }
    let assessment = assess(plan)
    return (Known(plan, assessment), assessment.violations.first)
  }

  /// Raises the bound: a solver's bound is valid for the plans that the model kept; the others cost more than the limit.
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
    let objective = F.P.objective(of: instance)
    if let detail = claim.contradiction(knownCost: best.cost, scale: scale, objective: objective) {
      throw wrong(detail)
    }
  }

  private func wrong(_ detail: String) -> PlanningError {
    .wrongAnswer(backend: formulation.origin(solver).description, detail: detail)
  }
}
