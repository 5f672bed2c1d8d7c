import LayerRoute

/// The least simulated objective over all plans and orders, by branch and bound: for batches of a few jobs on a few nodes.
///
/// Under `preemptive`, jobs that are less urgent do not change when others complete: the search chooses the most urgent job
/// and its plan first, and completions of the jobs chosen are final. Under `priority` and `fifo` they are not, since a less
/// urgent job can be in the way: there the search chooses plans job by job, each of which takes as long as alone behind the
/// backlogs at least, and tries all orders of the complete ones.
public struct ExactScheduling: Sendable {
  private let problem: SchedulingProblem
  private let objective: ScheduleObjective
  private let discipline: Discipline

  /// - Parameters:
  ///   - problem: whose jobs are scheduled.
  ///   - objective: what is minimised, simulated.
  ///   - discipline: of the simulation.
  public init(_ problem: SchedulingProblem, objective: ScheduleObjective, discipline: Discipline) {
    self.problem = problem
    self.objective = objective
    self.discipline = discipline
  }

  public struct Result: Sendable {
    /// The best schedule found.
    public let schedule: Schedule
    /// Its simulated objective [s].
    public let value: Double
    /// Whether none is better; false where the limit struck.
    public let isProven: Bool
    /// Partial schedules that were looked at.
    public let nodes: Int
  }

  /// - Parameters:
  ///   - start: a schedule to improve on.
  ///   - limit: after that long the best by then is returned [s]; `nil` for no limit.
  /// - Complexity: O(n! times the number of plans to the power of n) for n jobs at worst.
  public func result(from start: Schedule, limit: Double? = nil) -> Result {
    var search = ExactSearch(problem, objective, discipline, start: start, limit: limit)
    search.run()
    return Result(
      schedule: search.best, value: search.value, isProven: !search.isStopped, nodes: search.nodes)
  }
}

private struct ExactSearch {
  private(set) var best: Schedule
  private(set) var value: Double
  private(set) var nodes = 0
  private(set) var isStopped = false
  private let problem: SchedulingProblem
  private let objective: ScheduleObjective
  private let discipline: Discipline
  private let weights: [Double]
  private let deadline: ContinuousClock.Instant?
  /// For each job the plans that may be part of a better schedule, the shortest first.
  private var candidates: [[Candidate]] = []

  private struct Candidate {
    let plan: JobPlan
    let chain: ServiceChain
    /// Completion with nobody but the backlogs in the way [s].
    let earliest: Double
  }

  init(
    _ problem: SchedulingProblem, _ objective: ScheduleObjective, _ discipline: Discipline, start: Schedule,
    limit: Double?
  ) {
    self.problem = problem
    self.objective = objective
    self.discipline = discipline
    weights = problem.weights
    deadline = limit.map { .now + .seconds(min($0, 1e9)) }
    best = start
    value = .infinity
    value = simulated(problem.chains(of: start.plan), start.order)
  }

  /// No schedule is better unless it is by more than this.
  private var threshold: Double { value * (1 - 1e-12) }

  mutating func run() {
    let earliest = problem.earliestCompletions
    for job in problem.instance.jobs.indices {
      var others = earliest
      let plans = PlanEnumeration(problem, job: job).plans(stoppingAt: deadline) { completion in
        others[job] = completion
        return objective.value(of: others, weights: weights) < threshold
      }
      guard let plans else {
        isStopped = true
        return
      }
      candidates.append(plans.map(candidate(job)).sorted { $0.earliest < $1.earliest })
    }
    let unchosen = candidates.map { $0.first?.earliest ?? .infinity }
    if discipline == .preemptive {
      chooseMostUrgent([], bounds: unchosen)
    } else {
      choosePlan(of: 0, [], bounds: unchosen)
    }
  }

  private func candidate(_ job: Int) -> (JobPlan) -> Candidate {
    { plan in
      let chain = problem.chain(plan, of: job)
      let alone = Simulation([chain], order: [0], on: problem.resources, discipline: discipline)
      return Candidate(plan: plan, chain: chain, earliest: alone.completions[0])
    }
  }

  private func simulated(_ chains: [ServiceChain], _ order: [Int]) -> Double {
    let simulation = Simulation(chains, order: order, on: problem.resources, discipline: discipline)
    return objective.value(of: simulation.completions, weights: weights)
  }

  private typealias Chosen = (job: Int, candidate: Candidate)

  /// Whether the search goes on.
  private mutating func visit() -> Bool {
    nodes += 1
    if nodes.isMultiple(of: 64), let deadline, ContinuousClock.now > deadline { isStopped = true }
    return !isStopped
  }

