import Foundations
import Queues
import QueuesChecking

/// The least simulated objective over all plans and orders, by branch and bound: for a few jobs on a few nodes.
///
/// Under `preemptive` the search is `PreemptiveSearch`, under `priority` and `fifo` it is `PlansThenOrders`. It excludes a
/// schedule only if the schedule cannot be better by more than 1e-9 of (value - origin), in which the value is that of the
/// best schedule known and the origin the value if jobs took no time.
public struct ExactScheduling: Sendable {
  private let batch: Batch

  /// - Parameter batch: whose jobs are scheduled, by its simulated objective.
  public init(_ batch: Batch) { self.batch = batch }

  public struct Result: Sendable {
    /// The best schedule found.
    public let schedule: Schedule
    /// Its simulated objective [s].
    public let value: Double
    /// Whether no schedule is better; false if the search was cancelled.
    public let isProven: Bool
  }

  /// - Parameters:
  ///   - start: a schedule to improve.
  ///   - cancellation: asked now and then; the best schedule by then is the result.
  /// - Complexity: O(n! p^n) time in the worst case for n jobs with p plans each, O(n (L + N + E)) memory.
  public func result(from start: Schedule, cancellation: Cancellation = .never) -> Result {
    let incumbent = ScheduleIncumbent(batch, start: start, cancellation: cancellation)
    switch batch.instance.discipline {
    case .preemptive: PreemptiveSearch(batch, incumbent).run()
    case .priority, .fifo: PlansThenOrders(batch, incumbent).run()
    }
    return Result(
      schedule: incumbent.schedule, value: incumbent.value, isProven: !incumbent.isStopped)
  }
}

/// The best schedule that a search knows, and whether the search continues.
final class ScheduleIncumbent {
  private(set) var schedule: Schedule
  private(set) var value: Double
  private(set) var isStopped = false
  private let batch: Batch
  private let cancellation: Cancellation
  /// The value if jobs took no time [s].
  private let origin: Double
  private var steps = 0

  init(_ batch: Batch, start: Schedule, cancellation: Cancellation) {
    self.batch = batch
    self.cancellation = cancellation
    origin = batch.instance.origin
    schedule = start
    value = .infinity
    offer(start)
  }

  /// Keeps a schedule if it is the best.
  func offer(_ schedule: Schedule) { offer(schedule, batch.evaluator.chains(of: schedule.plan)) }

  /// The same if the services of each job are known.
  func offer(_ schedule: Schedule, _ chains: [ServiceChain]) {
    let simulation = Simulation(
      chains, order: schedule.order, on: batch.resources, discipline: batch.instance.discipline)
    let value = batch.value(of: simulation.completions)
    if value < self.value { (self.schedule, self.value) = (schedule, value) }
  }

  /// Whether completions may be those of a better schedule.
  ///
  /// - Parameter completions: lower bounds, one a job [s].
  func isBeaten(by completions: [Double]) -> Bool {
    batch.value(of: completions) < value - 1e-9 * (value - origin)
  }

  /// Whether a better schedule may complete a job no earlier than at a time [s], given bounds for the other jobs; false if
  /// the search was cancelled.
  func continues(with completion: Double, of job: Int, among bounds: [Double]) -> Bool {
    guard continues() else { return false }
    var next = bounds
    next[job] = completion
    return isBeaten(by: next)
  }

  /// False if the search was cancelled; to be asked often.
  func continues() -> Bool {
    if steps.isMultiple(of: 64), cancellation.isCancelled { isStopped = true }
    steps += 1
    return !isStopped
  }
}

extension Batch {
  /// Whether an identical job with a smaller index is among others: the two can be exchanged in any schedule, so that one
  /// order of them is enough.
  func hasTwin(_ job: Int, among others: [Int]) -> Bool {
    let jobs = jobs
    return others.contains { other in
      other < job && tables.groupOfJob[other] == tables.groupOfJob[job]
        && jobs[other].release == jobs[job].release && jobs[other].weight == jobs[job].weight
    }
  }
}
