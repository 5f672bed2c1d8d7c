/// The lists of plans that `solve` offers.
enum SplittingRankings {
  static let all = [alternatives, pareto, frontier]

  private static let alternatives = RankingMethod<SplittingProblem>("alternatives") {
    task throws(PlanningError) in
    var alternatives = Alternatives(task)
    return try await alternatives.ranking()
  } text: {
    $0.text(wanted: $1)
  }

  private static let pareto = RankingMethod<SplittingProblem>("pareto") { task throws(PlanningError) in
    var front = ParetoFront(task)
    return try await front.ranking()
  } text: { ranking, _ in
    ranking.text(wanted: nil)
  }

  private static let frontier = RankingMethod<SplittingProblem>("frontier", objective: "bottleneck") {
    task throws(PlanningError) in
    try await ThroughputFrontier(task).ranking()
  } text: { ranking, _ in
    ranking.frontierText
  }
}
