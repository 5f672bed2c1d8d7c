import Documents
import Foundations
import LinearModels
import Planning
import Problems
import Splitting
import SplittingChecking

extension Origin {
  /// Column generation over the paths of each job.
  static let paths = Origin(formulation: "paths")
}

/// Solves coupled instances exactly without a mixed-integer program: column generation bounds the optimum, then all
/// paths within the gap are listed, and a branch and bound chooses among them.
///
/// It needs a backend with LP sessions, and leaves to a formulation what it cannot express.
public struct PathsPlanner: Planner {
  private let source: any LinearSessionSource
  private let findings: Findings
  private let isStep: Bool

  /// The planner as a method of its own.
  public init(_ source: any LinearSessionSource) { self.init(source, Findings(), isStep: false) }

  /// The planner with what others found; as a step of several it leaves what it cannot do to the next one.
  init(_ source: any LinearSessionSource, _ findings: Findings, isStep: Bool) {
    self.source = source
    self.findings = findings
    self.isStep = isStep
  }

  public func refusal(of instance: Instance) -> String? { isStep ? nil : limitation(instance) }

  private func limitation(_ instance: Instance) -> String? {
    if instance.hostLimit != nil { return "paths cannot limit the number of hosts" }
    return nil
  }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    if let reason = limitation(task.instance) {
      if isStep { return .open }
      throw .refused(reason)
    }
    if !isStep {
      // The reasons that need no search.
      let conclusion = try await UnservedJobs(findings: findings).run(task)
      if case .infeasible = conclusion { return conclusion }
    }
    let error: PlanningError
    do {
      var run = try PathsRun(task, source, findings)
      let conclusion = try run.run()
      // A formulation finds out which constraints cannot hold together.
      if isStep, case .infeasible = conclusion { return .open }
      return conclusion
    } catch let failure as PlanningError {
      error = failure
    } catch let failure as BackendError {
      error = .backend(failure)
    } catch {
      throw .cancelled
    }
    guard isStep else { throw error }
    // The next step has a solver of its own, and says so if none is there.
    if case .backend(.unavailable) = error { return .open }
    task.ledger.warn("\(error)")
    return .open
  }
}

extension PathsPlanner {
  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> JSONValue? {
    findings.certificate(of: known, task.instance)
  }
}

/// One solve.
private struct PathsRun {
  private let task: SolveTask<SplittingProblem>
  private let source: any LinearSessionSource
  private let findings: Findings
  private let cancellation: Cancellation
  private let start: ResidualRouting.Outcome
  private let instance: PathInstance
  private var generation: ColumnGeneration

  /// The rounds of the heuristic that finds the first plan; the pool finds better ones later. Not tuned.
  private static let heuristicRounds = 4

  init(_ task: SolveTask<SplittingProblem>, _ source: any LinearSessionSource, _ findings: Findings) throws {
    let budget = task.budget
    let cancellation = Cancellation { budget.isExhausted }
    self.task = task
    self.source = source
    self.findings = findings
    self.cancellation = cancellation
    task.ledger.announce(.paths)
    let routing = ResidualRouting(task.instance)
    start = routing.outcome(rounds: Self.heuristicRounds, seconds: min(2, (budget.remaining ?? 20) / 10))
    instance = PathInstance(routing, task.instance.options.objective)
    let session = try source.openSession(log: nil, cancellation: cancellation)
    // More than any plan of interest costs; it decides nothing else, because bounds do not depend on it.
    let artificialCost = 100 * max(start.plan?.cost ?? 0, instance.unit * Double(max(1, instance.jobs.count)))
    generation = ColumnGeneration(instance, session, artificialCost: artificialCost, cancellation)
  }

  private var ledger: Ledger<SplittingProblem> { task.ledger }
  /// The cost of the best plan.
  private var known: Double { ledger.best?.cost ?? .infinity }
  /// The bound at which nothing is left to do.
  private var target: Double { known * (1 - max(1e-9, task.budget.gap)) }

  mutating func run() throws -> Conclusion {
    guard start.lowerBound < .infinity else { return .open }
    if let plan = start.plan { ledger.keep(plan, by: .paths) }
    for found in start.paths { generation.add(PathColumn(found.path, of: found.job, instance)) }
    let outcome = try generation.run(target: target) { [ledger] in try Self.raise(ledger, to: $0) }
    findings.multipliers.withLock { $0 = multipliers }
    switch outcome {
    case .noPath: return .infeasible(reason: "a job has no path within its own limits", by: .paths)
    case .stopped: return .stopped
    case .noMixture: return try search(listsAll: true)
    case .solved(let plan): if let plan { offer(plan) }
    }
    return try search(listsAll: false)
  }

  // MARK: The search among the paths within the gap

  /// The labels of one job in the first attempt, which is over within moments, and of all jobs together later.
  private static let (fewLabels, mostLabels) = (8_000, 3_000_000)
  /// The part of the gap that is searched first, as a part of the gap and of the bound; the next one is larger by `growth`.
  private static let (firstShare, firstRise, growth) = (0.12, 0.003, 2.2)
  /// From this part of the gap on, all of it is searched.
  private static let lastShare = 0.7
  /// The nodes of a proof, and of a search for a better plan above the limit that is proved.
  private static let (mostNodes, fewNodes) = (20_000, 50)
  /// The part of the bound that is searched if no plan is known, and how often it is doubled.
  private static let (blindRise, mostDoublings) = (0.01, 8)

