import Documents
import Planning
import Problems
import Splitting

/// One method under two questions: a planner for latencies, and one for the bottleneck.
public struct PlannerByObjective: Planner {
  private let latency: any Planner<SplittingProblem>
  private let bottleneck: any Planner<SplittingProblem>

  public init(
    latency: any Planner<SplittingProblem>, bottleneck: any Planner<SplittingProblem>
  ) {
    (self.latency, self.bottleneck) = (latency, bottleneck)
  }

  private func planner(of instance: Instance) -> any Planner<SplittingProblem> {
    instance.options.objective == .bottleneck ? bottleneck : latency
  }

  public func refusal(of instance: Instance) -> String? { planner(of: instance).refusal(of: instance) }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    try await planner(of: task.instance).run(task)
  }

  public func certificate(of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>) async
    -> CertificateAttempt
  {
    await planner(of: task.instance).certificate(of: known, task)
  }
}

/// Refuses what a method does not answer.
public struct ForObjective: Planner {
  private let isBottleneck: Bool
  private let planner: any Planner<SplittingProblem>
  private let name: String

  /// The method `name`, for the objective `bottleneck` or for the others.
  public init(bottleneck isBottleneck: Bool, _ name: String, _ planner: any Planner<SplittingProblem>) {
    (self.isBottleneck, self.name, self.planner) = (isBottleneck, name, planner)
  }

  public func refusal(of instance: Instance) -> String? {
    let objective = instance.options.objective
    if (objective == .bottleneck) != isBottleneck {
      let wanted = isBottleneck ? "bottleneck" : "total or max"
      return "the method \(name) is for the objective \(wanted), and this one is \(objective.rawValue)"
    }
    if isBottleneck, instance.jobs.count != 1 {
      return "the method \(name) is for one job, and there are \(instance.jobs.count)"
    }
    return planner.refusal(of: instance)
  }

  public func run(_ task: SolveTask<SplittingProblem>) async throws(PlanningError) -> Conclusion {
    try await planner.run(task)
  }

  public func certificate(of known: KnownPlan<Plan>, _ task: SolveTask<SplittingProblem>) async
    -> CertificateAttempt
  {
    await planner.certificate(of: known, task)
  }
}
