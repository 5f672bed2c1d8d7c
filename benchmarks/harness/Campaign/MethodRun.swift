import LinearModels
import Problems
import Splitting
import SplittingAlgorithms
import SplittingChecking
import Worker

/// Runs one method on one instance, and measures.
struct MethodRun: Sendable {
  let request: RunRequest
  let instance: Instance
  let known: KnownPlan?
  private let registry: Registry
  private let permuting = Overhead()

  /// - Throws: where the instance cannot be read, or the plan breaks a constraint.
  init(_ request: RunRequest, registry: Registry = .standard) throws {
    self.request = request
    self.registry = registry
    instance = try Instance.parse(Array(request.instance.utf8), name: request.subject.name)
    try instance.checkFigures()
    known = try request.known.map { [instance] in
      let evaluation = Evaluator(instance).evaluate($0.plan)
      // Its value would make wrong whoever finds the optimum.
      if let violation = evaluation.violations.first {
        throw PlanningError.refused("the plan that runs are given breaks a constraint: \(violation)")
      }
      return KnownPlan(plan: $0.plan, value: evaluation.objective(instance.options.objective))
    }
  }

  /// What came of it, and the last model solved.
  ///
  /// - Parameter report: called when a better plan than the one given was found.
  func result(
    report: @escaping @Sendable (RunRecord.Incumbent) -> Void
  ) async -> (record: RunRecord, model: CompiledModel?) {
    let start = ContinuousClock.now
    var record = RunRecord(
      subject: request.subject, method: request.method, repetition: request.repetition, outcome: .failed,
      seconds: 0)
    record.known = known?.value
    var model: CompiledModel?
    if request.method.backend == Registry.native {
      runNative(&record)
    } else {
      let incumbents = IncumbentLog(start: start, below: known?.value ?? .infinity, report: report)
      model = await runModel(&record, incumbents)
      record.incumbents = incumbents.all
    }
    record.seconds = (ContinuousClock.now - start) / .seconds(1) - permuting.seconds
    record.solve = record.solve.map { $0 - permuting.seconds }
    record.buildMemory = PeakMemory.bytes
    keepToLimit(&record)
    return (record, model)
  }

  /// Calls things by their names: solved after the limit is not solved, and who gives up long before it has met
  /// something else.
  private func keepToLimit(_ record: inout RunRecord) {
    let hasFinished = record.outcome == .solved || record.outcome == .infeasible
    if hasFinished, record.seconds > request.limit {
      record.outcome = .timedOut
      record.detail = "it finished after the limit"
    } else if record.outcome == .timedOut, record.seconds < 0.9 * request.limit {
      record.outcome = .failed
      record.detail = "the backend gave up before the limit"
    }
  }

  /// Whether the relaxation of the last model bounds the optimum: the model holds every optimal plan, because it was
  /// pruned by the value of one that was found or given, and not by a trial value.
  func isRelaxationTelling(after record: RunRecord) -> Bool {
    record.outcome == .solved || known != nil || !request.isPruned
  }

  /// The value of a model's linear relaxation [s]; `nil` where it is not solved within the limit.
  func relaxation(of model: CompiledModel) async -> Double? {
    guard let solver = try? registry.solver(named: request.method.backend) else { return nil }
    let options = SolveOptions(timeLimit: request.limit, memoryLimit: request.memory)
    guard let solution = try? await solver.solve(model.relaxed(), options: options),
      solution.termination == .optimal, let objective = solution.objective
    else { return nil }
    return objective * model.objectiveScale
  }

  // MARK: Without a solver

  private func runNative(_ record: inout RunRecord) {
    let start = ContinuousClock.now
    guard let planner = try? NativePlanner(instance) else { return }
    let planned = ContinuousClock.now
    record.solve = (planned - start) / .seconds(1)
    guard let plan = planner.plan else {
      record.outcome = .infeasible
      return
    }
    let evaluation = Evaluator(instance).evaluate(plan)
    record.decode = (ContinuousClock.now - planned) / .seconds(1)
    guard evaluation.isFeasible else {
      record.outcome = .refused
      record.detail = "the shortest paths break a constraint"
      return
    }
    record.outcome = .solved
    record.value = evaluation.objective(instance.options.objective)
    record.bound = record.value
  }

  // MARK: Through a model

  private func runModel(_ record: inout RunRecord, _ incumbents: IncumbentLog) async -> CompiledModel? {
    do throws(PlanningError) {
      let planner = MIPPlanner(
        formulation: try registry.formulation(named: request.method.formulation), solver: try solver())
      let limits = MIPPlanner.Limits(
        seconds: request.limit, memory: request.memory, numerics: request.isPruned ? .careful : .unpruned)
      let run = try await planner.run(instance, knownPlan: known, limits: limits) { incumbents.note($0) }
      note(run, in: &record)
      return run.model
    } catch {
      note(error, in: &record)
      return nil
    }
  }

  private func solver() throws(PlanningError) -> any ModelSolver {
    let solver = try registry.solver(named: request.method.backend)
    guard let seed = request.permutation else { return solver }
    return PermutedSolver(base: solver, seed: seed, overhead: permuting)
  }

  private func note(_ run: MIPRun, in record: inout RunRecord) {
    switch run.outcome {
    case .solved(let plan):
      record.outcome = .solved
      record.value = plan.value
    case .infeasible: record.outcome = .infeasible
    case .stopped(let plan):
      record.outcome = .timedOut
      record.value = plan?.value
    }
    // Infinite where a job has no way at all.
    record.bound = run.bound.isFinite ? run.bound : nil
    record.build = run.buildSeconds
    record.solve = run.solveSeconds
    record.decode = run.decodeSeconds
    record.nodes = run.nodes
    record.iterations = run.iterations
    record.solveMemory = run.solverMemory
    record.model = RunRecord.ModelDimensions(
      rows: run.rows, columns: run.columns, nonzeros: run.nonzeros, integers: run.integers)
  }

  private func note(_ error: PlanningError, in record: inout RunRecord) {
    record.detail = error.description
    switch error {
    case .tooLarge(_, let size, _):
      record.outcome = .tooLarge
      record.model = RunRecord.ModelDimensions(atMost: size)
    case .refused: record.outcome = .refused
    case .wrongAnswer: record.outcome = .wrong
    case .backend, .figures, .model, .cancelled: record.outcome = .failed
    }
  }
}

extension RunRecord.ModelDimensions {
  /// What is counted before anything is built; all columns may be integers.
  fileprivate init(atMost size: ModelSize) {
    func count(_ number: Double) -> Int { Int(min(number, 1e18)) }
    self.init(
      rows: count(size.rows), columns: count(size.columns), nonzeros: count(size.nonzeros),
      integers: count(size.columns))
  }
}
