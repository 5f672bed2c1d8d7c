import Problems
import Splitting
import SplittingChecking

/// Asks whether a plan keeps some of the coupling rows, and remembers every plan it met: one that keeps other rows may
/// answer the next question.
struct ConflictProbe {
  /// What was found out.
  enum Answer {
    /// What such a plan uses.
    case plan(RowUsage)
    /// Proved: there is none.
    case noPlan
    /// The time was too short.
    case unknown
  }

  let instance: Instance
  /// Every row of the instance that could be broken.
  let rows: CouplingRows
  private let planner: MIPPlanner
  private let meter: RowMeter
  private var stopwatch: Stopwatch
  private let limits: MIPPlanner.Limits
  /// What the plans met so far use, and the rows they break.
  private var witnesses: [(usage: RowUsage, broken: Set<CouplingRow>)] = []
  /// A plan met so far that keeps every constraint of the instance: then there never was a conflict.
  private(set) var refutation: KnownPlan?

  init(
    _ instance: Instance, _ planner: MIPPlanner, _ stopwatch: Stopwatch, _ limits: MIPPlanner.Limits
  ) {
    self.limits = limits
    self.instance = instance
    self.planner = planner
    self.stopwatch = stopwatch
    meter = RowMeter(instance)
    let all = CouplingRows(allOf: instance)
    rows = all.keeping(meter.most.broken(of: all))
  }

  /// The same with another limit to its time.
  func limited(by stopwatch: Stopwatch) -> ConflictProbe {
    var probe = self
    probe.stopwatch = stopwatch
    return probe
  }

  /// [s]
  var remaining: Double { stopwatch.hasExpired ? 0 : stopwatch.remaining ?? .infinity }

  /// Plans that were met, keep every row of `kept` but `row`, and break that one.
  func plans(breaking row: CouplingRow, of kept: Set<CouplingRow>) -> [RowUsage] {
    witnesses.filter { $0.broken.intersection(kept) == [row] }.map(\.usage)
  }

  /// Whether some plan keeps all of these rows of the instance.
  ///
  /// - Parameter seconds: wall-clock limit.
  mutating func answer(keeping kept: Set<CouplingRow>, seconds: Double) async -> Answer {
    if let known = witnesses.first(where: { $0.broken.isDisjoint(with: kept) }) { return .plan(known.usage) }
    return await answer(within: rows.keeping(kept), seconds: seconds)
  }

  /// Whether some plan keeps these rows, whose limits need not be the instance's.
  ///
  /// - Parameter seconds: wall-clock limit.
  mutating func answer(within rows: CouplingRows, seconds: Double) async -> Answer {
    let stopwatch = Stopwatch(limit: min(seconds, remaining))
    if stopwatch.hasExpired { return .unknown }
    if let quick = quickPlan(of: instance, rows, stopwatch), let usage = remember(quick),
      usage.broken(of: rows).isEmpty
    {
      return .plan(usage)
    }
    // Any plan is an answer. Without an objective a model needs no trial values, and holds no costs but deadlines'.
    let run = try? await planner.run(weighted { _ in 0 }, rows: rows, limits: limits(stopwatch))
    switch run?.outcome {
    case .infeasible: return .noPlan
    case .solved(let plan), .stopped(let plan?):
      guard let usage = remember(plan), usage.broken(of: rows).isEmpty else { return .unknown }
      return .plan(usage)
    case .stopped(nil), nil: return .unknown
    }
  }

  /// The shortest latency of a job [s] while every row of `kept` but its deadline holds; `nil` where the time was too
  /// short to prove it.
  mutating func shortestLatency(
    ofJob job: Int, keeping kept: Set<CouplingRow>, seconds: Double
  ) async -> Double? {
    let stopwatch = Stopwatch(limit: min(seconds, remaining))
    if stopwatch.hasExpired { return nil }
    let rows = rows.keeping(kept.subtracting([.deadline(job)]))
    let alone = weighted { $0 == job ? 1 : 0 }
    var known = quickPlan(of: alone, rows, stopwatch)
    if let plan = known, remember(plan)?.broken(of: rows).isEmpty != true { known = nil }
    let run = try? await planner.run(alone, knownPlan: known, rows: rows, limits: limits(stopwatch))
    guard case .solved(let plan) = run?.outcome, let usage = remember(plan), usage.broken(of: rows).isEmpty
    else { return nil }
    return usage[.deadline(job)]
  }

  private func limits(_ stopwatch: Stopwatch) -> MIPPlanner.Limits {
    var limits = limits
    limits.seconds = stopwatch.remaining
    limits.gap = 0
    return limits
  }

  private func quickPlan(of instance: Instance, _ rows: CouplingRows, _ stopwatch: Stopwatch) -> KnownPlan? {
    let routing = ResidualRouting(instance, rows: rows)
    return routing.bestPlan(rounds: 8, seconds: (stopwatch.remaining ?? 0) / 4)
  }

  private mutating func remember(_ plan: KnownPlan) -> RowUsage? {
    guard let usage = meter.usage(of: plan.plan) else { return nil }
    let broken = usage.broken(of: rows)
    witnesses.append((usage, broken))
    if broken.isEmpty {
      let evaluation = Evaluator(instance).evaluate(plan.plan)
      let value = evaluation.objective(instance.options.objective)
      if evaluation.isFeasible { refutation = KnownPlan(plan: plan.plan, value: value) }
    }
    return usage
  }

  /// The instance with other weights, under the objective `total`.
  private func weighted(_ weight: (_ job: Int) -> Double) -> Instance {
    var instance = instance
    instance.options.objective = .total
    for job in instance.jobs.indices { instance.jobs[job].weight = weight(job) }
    return instance
  }
}
