import Problems

/// Planners in order on one ledger, until the gap that was asked for is closed.
public struct Portfolio<P: Problem>: Planner {
  private let steps: [any Planner<P>]

  /// - Parameter steps: the cheapest first, as a rule; each takes what the ones before it left in the ledger.
  public init(_ steps: [any Planner<P>]) { self.steps = steps }

  public func refusal(of instance: P.Instance) -> String? {
    steps.lazy.compactMap { $0.refusal(of: instance) }.first
  }

  public func run(_ task: SolveTask<P>) async throws(PlanningError) -> Conclusion {
    for step in steps {
      if Task.isCancelled { break }
      if task.isSettled && !step.isDemanded { break }
      let conclusion = try await step.run(task)
      guard case .open = conclusion else { return conclusion }
    }
    return .open
  }
}