  /// Lists the paths that plans below a limit can take, and chooses among them: for all of the gap if it is small, and
  /// otherwise for parts of it, each of which may find a plan that makes it smaller.
  /// - Parameter listsAll: whether no plan seems to be there, so that only a list of all paths can tell.
  private mutating func search(listsAll: Bool) throws -> Conclusion {
    var (share, isFirst) = (1.0, true)
    var (doublings, halvings) = (listsAll ? Self.mostDoublings : 0, 0)
    var provenShare = 0.0
    while ledger.bound < target {
      if cancellation.isCancelled { return .stopped }
      let bound = generation.bound
      let isBlind = known == .infinity
      let blindGap =
        doublings < Self.mostDoublings ? Self.blindRise * bound * Double(1 << doublings) : .infinity
      let gap = isBlind ? blindGap : known - bound
      let limit = bound + share * gap
      guard let pool = list(within: limit - bound, fewLabels: isFirst) else {
        if cancellation.isCancelled { return .stopped }
        if isFirst && !isBlind {
          (share, isFirst) = (min(Self.firstShare, Self.firstRise * bound / gap), false)
        } else if isFirst {
          isFirst = false
        } else if isBlind {
          return .open
        } else {
          halvings += 1
          share = (share + provenShare) / 2
          if halvings > 3 { return .open }
        }
        continue
      }
      let isAll = gap == .infinity
      let cutoff = isAll ? pool.largestCost(instance) : min(limit, known)
      var search = try poolSearch(pool, cutoff: cutoff)
      let isDone = try search.run(nodeLimit: Self.mostNodes)
      let proven = search.bound
      if search.best == nil && isDone && cutoff < known && !isBlind {
        // No plan below the limit: perhaps there is one above it that is better than the best so far.
        search = try poolSearch(pool, cutoff: known)
        _ = try search.run(nodeLimit: Self.fewNodes)
      }
      if let best = search.best {
        let paths = best.indices.map { pool.path(Int(best[$0]), ofJob: $0, instance) }
        // A row that did not count so far: the list is to be made with it.
        if generation.addRows(exceededBy: paths) { continue }
        guard offer(paths) else { return .open }
      }
      if isAll && isDone && search.best == nil {
        return .infeasible(
          reason: "no choice of one path for each job keeps the limits of nodes and links", by: .paths)
      }
      try Self.raise(ledger, to: proven)
      if !isDone { return cancellation.isCancelled ? .stopped : .open }
      if isBlind && search.best == nil {
        doublings += 1
        continue
      }
      provenShare = max(1e-3, (proven - bound) / (known - bound))
      share = min(1, Self.growth * provenShare)
      if share >= Self.lastShare { share = 1 }
    }
    return .final()
  }

  private func poolSearch(_ pool: PathPool, cutoff: Double) throws -> PoolSearch {
    PoolSearch(
      pool, instance, try source.openSession(log: nil, cancellation: cancellation), cutoff: cutoff,
      bound: generation.bound, cancellation)
  }

  /// The paths of all jobs whose costs exceed the least ones by at most `room`; `nil` if there are too many.
  private func list(within room: Double, fewLabels: Bool) -> PathPool? {
    var pool = PathPool(rows: generation.rows, instance)
    for job in instance.jobs.indices {
      let isListed = pool.list(
        job, of: instance, generation.bestPrices(ofJob: job), generation.pricing,
        costLimit: generation.leastCosts[job] + room * (1 + 1e-9) + 1e-12 * instance.unit,
        latencyLimit: latencyLimit(job, room),
        labelLimit: fewLabels ? Self.fewLabels : Self.mostLabels - pool.labelCount, cancellation)
      if !isListed { return nil }
    }
    return pool
  }

  /// The largest latency that a job has in a plan whose cost exceeds the bound by at most `room` [s].
  private func latencyLimit(_ job: Int, _ room: Double) -> Double {
    let weight = instance.jobs[job].figures.weight
    guard instance.minimisesLargest, weight > 0 else { return .infinity }
    return (generation.bound + room) * (1 + 1e-9) / weight
  }

  // MARK: Results

  /// Offers a path for each job as a plan; returns whether the evaluator accepts it.
  @discardableResult
  private func offer(_ paths: [JobPath]) -> Bool {
    let jobs = zip(paths, instance.jobs).map { $0.plan(of: $1.figures) }
    return ledger.offer(Plan(jobs: jobs), by: .paths) != nil
  }

  /// Raises the bound; up to rounding it is at most the cost of the best plan.
  private static func raise(_ ledger: Ledger<SplittingProblem>, to bound: Double) throws {
    let cost = ledger.best?.cost ?? .infinity
    try ledger.raise(to: bound <= cost * (1 + 1e-9) ? min(bound, cost) : bound, by: .paths)
  }

  /// The prices of the limits that prove the best bound.
  private var multipliers: Certificate.Multipliers {
    if instance.minimisesLargest { return start.multipliers }
    var prices = PerConstraint(repeating: 0, of: task.instance)
    for (resource, price) in generation.bestPrices.enumerated() { prices.values[resource] = price }
    var multipliers = Certificate.Multipliers(prices, of: task.instance)
    for (link, price) in generation.pricedLinks {
      let job = instance.jobs[link.job]
      let (layer, node) = (link.place / job.hostCount, job.figures.hosts[link.place % job.hostCount])
      let value = link.isPeak ? price / instance.resources[.memory(node)] : price
      let multiplier = Certificate.LayerMultiplier(
        job: task.instance.jobs[link.job].id, layer: layer, node: task.instance.network.nodes[node].id,
        value: value)
      if link.isPeak { multipliers.peak.append(multiplier) } else { multipliers.holding.append(multiplier) }
    }
    return multipliers
  }
}