  private mutating func keep(_ chosen: [Chosen], order: [Int], value: Double) {
    guard value < self.value else { return }
    let plans = chosen.sorted { $0.job < $1.job }.map(\.candidate.plan)
    (best, self.value) = (Schedule(plan: Plan(jobs: plans), order: order), value)
  }

  // MARK: Preemptive: the most urgent first

  /// - Parameter bounds: completions of the jobs chosen, and lower bounds on the others' [s].
  private mutating func chooseMostUrgent(_ chosen: [Chosen], bounds: [Double]) {
    guard chosen.count < candidates.count else {
      return keep(chosen, order: chosen.map(\.job), value: objective.value(of: bounds, weights: weights))
    }
    for job in candidates.indices where !chosen.contains(where: { $0.job == job }) {
      for candidate in candidates[job] {
        guard visit() else { return }
        var next = bounds
        next[job] = candidate.earliest
        // The rest of them takes longer.
        if objective.value(of: next, weights: weights) >= threshold { break }
        next[job] = completionOfLast(chosen.map(\.candidate.chain) + [candidate.chain])
        if objective.value(of: next, weights: weights) >= threshold { continue }
        chooseMostUrgent(chosen + [(job, candidate)], bounds: next)
      }
    }
  }

  private func completionOfLast(_ chains: [ServiceChain]) -> Double {
    let simulation = Simulation(
      chains, order: Array(chains.indices), on: problem.resources, discipline: .preemptive)
    return simulation.completions[chains.count - 1]
  }

  // MARK: Otherwise: plans, then orders

  private mutating func choosePlan(of job: Int, _ chosen: [Chosen], bounds: [Double]) {
    guard job < candidates.count else {
      return tryOrders([], Array(chosen.indices), chosen)
    }
    for candidate in candidates[job] {
      guard visit() else { return }
      var next = bounds
      next[job] = candidate.earliest
      if objective.value(of: next, weights: weights) >= threshold { break }
      choosePlan(of: job + 1, chosen + [(job, candidate)], bounds: next)
    }
  }

  private mutating func tryOrders(_ order: [Int], _ rest: [Int], _ chosen: [Chosen]) {
    guard !rest.isEmpty else {
      guard visit() else { return }
      return keep(chosen, order: order, value: simulated(chosen.map(\.candidate.chain), order))
    }
    for job in rest where !isStopped { tryOrders(order + [job], rest.filter { $0 != job }, chosen) }
  }
}

/// All plans of a job.
struct PlanEnumeration {
  private let problem: SchedulingProblem
  private let job: Int
  private let kind: RoutingTables.JobKind
  private let bound: [Double]
  private let outgoing: [[RoutingTables.Arc]]

  init(_ problem: SchedulingProblem, job: Int) {
    let tables = problem.tables
    self.problem = problem
    self.job = job
    kind = tables.kinds[tables.kindOfJob[job]]
    bound = tables.bounds[tables.boundOfJob[job]].seconds
    outgoing = (0..<tables.nodeCount).map {
      Array(tables.arcs[Int(tables.firstArc[$0])..<Int(tables.firstArc[$0 + 1])])
    }
  }

  /// The plans whose completion without any load is worth looking at.
  ///
  /// - Parameters:
  ///   - deadline: when to give up; `nil` for never.
  ///   - isWorth: whether a lower bound on the completion is.
  /// - Returns: `nil` where it gave up.
  func plans(
    stoppingAt deadline: ContinuousClock.Instant?, _ isWorth: (Double) -> Bool
  ) -> [JobPlan]? {
    var found: [JobPlan] = []
    var steps = 0
    let description = problem.instance.jobs[job]
    /// Goes on from where the last route ends; false to give up.
    func extend(_ hosts: [Int], _ routes: [[Int]], at seconds: Double) -> Bool {
      steps += 1
      if steps.isMultiple(of: 256), let deadline, ContinuousClock.now > deadline { return false }
      let stage = hosts.count
      let route = routes[stage]
      let node = route[route.count - 1]
      guard isWorth(seconds + bound[stage * outgoing.count + node]) else { return true }
      if stage == kind.layerCount {
        if node == description.target { found.append(JobPlan(hosts: hosts, routes: routes)) }
      } else if kind.seconds[stage * outgoing.count + node] < .infinity {
        let next = seconds + kind.seconds[stage * outgoing.count + node]
        guard extend(hosts + [node], routes + [[node]], at: next) else { return false }
      }
      for arc in outgoing[node] where !route.contains(Int(arc.head)) {
        var longer = routes
        longer[stage].append(Int(arc.head))
        let next = seconds + kind.bits[stage] * arc.secondsPerBit + arc.delay
        guard extend(hosts, longer, at: next) else { return false }
      }
      return true
    }
    return extend([], [[description.source]], at: description.release) ? found : nil
  }
}
