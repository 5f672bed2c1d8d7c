/// What orders of jobs are worth when each job takes its shortest way under the work of those before it.
///
/// What the last order and the next have in common at their beginning is not routed again.
struct OrderEvaluator {
  private let problem: SchedulingProblem
  private let objective: ScheduleObjective
  private let discipline: Discipline
  private let search: LoadedSearch
  private let weights: [Double]
  private var order: [Int] = []
  private var chains: [ServiceChain?]
  /// Before each place of the order, and behind the last.
  private var loads: [[Double]]

  init(_ problem: SchedulingProblem, objective: ScheduleObjective, discipline: Discipline) {
    self.problem = problem
    self.objective = objective
    self.discipline = discipline
    search = LoadedSearch(problem.tables)
    weights = problem.weights
    chains = Array(repeating: nil, count: problem.instance.jobs.count)
    loads = [problem.resources.backlogs]
  }

  /// The simulated objective [s].
  mutating func value(of order: [Int]) -> Double {
    route(order)
    let simulation = Simulation(
      chains.compactMap(\.self), order: order, on: problem.resources, discipline: discipline)
    return objective.value(of: simulation.completions, weights: weights)
  }

  private mutating func route(_ next: [Int]) {
    let kept = zip(order, next).prefix { $0 == $1 }.count
    loads.removeSubrange((kept + 1)...)
    for job in next[kept...] {
      var after = loads[loads.count - 1]
      let way = problem.way(of: job, under: after, search)
      after.commit(way)
      loads.append(after)
      chains[job] = problem.chain(way, of: job)
    }
    order = next
  }
}
