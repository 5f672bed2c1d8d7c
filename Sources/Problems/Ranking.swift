import Foundations

/// Plans in order, and whether the list is complete.
public struct Ranking<P: Problem>: Sendable {
  /// The answers, the best one first.
  public var answers: [Answer<P>]
  /// False if a limit was reached, so that a better plan may be missing.
  public var isComplete: Bool
  /// Messages for the log besides the warnings of the answers.
  public var warnings: [String] = []

  public init(answers: [Answer<P>], isComplete: Bool) {
    self.answers = answers
    self.isComplete = isComplete
  }
}

/// A ranking that `solve` offers, such as the best plans with different hosts.
public struct RankingMethod<P: Problem>: Sendable {
  /// The option without its dashes.
  public let name: String
  /// The objective that the instance gets for it; `nil` to keep its own.
  public let objective: String?
  public let rank: @Sendable (RankingTask<P>) async throws(PlanningError) -> Ranking<P>
  /// The text of a ranking; `count` is the number of plans requested.
  public let text: @Sendable (Ranking<P>, _ count: Int?) -> String

  public init(
    _ name: String, objective: String? = nil,
    rank: @escaping @Sendable (RankingTask<P>) async throws(PlanningError) -> Ranking<P>,
    text: @escaping @Sendable (Ranking<P>, _ count: Int?) -> String
  ) {
    self.name = name
    self.objective = objective
    self.rank = rank
    self.text = text
  }
}

/// A running ranking.
public struct RankingTask<P: Problem>: Sendable {
  public let instance: P.Instance
  /// The answer to the instance itself.
  public let best: Answer<P>
  /// The number of plans requested.
  public let count: Int
  /// The limits of the whole ranking.
  public let budget: Budget
  public let assess: @Sendable (P.Plan) -> Assessment
  /// Finds the best plan of a part: the same instance with restrictions.
  public let solve: @Sendable (P.Instance, PriorKnowledge<P.Plan>) async throws(PlanningError) -> Answer<P>

  public init(
    instance: P.Instance, best: Answer<P>, count: Int, budget: Budget,
    assess: @escaping @Sendable (P.Plan) -> Assessment,
    solve: @escaping @Sendable (P.Instance, PriorKnowledge<P.Plan>) async throws(PlanningError) -> Answer<P>
  ) {
    self.instance = instance
    self.best = best
    self.count = count
    self.budget = budget
    self.assess = assess
    self.solve = solve
  }
}

/// The knowledge about an instance before its solve, for a caller that solves an instance in parts.
public struct PriorKnowledge<Plan: Sendable>: Sendable {
  /// A plan of the instance.
  public var known: KnownPlan<Plan>?
  /// A lower bound on the cost of every plan.
  public var bound: Double
  /// The cost above which plans are of no interest.
  public var cutoff: Double

  public init(known: KnownPlan<Plan>? = nil, bound: Double = -.infinity, cutoff: Double = .infinity) {
    self.known = known
    self.bound = bound
    self.cutoff = cutoff
  }
}
