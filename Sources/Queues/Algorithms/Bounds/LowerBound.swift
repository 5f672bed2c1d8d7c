import Foundations
import LinearModels

/// What no schedule is below, and why.
public struct LowerBound: Sendable, Equatable {
  /// [s]
  public let seconds: Double
  public let reason: Reason

  public enum Reason: String, Sendable, CaseIterable {
    /// Each job alone, without backlogs: ``SchedulingProblem/earliestCompletions``.
    case alone
    /// The work of all jobs, balanced over the resources: ``BalanceBound``.
    case balance
    /// All schedules were looked at: ``ExactScheduling``.
    case exact
  }

  public init(seconds: Double, reason: Reason) {
    self.seconds = seconds
    self.reason = reason
  }
}

extension SchedulingProblem {
  /// The bound that needs no solver.
  public func boundOfJobsAlone(_ objective: ScheduleObjective) -> LowerBound {
    LowerBound(seconds: objective.value(of: earliestCompletions, weights: weights), reason: .alone)
  }

  /// The best lower bound of any schedule, under any discipline.
  ///
  /// - Parameters:
  ///   - objective: what is minimised.
  ///   - solvers: for the linear program of the makespan; the first that is there is taken. Where none is, or the program is
  ///     too large for it, `PriceSearch` comes close to its optimum.
  ///   - limit: of the solver, and of the search [s].
  ///   - cancellation: of the search.
  ///   - warn: called where a solver broke.
  public func lowerBound(
    _ objective: ScheduleObjective, solvers: [any ModelSolver], limit: Double,
    cancellation: Cancellation = .never,
    warn: (String) -> Void
  ) async -> LowerBound {
    let alone = boundOfJobsAlone(objective)
    guard objective == .makespan, !instance.jobs.isEmpty else { return alone }
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
      seconds ?? PriceSearch(balance).seconds(rounds: 40, cancellation: cancellation.orAfter(limit))
    // Nothing is done before somebody is there.
    let bound = LowerBound(seconds: earliestRelease + balanced, reason: .balance)
    return bound.seconds > alone.seconds ? bound : alone
  }
}
