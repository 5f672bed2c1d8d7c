import Problems
import Splitting
import SplittingChecking

/// What can be said of an instance in a moment, without a model: whether it splits and whether its coupling matters.
public struct Calibration: Sendable {
  /// Jobs whose own shortest path uses two or more hosts; `nil` where a job has no path.
  public let splitShortestPaths: Int?
  /// What the jobs' shortest paths break together. Empty: they are optimal and the coupling changes nothing.
  public let violations: [Violation]
  /// The best plan found: the shortest paths where they break nothing, otherwise a heuristic's; `nil` where none was.
  public let plan: KnownPlan<Plan>?

  /// - Parameters:
  ///   - instance: what is looked at.
  ///   - seconds: for the heuristic.
  public init(_ instance: Instance, seconds: Double = 1) {
    guard let shortest = try? ShortestPaths(instance).plan else {
      (splitShortestPaths, violations, plan) = (nil, [], nil)
      return
    }
    let evaluation = Evaluator(instance).evaluate(shortest)
    splitShortestPaths = shortest.splitJobCount
    violations = evaluation.violations
    plan =
      evaluation.isFeasible
      ? KnownPlan(shortest, Evaluator(instance).assess(shortest))
      : ResidualRouting(instance).bestPlan(seconds: seconds)
  }
}

extension Plan {
  /// Jobs whose layers are on two or more hosts.
  public var splitJobCount: Int { jobs.count { Set($0.hosts).count > 1 } }
}
