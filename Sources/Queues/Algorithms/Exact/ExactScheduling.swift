import Foundations
import Queues
import QueuesChecking
import Splitting

/// The least simulated objective over all plans and orders, by branch and bound: for a few jobs on a few nodes.
///
/// Under `preemptive` the search chooses jobs, under `priority` and `fifo` plans before orders. It excludes a schedule only if the schedule cannot be better by more than 1e-9 of (value - origin), in which the value is that of the
/// best schedule known and the origin the value if jobs took no time.
public struct ExactScheduling: Sendable {
  private let batch: Batch

  /// A search for a schedule of a batch, by its simulated objective.
  public init(_ batch: Batch) { self.batch = batch }

  public struct Result: Sendable {
    /// The best schedule found, and its simulated objective [s].
    public let schedule: Schedule
    public let value: Double
    /// Whether no schedule is better; false if the search was cancelled.
    public let isProven: Bool
  }

  /// The best schedule, by improving one; asked now and then whether to end.
  ///
  /// - Complexity: O(n! p^n) time in the worst case for n jobs with p plans each, O(n (L + N + E)) memory.
  public func result(from start: Schedule, cancellation: Cancellation = .never) -> Result {
    let search = ExactSearch(batch, start: start, cancellation: cancellation)
    switch batch.instance.discipline {
    case .preemptive: search.chooseJobs()
    case .priority, .fifo: search.choosePlans()
    }
    return Result(schedule: search.schedule, value: search.value, isProven: !search.isStopped)
  }
}

/// The best schedule that a search knows, whether the search continues, and what it has chosen.
final class ExactSearch {
  let batch: Batch
  private(set) var schedule: Schedule
  private(set) var value = Double.infinity
  private(set) var isStopped = false
  var plans: [JobPlan] = []
  var chains: [ServiceChain] = []
  var order: [Int] = []
  private let cancellation: Cancellation
  /// The value if jobs took no time [s].
  private let origin: Double
  private var steps = 0

  init(_ batch: Batch, start: Schedule, cancellation: Cancellation) {
    (self.batch, self.cancellation) = (batch, cancellation)
    origin = batch.instance.origin
    schedule = start
    offer(start)
  }

  /// Keeps a schedule if it is the best; the services of each job may be known.
  func offer(_ schedule: Schedule, _ chains: [ServiceChain]? = nil) {
    let chains = chains ?? batch.evaluator.chains(of: schedule.plan)
    let simulation = Simulation(
      chains, order: schedule.order, on: batch.resources, discipline: batch.instance.discipline)
    let value = batch.value(of: simulation.completions)
    if value < self.value { (self.schedule, self.value) = (schedule, value) }
  }

  /// Whether lower bounds on the completions, one a job [s], may be those of a better schedule.
  func isBeaten(by completions: [Double]) -> Bool {
    batch.value(of: completions) < value - 1e-9 * (value - origin)
  }

  /// Visits the plans of a job behind others that may be part of a better schedule, given bounds for the other jobs [s],
  /// with their services and completions [s].
  func forEachPlan(
    of job: Int, behind busy: BusyTimes, among bounds: [Double],
    visit: @escaping (JobPlan, ServiceChain, Double) -> Void
  ) {
    var enumeration = PlanEnumeration(batch, job: job, behind: busy) { [self] completion in
      var next = bounds
      next[job] = completion
      return continues() && isBeaten(by: next)
    } visit: {
      visit($0, $1, $2)
    }
    enumeration.run()
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
