import Foundations
import LinearModels
import Planning
import Problems
import Splitting

/// One solve by the method `paths`.
struct PathsRun {
  let task: SolveTask<SplittingProblem>
  let source: any LinearSessionSource
  private let findings: Findings
  let cancellation: Cancellation
  let effort: Effort
  let routing: ResidualRouting
  private let start: ResidualRouting.Outcome
  let instance: PathInstance
  var generation: ColumnGeneration
  var poolSession: (any LinearSession)?
  /// The pool that was searched last, and the places of the paths that its search left by job.
  var searched: (pool: PathPool, left: [[Int32]])?
  /// By job: the paths outside that pool which the search left beside it.
  var outside: [[JobPath]]

  /// The rounds of the heuristic that finds the first plan, and where the first list is too long, so that a smaller gap is
  /// worth more time. Not tuned.
  static let (fewRounds, manyRounds) = (4, 40)

  init(
    _ task: SolveTask<SplittingProblem>, _ source: any LinearSessionSource, _ findings: Findings,
    effort: Effort = Effort()
  ) throws {
    let budget = task.budget
    let cancellation = Cancellation { budget.isExhausted }
    self.task = task
    self.source = source
    self.findings = findings
    self.cancellation = cancellation
    self.effort = effort
    task.ledger.announce(.paths)
    routing = ResidualRouting(task.instance)
    start = routing.outcome(rounds: Self.fewRounds, seconds: min(2, (budget.remaining ?? 20) / 10))
    instance = PathInstance(routing, task.instance.options.objective)
    outside = Array(repeating: [], count: task.instance.jobs.count)
    let session = try source.openSession(log: task.budget.log, cancellation: cancellation)
    // More than any plan of interest costs; it decides nothing else, because bounds do not depend on it.
    let artificialCost = 100 * max(start.plan?.cost ?? 0, instance.unit * Double(max(1, instance.jobs.count)))
    generation = ColumnGeneration(instance, session, artificialCost: artificialCost, cancellation)
  }

  var ledger: Ledger<SplittingProblem> { task.ledger }
  var known: Double { task.known }
  var target: Double { task.target }

  mutating func run() throws -> Conclusion {
    // Those of the best bound so far, whatever ends the run.
    defer { findings.relaxation.withLock { $0 = generation.proof(of: task.instance) } }
    do {
      return try solve()
    } catch let error as BackendError {
      // A worker that does not end its program in time is stopped, and its session says that it has ended.
      if cancellation.isCancelled { return .stopped }
      throw error
    }
  }

  private mutating func solve() throws -> Conclusion {
    guard start.lowerBound < .infinity else { return .open }
    if let plan = start.plan { ledger.keep(plan, by: .paths) }
    for found in start.paths { generation.add(PathColumn(found.path, of: found.job, instance)) }
    let outcome = try generation.run(target: target) { [ledger] in try Self.raise(ledger, to: $0) }
    switch outcome {
    case .noPath: return .noPath
    case .stopped: return .stopped
    case .infeasible: return .noChoice
    case .noMixture: return try search(listsAll: true)
    case .solved(let plan): if let plan { offer(plan) }
    }
    return try search(listsAll: false)
  }

  // MARK: Results

  /// Paths of each job among which a plan better than the best one would have been: those of the last pool that its
  /// search left, or the columns if these have proved the bound.
  var proof: [[JobPlan]] {
    instance.jobs.enumerated().map { index, job in
      var paths: [JobPath]
      if let searched {
        paths = searched.left[index].map { searched.pool.path(Int($0), ofJob: index, instance) }
        paths += outside[index]
      } else {
        paths = generation.columns.filter { $0.job == index }.map(\.path)
      }
      return paths.map { $0.plan(of: job.figures) }
    }
  }

  /// Offers a path for each job as a plan; returns whether the evaluator accepts it.
  @discardableResult
  func offer(_ paths: [JobPath]) -> Bool {
    let jobs = zip(paths, instance.jobs).map { $0.plan(of: $1.figures) }
    return ledger.offer(Plan(jobs: jobs), by: .paths) != nil
  }

  /// Raises the bound; up to rounding it is at most the cost of the best plan.
  static func raise(_ ledger: Ledger<SplittingProblem>, to bound: Double) throws {
    let cost = ledger.best?.cost ?? .infinity
    try ledger.raise(to: bound <= cost * (1 + 1e-9) ? min(bound, cost) : bound, by: .paths)
  }
}

extension Conclusion {
  static let noPath = Conclusion.infeasible(reason: "a job has no path within its own limits", by: .paths)

  /// The jobs exclude each other.
  static let noChoice = Conclusion.infeasible(
    reason: "no choice of one path for each job keeps the limits of nodes and links", by: .paths)
}

extension SolveTask<SplittingProblem> {
  /// The cost below which plans are of interest: that of the best plan, or the task's cutoff.
  var known: Double { min(ledger.best?.cost ?? .infinity, cutoff) }

  /// The bound at which nothing is left to do.
  var target: Double { known * (1 - max(1e-9, budget.gap)) }
}
