import Foundations

/// The least simulated objective over all plans and orders, by branch and bound: for batches of a few jobs on a few nodes.
///
/// Under `preemptive` see `PreemptiveSearch`, under `priority` and `fifo` `PlansThenOrders`. A schedule is passed over
/// only where it cannot be better by more than 1e-9 of what the best one known takes beyond the releases.
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
    /// Whether none is better; false where the search was cancelled.
    public let isProven: Bool
  }

  /// - Parameters:
  ///   - start: a schedule to improve on.
  ///   - cancellation: asked now and then; the best schedule by then is the result.
  /// - Complexity: O(n! times the number of plans to the power of n) for n jobs at worst, in memory of O(n (L + N + E)).
  public func result(from start: Schedule, cancellation: Cancellation = .never) -> Result {
    let incumbent = ScheduleIncumbent(
      problem, objective, discipline, start: start, cancellation: cancellation)
    switch discipline {
    case .preemptive: PreemptiveSearch(problem, incumbent).run()
    case .priority, .fifo: PlansThenOrders(problem, incumbent).run()
    }
    return Result(
      schedule: incumbent.schedule, value: incumbent.value, isProven: !incumbent.isStopped)
  }
}

/// The best schedule that a search knows, and whether it goes on.
final class ScheduleIncumbent {
  private(set) var schedule: Schedule
  private(set) var value: Double
  private(set) var isStopped = false
  let objective: ScheduleObjective
  private let problem: SchedulingProblem
  private let discipline: Discipline
  private let cancellation: Cancellation
  private let weights: [Double]
  /// What the objective would be if jobs took no time [s].
  private let start: Double
  private var steps = 0

  init(
    _ problem: SchedulingProblem, _ objective: ScheduleObjective, _ discipline: Discipline, start: Schedule,
    cancellation: Cancellation
  ) {
    self.problem = problem
    self.objective = objective
    self.discipline = discipline
    self.cancellation = cancellation
    weights = problem.weights
    self.start = problem.start(of: objective)
    schedule = start
    value = .infinity
    offer(start)
  }

  /// Keeps a schedule if it is better, simulated.
  func offer(_ schedule: Schedule) {
    let simulation = problem.simulation(of: schedule, discipline: discipline)
    let value = objective.value(of: simulation.completions, weights: weights)
    if value < self.value { (self.schedule, self.value) = (schedule, value) }
  }

  /// Whether completions may be those of a schedule that is better.
  ///
  /// - Parameter completions: lower bounds, one a job [s].
  func isBeaten(by completions: [Double]) -> Bool {
    objective.value(of: completions, weights: weights) < value - 1e-9 * (value - start)
  }

  /// Whether the search goes on with a job that is complete no earlier than that [s], beside bounds on the others.
  func goesOn(with completion: Double, of job: Int, among bounds: [Double]) -> Bool {
    guard goesOn() else { return false }
    var next = bounds
    next[job] = completion
    return isBeaten(by: next)
  }

  /// Whether the search goes on; to be asked often.
  func goesOn() -> Bool {
    if steps.isMultiple(of: 64), cancellation.isCancelled { isStopped = true }
    steps += 1
    return !isStopped
  }
}

extension SchedulingProblem {
  /// Whether a job has a twin among others with a smaller index: the two may change places in any schedule, so that one
  /// order of them is enough.
  func hasTwin(_ job: Int, among others: [Int]) -> Bool {
    let jobs = instance.jobs
    return others.contains { other in
      other < job && tables.groupOfJob[other] == tables.groupOfJob[job]
        && jobs[other].release == jobs[job].release && jobs[other].weight == jobs[job].weight
    }
  }
}
