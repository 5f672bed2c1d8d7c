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

  public init(seconds: Double, reason: Reason) {
    self.seconds = seconds
    self.reason = reason
  }
}

extension Batch {
  /// The bound that needs no solver.
  public var boundOfJobsAlone: LowerBound {
    LowerBound(seconds: value(of: earliestCompletions), reason: .alone)
  }

  /// The best lower bound of any schedule, under any discipline.
  ///
  /// A search without a solver ends early if the current task is cancelled.
  ///
  /// - Parameters:
  ///   - solvers: for the linear program of the makespan; the first that is installed is used. If none is, or the program
  ///     is too large for it, `PriceSearch` comes close to its optimum.
  ///   - limit: of the solver, and of the search [s].
  ///   - warn: called if a solver broke.
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
