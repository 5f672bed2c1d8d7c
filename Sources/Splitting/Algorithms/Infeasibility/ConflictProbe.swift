import Foundations
import Planning
import Problems
import Splitting
import SplittingChecking

/// Asks whether a plan satisfies some coupling constraints; every plan found may answer later questions as well.
struct ConflictProbe {
  enum Answer {
    /// There is a plan, with this use of each constraint.
    case plan(PlanUse)
    /// It is proved that there is no plan.
    case noPlan
    /// The time was too short for an answer.
    case unknown
  }

  private(set) var instance: Instance
  /// Accepts what is a plan of the instance as it was given.
  private let evaluator: Evaluator
  /// The limits of the constraints that a plan could break.
  let limits: CouplingLimits
  private let planner: ModelPlanner<SplittingProblem>
  private let meter: UseMeter
  var budget: Budget
  /// The use of each plan found so far, and the constraints that it breaks.
  private var witnesses: [(use: PlanUse, broken: Set<CouplingConstraint>)] = []
  /// A plan found so far that satisfies every constraint of the instance, which refutes the conflict.
  private(set) var refutation: KnownPlan<Plan>?

  init(_ instance: Instance, _ planner: ModelPlanner<SplittingProblem>, _ budget: Budget) {
    self.instance = instance
    evaluator = Evaluator(instance)
    self.planner = planner
    self.budget = budget
    meter = UseMeter(instance)
    let all = instance.limits
    limits = all.keeping(all.broken(by: meter.most))
  }

  /// The jobs that must be contiguous.
  var contiguous: [Int] { instance.jobs.indices.filter { instance.jobs[$0].isContiguous } }

  /// The same questions where only these jobs must be contiguous.
  func demandingContiguity(of jobs: [Int]) -> ConflictProbe {
    var probe = self
    probe.instance = instance.demandingContiguity(of: jobs)
    probe.witnesses = []
    return probe
  }

  /// The remaining time [s].
  var remaining: Double { budget.isExhausted ? 0 : budget.remaining ?? .infinity }

  /// The uses of those plans found so far that satisfy every constraint of `kept` but `row`, and break that one.
  func plans(breaking row: CouplingConstraint, of kept: Set<CouplingConstraint>) -> [PlanUse] {
    witnesses.filter { $0.broken.intersection(kept) == [row] }.map(\.use)
  }

  /// Whether some plan satisfies all of these constraints of the instance; with a wall-clock limit [s].
  mutating func answer(keeping kept: Set<CouplingConstraint>, seconds: Double) async -> Answer {
    if let known = witnesses.first(where: { $0.broken.isDisjoint(with: kept) }) { return .plan(known.use) }
    return await answer(within: limits.keeping(kept), seconds: seconds)
  }

  /// Whether some plan keeps these limits, which need not be the instance's; with a wall-clock limit [s].
  mutating func answer(within limits: CouplingLimits, seconds: Double) async -> Answer {
    let budget = budget.part(seconds: seconds)
    if budget.isExhausted { return .unknown }
    let quick = quickPlan(of: relaxed(limits) { instance.jobs[$0].weight }, budget)
    if let use = remember(quick?.plan, within: limits) { return .plan(use) }
    // Any plan is an answer. Without an objective a model needs no trial values, and costs only for deadlines.
    let run = try? await planner.run(relaxed(limits) { _ in 0 }, budget: budget)
    switch run?.outcome {
    case .infeasible: return .noPlan
    case .solved(let known), .stopped(let known?):
      return remember(known.plan, within: limits).map(Answer.plan) ?? .unknown
    case .stopped(nil), nil: return .unknown
    }
  }

  /// The shortest latency of a job [s] if all of `kept` but its deadline hold; `nil` if time was too short for it.
  mutating func shortestLatency(
    ofJob job: Int, keeping kept: Set<CouplingConstraint>, seconds: Double
  ) async -> Double? {
    let budget = budget.part(seconds: seconds)
    if budget.isExhausted { return nil }
    let limits = limits.keeping(kept.subtracting([.deadline(job)]))
    let alone = relaxed(limits) { $0 == job ? 1 : 0 }
    let quick = quickPlan(of: alone, budget)
    let known = remember(quick?.plan, within: limits) == nil ? nil : quick
    let run = try? await planner.run(alone, known: known, budget: budget)
    guard case .solved(let found) = run?.outcome else { return nil }
    return remember(found.plan, within: limits)?[.deadline(job)]
  }

  private func quickPlan(of instance: Instance, _ budget: Budget) -> KnownPlan<Plan>? {
    ResidualRouting(instance).outcome(rounds: 8, seconds: (budget.remaining ?? 0) / 4).plan
  }

  /// Remembers a plan; returns its use if that keeps the limits of a question.
  private mutating func remember(_ plan: Plan?, within asked: CouplingLimits) -> PlanUse? {
    guard let plan, let use = meter.use(by: plan) else { return nil }
    let broken = limits.broken(by: use.amounts)
    witnesses.append((use, broken))
    if broken.isEmpty, let known = KnownPlan(plan, evaluator.assess(plan)) { refutation = known }
    return asked.broken(by: use.amounts).isEmpty ? use : nil
  }

  /// The instance with other limits and weights, under the objective `total`.
  private func relaxed(_ limits: CouplingLimits, _ weight: (_ job: Int) -> Double) -> Instance {
    var relaxed = instance
    relaxed.relaxedLimits = limits
    relaxed.options.objective = .total
    for job in instance.jobs.indices { relaxed.jobs[job].weight = weight(job) }
    return relaxed
  }
}
