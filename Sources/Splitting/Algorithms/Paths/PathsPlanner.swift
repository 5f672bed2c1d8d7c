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

  /// The part of the time after which the next step goes on.
  private static let share = 0.6

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
    if let conclusion = try alone(task) {
      if isStep, case .infeasible = conclusion { return .open }
      return conclusion
    }
    let error: PlanningError
    do {
      var run = try PathsRun(task, source, findings, share: isStep ? Self.share : 1)
      let conclusion = try run.run()
      switch conclusion {
      // A formulation finds out which constraints cannot hold together.
      case .infeasible where isStep: return .open
      // The rest of the time is the next step's.
      case .stopped where isStep && !task.budget.isExhausted: return .open
      default: return conclusion
      }
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
  /// The plan of a job that competes with no other: the cheapest of its paths that keep its own limits. `nil` if there are
  /// several jobs, or the search ended before it knew.
  private func alone(_ task: SolveTask<SplittingProblem>) throws(PlanningError) -> Conclusion? {
    guard task.instance.jobs.count == 1 else { return nil }
    let budget = task.budget
    task.ledger.announce(.paths)
    let instance = PathInstance(ResidualRouting(task.instance), task.instance.options.objective)
    let job = instance.jobs[0]
    let free = [Double](repeating: 0, count: job.nodeCount)
    let prices = PathPrices(latency: job.figures.weight, memory: free, load: free, link: [])
    var pricing = Pricing(instance, Cancellation { budget.isExhausted })
    let answer = pricing.cheapest(0, prices)
    if budget.isExhausted { return nil }
    guard answer.bound < .infinity else {
      return .infeasible(reason: "the job has no path within its own limits", by: .paths)
    }
    guard let path = answer.path,
      let known = task.ledger.offer(Plan(jobs: [path.plan(of: job.figures)]), by: .paths)
    else { return nil }
    try task.ledger.raise(to: min(answer.bound, known.cost), by: .paths)
    return task.isSettled ? .final() : nil
  }

  public func certificate(
    of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>
  ) async -> JSONValue? {
    await findings.certificate(of: known, task.instance)
  }
}

extension PathsPlanner {
  /// Paths of each job, in the instance's order, that an integer program needs to reach the optimum, as the search left
  /// them when it had proved it.
  /// - Throws: ``/Problems/PlanningError/refused(_:)`` if there is no plan, or if the optimum could not be proved.
  public func provingPaths(
    _ task: SolveTask<SplittingProblem>
  ) async throws(PlanningError) -> [[JobPlan]] {
    if let reason = limitation(task.instance) { throw .refused(reason) }
    var conclusion = try await UnservedJobs(findings: findings).run(task)
    var paths: [[JobPlan]] = []
    if case .open = conclusion, let found = try alone(task) {
      conclusion = found
      paths = task.ledger.best.map { [[$0.plan.jobs[0]]] } ?? []
    } else if case .open = conclusion {
      do {
        var run = try PathsRun(task, source, findings, share: 1)
        conclusion = try run.run()
        paths = run.proof
      } catch let error as PlanningError {
        throw error
      } catch let error as BackendError {
        throw .backend(error)
      } catch {
        throw .cancelled
      }
    }
    if case .infeasible(let reason, _) = conclusion {
      throw .refused("there is no plan, and so no paths to choose from: \(reason)")
    }
    guard task.isSettled else {
      throw .refused("paths has not proved the optimum, so that its paths may not contain it")
    }
    return paths
  }
}

/// One solve.
private struct PathsRun {
  private let task: SolveTask<SplittingProblem>
  private let source: any LinearSessionSource
  private let findings: Findings
  private let cancellation: Cancellation
  private let routing: ResidualRouting
  private let start: ResidualRouting.Outcome
  private let instance: PathInstance
  private var generation: ColumnGeneration
  private var poolSession: (any LinearSession)?
  /// The pool that was searched last, and the places of the paths that its search left by job.
  private var searched: (pool: PathPool, left: [[Int32]])?

  /// The rounds of the heuristic that finds the first plan, and where the first list is too long, so that a smaller gap is
  /// worth more time. Not tuned.
  private static let (fewRounds, manyRounds) = (4, 40)

  /// - Parameter share: the part of the time that is left for it.
  init(
    _ task: SolveTask<SplittingProblem>, _ source: any LinearSessionSource, _ findings: Findings,
    share: Double
  ) throws {
    let budget = task.budget
    let end = budget.remaining.map { budget.elapsed + share * $0 } ?? .infinity
    let cancellation = Cancellation { budget.isExhausted || budget.elapsed >= end }
    self.task = task
    self.source = source
    self.findings = findings
    self.cancellation = cancellation
    task.ledger.announce(.paths)
    routing = ResidualRouting(task.instance)
    start = routing.outcome(rounds: Self.fewRounds, seconds: min(2, (budget.remaining ?? 20) / 10))
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
    findings.multipliers.withLock { $0 = generation.multipliers(of: task.instance) }
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
  private static let (fewLabels, mostLabels) = (8_000, 2_000_000)
  /// The numbers of all paths of a pool, which take 8 bytes each.
  private static let mostNumbers = 30_000_000
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
        if isFirst {
          // As long as all before has taken.
          let seconds = min(3, task.budget.elapsed, (task.budget.remaining ?? 30) / 10)
          if let plan = routing.outcome(rounds: Self.manyRounds, seconds: seconds).plan {
            ledger.keep(plan, by: .paths)
          }
        }
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
      searched = (pool, search.left)
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

  private mutating func poolSearch(_ pool: PathPool, cutoff: Double) throws -> PoolSearch {
    // A session for all of them, because to start a worker takes longer than many searches.
    let session = try poolSession ?? source.openSession(log: nil, cancellation: cancellation)
    poolSession = session
    return PoolSearch(
      pool, instance, session, cutoff: cutoff, bound: generation.bound, cancellation)
  }

  /// The paths of all jobs whose costs exceed the least ones by at most `room`; `nil` if there are too many.
  private func list(within room: Double, fewLabels: Bool) -> PathPool? {
    var pool = PathPool(rows: generation.rows, instance)
    let labelLimit = min(Self.mostLabels, Self.mostNumbers / max(1, pool.width))
    for job in instance.jobs.indices {
      let isListed = pool.list(
        job, of: instance, generation.bestPrices(ofJob: job), generation.pricing,
        costLimit: generation.leastCosts[job] + room * (1 + 1e-9) + 1e-12 * instance.unit,
        latencyLimit: latencyLimit(job, room),
        labelLimit: fewLabels ? Self.fewLabels : labelLimit - pool.labelCount, cancellation)
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

  /// Paths of each job among which the best plan is known to be optimal: those of the last pool that may be in a better
  /// plan, or the columns if these have proved the bound; and those of the plan.
  var proof: [[JobPlan]] {
    instance.jobs.indices.map { job in
      var plans: [JobPlan] = []
      if let searched {
        plans = searched.left[job].map {
          searched.pool.path(Int($0), ofJob: job, instance).plan(of: instance.jobs[job].figures)
        }
      } else {
        plans = generation.columns.filter { $0.job == job }.map {
          $0.path.plan(of: instance.jobs[job].figures)
        }
      }
      var distinct: [JobPlan] = []
      var known: Set<[[Int]]> = []
      for plan in plans + [ledger.best?.plan.jobs[job]].compactMap(\.self)
      where known.insert([plan.hosts] + plan.routes).inserted {
        distinct.append(plan)
      }
      return distinct
    }
  }

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
}
