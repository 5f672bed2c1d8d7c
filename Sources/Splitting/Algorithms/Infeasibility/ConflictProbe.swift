import Foundations
import Planning
import Problems
import Splitting
import SplittingChecking

/// Asks whether a plan satisfies some of the coupling constraints, and remembers every plan found, since it
/// may answer later questions.
struct ConflictProbe {
  /// The answer to a question.
  enum Answer {
    /// There is a plan, with this use of each constraint.
    case plan(PerConstraint<Double>)
    /// It is proved that there is no plan.
    case noPlan
    /// The time was too short for an answer.
    case unknown
  }

  let instance: Instance
  /// The limits of the constraints that a plan could break.
  let limits: CouplingLimits
  private let planner: ModelPlanner<SplittingProblem>
  private let meter: UseMeter
  private var budget: Budget
  /// The use of each plan found so far, and the constraints that it breaks.
  private var witnesses: [(use: PerConstraint<Double>, broken: Set<CouplingConstraint>)] = []
  /// A plan found so far that satisfies every constraint of the instance, which refutes the conflict.
  private(set) var refutation: KnownPlan<Plan>?

  init(_ instance: Instance, _ planner: ModelPlanner<SplittingProblem>, _ budget: Budget) {
    self.instance = instance
    self.planner = planner
    self.budget = budget
    meter = UseMeter(instance)
    let all = instance.limits
    limits = all.keeping(all.broken(by: meter.most))
  }

  /// The same probe with another budget.
  func limited(by budget: Budget) -> ConflictProbe {
    var probe = self
    probe.budget = budget
    return probe
  }

  /// The remaining time [s].
  var remaining: Double { budget.isExhausted ? 0 : budget.remaining ?? .infinity }

  /// The uses of those plans found so far that satisfy every constraint of `kept` but `row`, and break that
  /// one.
  func plans(breaking row: CouplingConstraint, of kept: Set<CouplingConstraint>) -> [PerConstraint<Double>] {
    witnesses.filter { $0.broken.intersection(kept) == [row] }.map(\.use)
  }

  /// Whether some plan satisfies all of these constraints of the instance.
  ///
  /// - Parameter seconds: the wall-clock limit [s].
  mutating func answer(keeping kept: Set<CouplingConstraint>, seconds: Double) async -> Answer {
    if let known = witnesses.first(where: { $0.broken.isDisjoint(with: kept) }) { return .plan(known.use) }
    return await answer(within: limits.keeping(kept), seconds: seconds)
  }

  /// Whether some plan keeps these limits, which need not be the instance's.
  ///
  /// - Parameter seconds: the wall-clock limit [s].
  mutating func answer(within limits: CouplingLimits, seconds: Double) async -> Answer {
    let budget = budget.part(seconds: seconds)
    if budget.isExhausted { return .unknown }
    if let quick = quickPlan(of: relaxed(limits) { instance.jobs[$0].weight }, budget),
      let use = remember(quick.plan), limits.broken(by: use).isEmpty
    {
      return .plan(use)
    }
    // Any plan is an answer. Without an objective a model needs no trial values, and no costs except for
    // deadlines.
    let run = try? await planner.run(relaxed(limits) { _ in 0 }, budget: budget)
    switch run?.outcome {
    case .infeasible: return .noPlan
    case .solved(let known), .stopped(let known?):
      guard let use = remember(known.plan), limits.broken(by: use).isEmpty else { return .unknown }
      return .plan(use)
    case .stopped(nil), nil: return .unknown
    }
  }

  /// The shortest latency of a job [s] if every constraint of `kept` but its deadline holds; `nil` if the
  /// time was too short to prove it.
  mutating func shortestLatency(
    ofJob job: Int, keeping kept: Set<CouplingConstraint>, seconds: Double
  ) async -> Double? {
    let budget = budget.part(seconds: seconds)
    if budget.isExhausted { return nil }
    let limits = limits.keeping(kept.subtracting([.deadline(job)]))
    let alone = relaxed(limits) { $0 == job ? 1 : 0 }
    var known = quickPlan(of: alone, budget)
    if let plan = known?.plan, remember(plan).map({ limits.broken(by: $0).isEmpty }) != true { known = nil }
    let run = try? await planner.run(alone, known: known, budget: budget)
    guard case .solved(let found) = run?.outcome, let use = remember(found.plan),
      limits.broken(by: use).isEmpty
    else { return nil }
    return use[.deadline(job)]
  }

  private func quickPlan(of instance: Instance, _ budget: Budget) -> KnownPlan<Plan>? {
    ResidualRouting(instance).bestPlan(rounds: 8, seconds: (budget.remaining ?? 0) / 4)
  }

  private mutating func remember(_ plan: Plan) -> PerConstraint<Double>? {
    guard let use = meter.use(by: plan) else { return nil }
    let broken = limits.broken(by: use)
    witnesses.append((use, broken))
    if broken.isEmpty, let known = KnownPlan(plan, Evaluator(instance).assess(plan)) { refutation = known }
    return use
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
