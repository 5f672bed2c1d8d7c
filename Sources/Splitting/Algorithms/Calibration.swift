import Problems
import Splitting
import SplittingChecking

/// Quick facts about an instance, without a model: whether its jobs split and whether its coupling matters.
public struct Calibration: Sendable {
  /// Jobs whose own shortest path uses two or more hosts; `nil` if a job has no path.
  public let splitShortestPaths: Int?
  /// The violations of the jobs' shortest paths together; if there are none, the coupling changes nothing.
  public let violations: [Violation]
  /// The best plan found: the shortest paths if they break nothing, otherwise a heuristic's; `nil` if none was found.
  public let plan: KnownPlan<Plan>?

  /// Calibrates an instance, with a time limit of the heuristic [s].
  public init(_ instance: Instance, seconds: Double = 1) {
    guard let shortest = try? ShortestPaths(instance).plan else {
      (splitShortestPaths, violations, plan) = (nil, [], nil)
      return
    }
    let evaluator = Evaluator(instance)
    splitShortestPaths = shortest.splitJobCount
    violations = evaluator.evaluate(shortest).violations
    plan =
      KnownPlan(shortest, evaluator.assess(shortest))
      ?? ResidualRouting(instance).outcome(seconds: seconds).plan
  }
}

extension Plan {
  /// The number of jobs whose layers run on two or more hosts.
  public var splitJobCount: Int { jobs.count { Set($0.hosts).count > 1 } }
}
