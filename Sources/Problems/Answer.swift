import Foundations

/// The result of a solve: the plan's file, and the values that a program needs to show it.
public struct Answer<P: Problem>: Sendable {
  public var file: PlanFile
  /// The plan; `nil` without one.
  public let known: KnownPlan<P.Plan>?
  /// The instance with the objective that was solved for.
  public let instance: P.Instance
  /// Messages for the log, such as answers of backends that were refused.
  public var warnings: [String]
  /// The failure that ended the solve early, if the plan is only the best one until then.
  public let failure: PlanningError?
  /// A lower bound on the cost of every plan; infinite if there is none.
  public let bound: Double
  /// Who proved that.
  public let prover: Origin
  /// How long after the beginning the plan was found [s].
  public let secondsToBest: Double
  /// Whether a limit struck before the planner had done its work.
  public var isStopped = false

  public var plan: P.Plan? { known?.plan }
  /// The plan's cost; infinite without a plan.
  public var cost: Double { known?.cost ?? .infinity }

  /// The answer from a ledger: optimal if plan and bound meet, unknown without a plan.
  public init(
    _ ledger: Ledger<P>, of instance: P.Instance, by origin: Origin, seconds: Double,
    failure: PlanningError? = nil
  ) {
    let objective = ledger.objective
    let known = ledger.best
    let bound = min(ledger.bound, known?.cost ?? .infinity)
    self.instance = instance
    self.known = known
    self.bound = bound
    prover = ledger.prover
    secondsToBest = ledger.secondsToBest
    self.failure = failure
    warnings = ledger.warnings
    file = PlanFile(
      problem: P.nameInFiles, status: .unknown, body: P.emptyPlan,
      solver: PlanFile.SolverReport(origin, seconds: seconds))
    guard let known else { return }
    let (value, valueBound) = (objective.value(ofCost: known.cost), objective.value(ofCost: bound))
    let gap = objective.gap(value: value, bound: valueBound)
    file.status = gap <= Tolerance.relative ? .optimal : .feasible
    file.objective = PlanFile.ObjectiveReport(kind: objective.name, value: value, bound: valueBound, gap: gap)
    file.body = known.assessment.report()
  }

  /// The answer that there is no plan.
  public init(
    infeasible reason: String, _ ledger: Ledger<P>, of instance: P.Instance, by origin: Origin,
    seconds: Double
  ) {
    self.instance = instance
    known = nil
    bound = .infinity
    prover = origin
    secondsToBest = seconds
    failure = nil
    warnings = ledger.warnings
    file = PlanFile(
      problem: P.nameInFiles, status: .infeasible, reason: reason, body: P.emptyPlan,
      solver: PlanFile.SolverReport(origin, seconds: seconds))
  }
}

extension Kind {
  /// The file of a feasible plan without a bound.
  public func file(of known: KnownPlan<P.Plan>, of instance: P.Instance) -> PlanFile {
    let ledger = Ledger<P>(objective: P.objective(of: instance), known: known, assess: evaluator(instance))
    var file = Answer(ledger, of: instance, by: Origin(), seconds: 0).file
    file.status = .feasible
    file.solver = nil
    file.objective = nil
    return file
  }
}

extension Problem {
  /// The problem's name in plan files; files of the first problem name none.
  fileprivate static var nameInFiles: String? { name == usualProblemName ? nil : name }
}
