import Documents
import Foundations
import LinearModels
import Planning
import Problems
import Worker

/// Runs one method on one instance, and measures time and memory.
struct MethodRun<P: Problem>: Sendable {
  let request: RunRequest
  private let kind: Kind<P>
  private let instance: P.Instance
  private let objective: Objective
  private let known: KnownPlan<P.Plan>?
  private let permuting = Overhead()

  /// - Throws: if the instance cannot be read, or the plan given to the runs breaks a constraint.
  init(_ request: RunRequest, _ document: Document, _ kind: Kind<P>) throws {
    self.request = request
    self.kind = kind
    let instance = try P.instance(from: document)
    self.instance = instance
    objective = P.objective(of: instance)
    try kind.checkFigures(instance)
    known = try request.known.flatMap { text in
      let document = try Document.parse(Array(text.utf8), format: .json, file: "plan")
      guard let plan = try P.plan(in: document, of: instance).plan else { return nil }
      let assessment = kind.evaluator(instance)(plan)
      // Its cost could be below the optimum, so that correct runs would count as wrong.
      if let violation = assessment.violations.first {
        throw PlanningError.refused("the plan given to the runs breaks a constraint: \(violation)")
      }
      return KnownPlan(plan, assessment)
    }
  }

  /// The record of the run, and the last model solved.
  ///
  /// - Parameter report: called with each plan that is better than the given one.
  func result(
    report: @escaping @Sendable (RunRecord.Incumbent) -> Void
  ) async -> (record: RunRecord, model: CompiledModel?) {
    let start = ContinuousClock.now
    var record = RunRecord(
      subject: request.subject, method: request.method, repetition: request.repetition, outcome: .failed,
      seconds: 0)
    record.known = (known?.cost).map(objective.value(ofCost:))
    var model: CompiledModel?
    if request.method.backend == Origin.native {
      await runNative(&record)
    } else {
      let incumbents = IncumbentLog(start: start, below: known?.cost ?? .infinity, report: report)
      model = await runModel(&record, incumbents)
      record.incumbents = incumbents.all
    }
    record.seconds = (ContinuousClock.now - start) / .seconds(1) - permuting.seconds
    record.solve = record.solve.map { $0 - permuting.seconds }
    record.buildMemory = PeakMemory.bytes
    keepToLimit(&record)
    return (record, model)
  }

  /// Corrects the outcome: a run that finished after the limit has timed out, and a run that "timed out" long before
  /// the limit has failed.
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

  /// Whether the relaxation of the last model bounds the optimum. It does if the model contains an optimal plan: if it
  /// is not pruned, or pruned by the value of a plan that was found or given, not by a trial value.
  func isRelaxationTelling(after record: RunRecord) -> Bool {
    record.outcome == .solved || known != nil || !request.isPruned
  }

  /// The value of a model's linear relaxation; `nil` if it is not solved within the limit.
  func relaxation(of model: CompiledModel) async -> Double? {
    let solver = try? PlanSearch<P>.solver(named: request.method.backend)
    return await solver?.relaxationCost(of: model, timeLimit: request.limit, memory: request.memory)
      .map(objective.value(ofCost:))
  }

  // MARK: Without a solver

  private func runNative(_ record: inout RunRecord) async {
    let budget = Budget(seconds: request.limit)
    do throws(PlanningError) {
      let own = SolveRequest(formulation: request.method.formulation, backend: Origin.native)
      let answer = try await kind.solve(instance, own, budget: budget)
      record.solve = budget.elapsed
      record.bound = answer.bound.isFinite ? objective.value(ofCost: answer.bound) : nil
      record.value = (answer.known?.cost).map(objective.value(ofCost:))
      switch answer.file.status {
      case .optimal: record.outcome = .solved
      case .infeasible: record.outcome = .infeasible
      case .feasible, .unknown: record.outcome = .timedOut
      }
    } catch {
      note(error, in: &record)
    }
  }

  // MARK: Through a model

  private func runModel(_ record: inout RunRecord, _ incumbents: IncumbentLog) async -> CompiledModel? {
    do throws(PlanningError) {
      let planner = ModelPlanner(
        kind, try kind.formulation(named: request.method.formulation), try solver(),
        numerics: request.isPruned ? .careful : .unpruned)
      let budget = Budget(seconds: request.limit, memory: request.memory)
      let objective = objective
      let run = try await planner.run(instance, known: known, budget: budget) {
        incumbents.note(objective.value(ofCost: $0.cost))
      }
      note(run, in: &record)
      return run.model
    } catch {
      note(error, in: &record)
      return nil
    }
  }

  private func solver() throws(PlanningError) -> any ModelSolver {
    let solver = try PlanSearch<P>.solver(named: request.method.backend)
    guard let seed = request.permutation else { return solver }
    return PermutedSolver(base: solver, seed: seed, overhead: permuting)
  }

  private func note(_ run: ModelRun<P.Plan>, in record: inout RunRecord) {
    switch run.outcome {
    case .solved: record.outcome = .solved
    case .infeasible: record.outcome = .infeasible
    case .stopped: record.outcome = .timedOut
    }
    record.value = (run.known?.cost).map(objective.value(ofCost:))
    // The bound is infinite if there is no plan.
    record.bound = run.bound.isFinite ? objective.value(ofCost: run.bound) : nil
    record.build = run.effort.buildSeconds
    record.solve = run.effort.solveSeconds
    record.decode = run.decodeSeconds
    record.nodes = run.effort.nodes
    record.iterations = run.effort.iterations
    record.solveMemory = run.solverMemory
    record.model = RunRecord.ModelDimensions(
      rows: run.effort.rows, columns: run.effort.columns, nonzeros: run.effort.nonzeros,
      integers: run.effort.integers)
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
  /// The sizes counted before the model is built; all columns are assumed to be integers.
  fileprivate init(atMost size: ModelSize) {
    func count(_ number: Double) -> Int { Int(min(number, 1e18)) }
    self.init(
      rows: count(size.rows), columns: count(size.columns), nonzeros: count(size.nonzeros),
      integers: count(size.columns))
  }
}
