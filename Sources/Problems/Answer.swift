import Foundations

/// The result of a solve: the plan's file, and the values that a program needs to show it.
public struct Answer<P: Problem>: Sendable {
  public var file: PlanFile
  public let known: KnownPlan<P.Plan>?
  /// The instance with the objective that was solved for.
  public let instance: P.Instance
  /// Messages for the log, such as answers of backends that were refused.
  public var warnings: [String]
  /// What the user asked to know beside the plan, such as the gap of a published method to the optimum.
  public let notes: [String]
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

  /// The answer from a ledger: infeasible with a reason, optimal if plan and bound meet, unknown without a plan.
  public init(
    _ ledger: Ledger<P>, of instance: P.Instance, by origin: Origin, seconds: Double,
    infeasible reason: String? = nil, failure: PlanningError? = nil
  ) {
    let (objective, isInfeasible) = (ledger.objective, reason != nil)
    self.instance = instance
    known = isInfeasible ? nil : ledger.best
    bound = isInfeasible ? .infinity : min(ledger.bound, known?.cost ?? .infinity)
    prover = isInfeasible ? origin : ledger.prover
    secondsToBest = isInfeasible ? seconds : ledger.secondsToBest
    self.failure = failure
    warnings = ledger.warnings
    notes = ledger.notes
    file = PlanFile(
      problem: P.nameInFiles, status: isInfeasible ? .infeasible : .unknown, reason: reason,
      body: P.emptyPlan,
      solver: PlanFile.SolverReport(origin, seconds: seconds, counts: ledger.counts))
    guard let known else { return }
    let (value, valueBound) = (objective.value(ofCost: known.cost), objective.value(ofCost: bound))
    let gap = objective.gap(value: value, bound: valueBound)
    file.status = gap <= Tolerance.relative ? .optimal : .feasible
    file.objective = PlanFile.ObjectiveReport(
      kind: objective.name, value: value, bound: valueBound, gap: gap,
      throughput: objective.hasThroughput ? .init(objective.throughput(ofValue: value)) : nil)
    file.body = known.assessment.report()
  }
}

extension Kind {
  /// The file of a feasible plan without a bound.
  public func file(of known: KnownPlan<P.Plan>) -> PlanFile {
    PlanFile(problem: P.nameInFiles, status: .feasible, body: known.assessment.report())
  }
}
