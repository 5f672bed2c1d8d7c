import Foundations
import Planning
import Problems
import Splitting
import SplittingChecking

/// Asks whether a plan keeps some of the coupling rows, and remembers every plan it met: one that keeps other rows may
/// answer the next question.
struct ConflictProbe {
  /// What was found out.
  enum Answer {
    /// What such a plan uses.
    case plan(PerConstraint<Double>)
    /// Proved: there is none.
    case noPlan
    /// The time was too short.
    case unknown
  }

  let instance: Instance
  /// Every constraint of the instance that could be broken.
  let limits: CouplingLimits
  private let planner: ModelPlanner<SplittingProblem>
  private let meter: UseMeter
  private var budget: Budget
  /// What the plans met so far use, and the rows they break.
  private var witnesses: [(use: PerConstraint<Double>, broken: Set<CouplingConstraint>)] = []
  /// A plan met so far that keeps every constraint of the instance: then there never was a conflict.
  private(set) var refutation: KnownPlan<Plan>?

  init(_ instance: Instance, _ planner: ModelPlanner<SplittingProblem>, _ budget: Budget) {
    self.instance = instance
    self.planner = planner
    self.budget = budget
    meter = UseMeter(instance)
    let all = instance.limits
    limits = all.keeping(all.broken(by: meter.most))
  }

  /// The same with another limit to its time.
  func limited(by budget: Budget) -> ConflictProbe {
    var probe = self
    probe.budget = budget
    return probe
  }

  /// [s]
  var remaining: Double { budget.isExhausted ? 0 : budget.remaining ?? .infinity }

  /// Plans that were met, keep every row of `kept` but `row`, and break that one.
  func plans(breaking row: CouplingConstraint, of kept: Set<CouplingConstraint>) -> [PerConstraint<Double>] {
    witnesses.filter { $0.broken.intersection(kept) == [row] }.map(\.use)
  }

  /// Whether some plan keeps all of these rows of the instance.
  ///
  /// - Parameter seconds: wall-clock limit.
  mutating func answer(keeping kept: Set<CouplingConstraint>, seconds: Double) async -> Answer {
    if let known = witnesses.first(where: { $0.broken.isDisjoint(with: kept) }) { return .plan(known.use) }
    return await answer(within: limits.keeping(kept), seconds: seconds)
  }

  /// Whether some plan keeps these rows, whose limits need not be the instance's.
  ///
  /// - Parameter seconds: wall-clock limit.
  mutating func answer(within limits: CouplingLimits, seconds: Double) async -> Answer {
    let budget = budget.part(seconds: seconds)
    if budget.isExhausted { return .unknown }
    if let quick = quickPlan(of: relaxed(limits) { instance.jobs[$0].weight }, budget),
      let use = remember(quick.plan), limits.broken(by: use).isEmpty
    {
      return .plan(use)
    }
    // Any plan is an answer. Without an objective a model needs no trial values, and holds no costs but deadlines'.
    let run = try? await planner.run(relaxed(limits) { _ in 0 }, budget: budget)
    switch run?.outcome {
    case .infeasible: return .noPlan
    case .solved(let known), .stopped(let known?):
      guard let use = remember(known.plan), limits.broken(by: use).isEmpty else { return .unknown }
      return .plan(use)
    case .stopped(nil), nil: return .unknown
    }
  }

  /// The shortest latency of a job [s] while every constraint of `kept` but its deadline holds; `nil` if the time was too
  /// short to prove it.
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

  /// The instance with other limits in force and other weights, under the objective `total`.
  private func relaxed(_ limits: CouplingLimits, _ weight: (_ job: Int) -> Double) -> Instance {
    var relaxed = instance
    relaxed.relaxedLimits = limits
    relaxed.options.objective = .total
    for job in instance.jobs.indices { relaxed.jobs[job].weight = weight(job) }
    return relaxed
  }
}
