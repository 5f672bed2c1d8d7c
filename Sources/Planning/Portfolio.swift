import Problems

/// Planners that run in order on one ledger until the requested gap is closed; a planner that the caller
/// demanded runs even then.
public struct Portfolio<P: Problem>: Planner {
  private let steps: [any Planner<P>]

  /// The planners in order, usually the cheapest first; each starts from what the earlier ones left in the ledger.
  public init(_ steps: [any Planner<P>]) { self.steps = steps }

  public func refusal(of instance: P.Instance) -> String? {
    steps.lazy.compactMap { $0.refusal(of: instance) }.first
  }

  public func run(_ task: SolveTask<P>) async throws(PlanningError) -> Conclusion {
    for step in steps {
      if Task.isCancelled || task.isSettled && !step.isDemanded { break }
      let conclusion = try await step.run(task)
      guard case .open = conclusion else { return conclusion }
    }
    return .open
  }
}
