import LayerRoute

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
  ///   - solvers: for the linear program of the makespan; the first that is there is taken.
  ///   - limit: of the solver [s].
  ///   - warn: called where a solver broke.
  public func lowerBound(
    _ objective: ScheduleObjective, solvers: [any ModelSolver], limit: Double, warn: (String) -> Void
  ) async -> LowerBound {
    let alone = boundOfJobsAlone(objective)
    guard objective == .makespan, !instance.jobs.isEmpty else { return alone }
    for solver in solvers {
      do {
        guard let seconds = try await BalanceBound(self).seconds(solver: solver, limit: limit) else { return alone }
        return seconds > alone.seconds ? LowerBound(seconds: seconds, reason: .balance) : alone
      } catch BackendError.unavailable {
        continue
      } catch {
        warn("the load could not be balanced for the bound: \(error)")
      }
    }
    return alone
  }
}
