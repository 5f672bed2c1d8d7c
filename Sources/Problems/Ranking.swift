import Foundations

/// Plans in order, and whether none is missing.
public struct Ranking<P: Problem>: Sendable {
  /// The best first.
  public var answers: [Answer<P>]
  /// False if a limit struck, so that a better plan may be missing.
  public var isComplete: Bool
  /// What a log should say besides the warnings of the answers.
  public var warnings: [String] = []

  public init(answers: [Answer<P>], isComplete: Bool, warnings: [String] = []) {
    self.answers = answers
    self.isComplete = isComplete
    self.warnings = warnings
  }
}

/// A ranking that `solve` can be asked for, such as the best plans that differ.
public struct RankingMethod<P: Problem>: Sendable {
  /// The option without its dashes.
  public let name: String
  public let rank: @Sendable (RankingTask<P>) async throws(PlanningError) -> Ranking<P>
  /// The ranking for people; `count` is how many plans were asked for.
  public let text: @Sendable (Ranking<P>, _ count: Int?) -> String

  public init(
    _ name: String, rank: @escaping @Sendable (RankingTask<P>) async throws(PlanningError) -> Ranking<P>,
    text: @escaping @Sendable (Ranking<P>, _ count: Int?) -> String
  ) {
    self.name = name
    self.rank = rank
    self.text = text
  }
}

/// A ranking under way.
public struct RankingTask<P: Problem>: Sendable {
  public let instance: P.Instance
  /// The answer to the instance itself.
  public let best: Answer<P>
  /// How many plans are wanted.
  public let count: Int
  /// For all of it.
  public let budget: Budget
  public let assess: @Sendable (P.Plan) -> Assessment
  /// Finds the best plan of a part: the same instance with restrictions.
  public let solve:
    @Sendable (P.Instance, PriorKnowledge<P.Plan>) async throws(PlanningError) -> Answer<P>

  public init(
    instance: P.Instance, best: Answer<P>, count: Int, budget: Budget,
    assess: @escaping @Sendable (P.Plan) -> Assessment,
    solve:
      @escaping @Sendable (P.Instance, PriorKnowledge<P.Plan>) async throws(PlanningError) -> Answer<P>
  ) {
    self.instance = instance
    self.best = best
    self.count = count
    self.budget = budget
    self.assess = assess
    self.solve = solve
  }
}

/// What a caller who solves an instance in parts knows of a part.
public struct PriorKnowledge<Plan: Sendable>: Sendable {
  /// A plan of the part.
  public var known: KnownPlan<Plan>?
  /// No plan of the part costs less.
  public var bound: Double
  /// Plans that cost more are of no interest.
  public var cutoff: Double

  public init(known: KnownPlan<Plan>? = nil, bound: Double = -.infinity, cutoff: Double = .infinity) {
    self.known = known
    self.bound = bound
    self.cutoff = cutoff
  }
}
