/// The methods of splitting: how a plan is found.
enum SplittingMethods {
  /// The first is the default.
  static let all = [exact, paths, native, pipeline, shortestPaths, heuristic, kPath, greedy, random]

  private static let exact = Method<SplittingProblem>(
    "exact",
    "shortest paths, paths if jobs compete, and the best formulation at hand where that cannot go on",
    promise: .exact, solvers: .formulations
  ) { request throws(PlanningError) in
    PlannerByObjective(
      latency: ExactPlanner(
        Kinds.splitting, layered: LayeredFormulation(), sessions: request.sessions, request),
      bottleneck: BottleneckPlanner(
        Kinds.splitting, layered: LayeredFormulation(), sessions: request.sessions, request))
  }

  private static let paths = Method<SplittingProblem>(
    "paths", "column generation over the paths of each job, then a search among all within the gap",
    promise: .exact, solvers: .linearPrograms
  ) { request throws(PlanningError) in
    ContiguityExplained(
      PlannerByObjective(
        latency: PathsPlanner(request.sessions), bottleneck: BottleneckPlanner(paths: request.sessions)),
      sessions: request.sessions)
  }

  private static let native = Method<SplittingProblem>(
    "native", "shortest paths, and paths if jobs compete: no model for a solver of integer programs",
    promise: .exact, solvers: .linearPrograms
  ) { request throws(PlanningError) in
    ContiguityExplained(
      PlannerByObjective(
        latency: NativePlanner(solvers: request.solvers, sessions: request.sessions),
        bottleneck: BottleneckPlanner(native: request.sessions)),
      sessions: request.sessions)
  }

  private static let pipeline = Method<SplittingProblem>(
    "pipeline", "one job with the least bottleneck: node patterns, bounds by prices, and local search",
    promise: .exact, solvers: .linearPrograms
  ) { request throws(PlanningError) in
    ContiguityExplained(
      ForObjective(bottleneck: true, "pipeline", BottleneckPlanner(native: request.sessions)),
      sessions: request.sessions)
  }

  private static let shortestPaths = Method<SplittingProblem>(
    "shortest-paths",
    "each job on its shortest path in the implicit layered graph; exact if no constraint couples jobs",
    promise: .exact, solvers: .none
  ) { request throws(PlanningError) in
    ForObjective(bottleneck: false, "shortest-paths", NativePlanner(solvers: request.solvers))
  }

  private static let heuristic = Method<SplittingProblem>(
    "heuristic", "jobs in turn on what the others leave, with a Lagrangian bound", promise: .bound,
    solvers: .none
  ) { _ throws(PlanningError) in
    PlannerByObjective(latency: HeuristicPlanner(), bottleneck: LoadHeuristicPlanner())
  }

  private static let kPath = published(
    "k-path",
    "parts of the least transfers on paths found by colour coding in classes of bandwidth (for bottleneck)",
    [
      Parameter(
        "classes", .integer(1...1000), label: "the number of classes", usual: "20",
        "Classes into which transfers are sorted by size")
    ]
  ) { .kPath(classes: $0.integer("classes") ?? 20) }

  private static let greedy = published(
    "greedy", "the same parts, each on the best node that is left, from the best start (for bottleneck)"
  ) { _ in .greedy }

  private static let random = published("random", "the same parts on random nodes (for bottleneck)") { _ in
    .random
  }

  /// A method from the literature on pipelines.
  private static func published(
    _ name: String, _ summary: String, _ parameters: [Parameter] = [],
    rule: @escaping @Sendable (ParameterValues) -> PublishedPlanner.Rule
  ) -> Method<SplittingProblem> {
    let seed = Parameter(
      "seed", .seed, label: "the seed", usual: "0", "Seed of the random choices, of which greedy has none")
    return Method(
      name, summary, promise: .heuristic, solvers: .linearPrograms, parameters: parameters + [seed]
    ) {
      request throws(PlanningError) in
      ForObjective(
        bottleneck: true, name,
        PublishedPlanner(
          rule(request.parameters), seed: request.parameters.seed("seed") ?? 0, sessions: request.sessions))
    }
  }
}

extension MethodRequest {
  /// The LP sessions of the first solver that is installed and has them.
  var sessions: FirstSessionSource {
    FirstSessionSource(solvers.compactMap { $0 as? any LinearSessionSource })
  }
}
