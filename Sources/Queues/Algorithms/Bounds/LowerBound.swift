import Foundations
import LinearModels

/// A number below which no schedule's value is, and why.
public struct LowerBound: Sendable, Equatable {
  /// [s]
  public let seconds: Double
  public let reason: Reason

  public enum Reason: String, Sendable, CaseIterable {
    /// Each job alone, without backlogs: ``Batch/earliestCompletions``.
    case alone
    /// The work of all jobs, balanced over the resources: ``BalanceBound``.
    case balance
    /// No schedule is better: ``ExactScheduling``.
    case exact
  }

  public init(seconds: Double, reason: Reason) { (self.seconds, self.reason) = (seconds, reason) }
}

extension Batch {
  /// For each job a time before which no schedule completes it under any discipline: alone on its shortest path, without
  /// backlogs [s].
  public var earliestCompletions: [Double] { jobs.indices.map { jobs[$0].release + shortest($0) } }

  /// The bound that needs no solver.
  public var boundOfJobsAlone: LowerBound {
    LowerBound(seconds: value(of: earliestCompletions), reason: .alone)
  }

  /// The best lower bound of any schedule, under any discipline. The limit [s] is that of the solver, and of a search
  /// without one, which ends early if the current task is cancelled.
  ///
  /// The first solver that is installed solves the linear program of the makespan; `warn` is called if one broke. Without
  /// any, or if the program is too large for it, `PriceSearch` comes close to its optimum.
  public func lowerBound(
    solvers: [any ModelSolver], limit: Double, warn: (String) -> Void
  ) async -> LowerBound {
    let alone = boundOfJobsAlone
    guard instance.objective == .makespan, !jobs.isEmpty else { return alone }
    let balance = BalanceBound(self)
    var seconds: Double?
    for solver in solvers {
      do {
        seconds = try await balance.seconds(solver: solver, limit: limit)
        break
      } catch BackendError.unavailable {
        continue
      } catch {
        warn("the load could not be balanced for the bound: \(error)")
      }
    }
    let balanced =
      seconds
      ?? Cancellation.ofCurrentTask {
        PriceSearch(balance).seconds(rounds: 40, cancellation: $0.orAfter(limit))
      }
    // No work is done before the first job is there.
    let bound = LowerBound(seconds: instance.earliestRelease + balanced, reason: .balance)
    return bound.seconds > alone.seconds ? bound : alone
  }
}
