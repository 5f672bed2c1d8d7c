import Splitting

/// A plan, and the priority order of its jobs: which one goes first if several need the same node or link.
public struct Schedule: Sendable, Equatable {
  public var plan: Plan
  /// Indices of the jobs, the most urgent first.
  public var order: [Int]

  public init(plan: Plan, order: [Int]) {
    precondition(order.sorted() == Array(plan.jobs.indices), "an order names every job once")
    (self.plan, self.order) = (plan, order)
  }
}

/// The rule by which a node or a link chooses the job that it serves next.
public enum Discipline: String, Sendable, CaseIterable {
  /// The most urgent job that is there; an interrupted job resumes later at the point of the interruption.
  case preemptive
  /// The most urgent waiting job, once the job in service is done.
  case priority
  /// The job that came first; among jobs that came together, the most urgent.
  case fifo
}

/// What a schedule is judged by.
public enum ScheduleObjective: String, Sendable, CaseIterable {
  /// The largest completion time [s].
  case makespan
  /// The mean of the completion times, weighted by the jobs' weights [s].
  case mean

  /// The value of the completions [s] of jobs with these weights, which count evenly if all are 0; 0 without jobs [s].
  public func value(of completions: [Double], weights: [Double]) -> Double {
    switch self {
    case .makespan: return completions.max() ?? 0
    case .mean:
      // Only ratios of weights count; sums of huge ones would be no numbers.
      let largest = weights.max() ?? 0
      guard largest > 0 else {
        return completions.isEmpty ? 0 : completions.reduce(0, +) / Double(completions.count)
      }
      let total = weights.reduce(0) { $0 + $1 / largest }
      return zip(completions, weights).reduce(0) { $0 + $1.0 * ($1.1 / largest / total) }
    }
  }
}
