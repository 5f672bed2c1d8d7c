extension Kinds {
  /// The problem of coordination: which blocks of which DNNs does a request pass, if services share blocks and machines?
  public static let coordination: Kind<CoordinationProblem> = Kind(
    evaluator: { CoordinationEvaluator($0).assess },
    checkFigures: { instance throws(PlanningError) in try instance.checkFigures() },
    formulations: [CoordinationPathsFormulation(), LayeredCoordinationFormulation()],
    bestFormulation: "layered",
    nativeMethods: [NativeMethod("native", formulation: "paths")],
    quickPlan: { instance, seconds in
      let plan = PathInTurnPlanner.quickPlan(instance, seconds: seconds)
      return KnownPlan(plan, CoordinationEvaluator(instance).assess(plan))
    },
    methods: CoordinationMethods.all,
    trivialPlan: { instance in
      // If all requests were served with accuracy 1.
      let most = instance.tasks.reduce(0) { $0 + $1.value * $1.rate } * (1 + 1e-12)
      return (CoordinationPlan(tasks: Array(repeating: [], count: instance.tasks.count)), bound: 0 - most)
    }, families: CoordinationFamilies.all,
    text: { $0.text(of: $1) }, calibration: { $0.report(title: $1) },
    picture: { request throws(PictureError) in try request.picture() })
}

/// The methods of coordination.
enum CoordinationMethods {
  /// The first is the default.
  static let all = [exact, native, own, search]

  private static let exact = Method<CoordinationProblem>(
    "exact", "column generation over paths, and a formulation if that leaves a gap", promise: .exact,
    solvers: .formulations
  ) { request throws(PlanningError) in
    guard let formulation = request.formulation else {
      let models = ModelsOfCoordination(request)
      // A formulation goes on where rounding leaves column generation a gap.
      return Portfolio(models.isDemanded ? [models] : [ColumnGenerationPlanner(request.sessions), models])
    }
    return FirstSolver(Kinds.coordination, formulation, request)
  }

  private static let native = Method<CoordinationProblem>(
    "native", "column generation over paths, with branch and bound on arcs if a task takes one path",
    promise: .exact, solvers: .linearPrograms
  ) { request throws(PlanningError) in ColumnGenerationPlanner(request.sessions) }

  private static let own = Method<CoordinationProblem>(
    "own", "every task on its own blocks only, at the best rates", promise: .heuristic,
    solvers: .linearPrograms
  ) { request throws(PlanningError) in OwnBlocksPlanner(request.sessions) }

  private static let search = Method<CoordinationProblem>(
    "search", "one task after the other takes the path with the highest reward that the others leave",
    promise: .heuristic, solvers: .none,
    parameters: [
      Parameter(
        "margin", .number(0...1), label: "the margin", usual: "0",
        "What is added to the predicted accuracy of a path until its measured one is looked up")
    ]
  ) { request throws(PlanningError) in PathInTurnPlanner(margin: request.parameters.number("margin") ?? 0) }
}

/// A backend that was named, with the formulation that expresses the instance best.
private struct ModelsOfCoordination: Planner {
  private let layered: FirstSolver<CoordinationProblem>
  private let paths: FirstSolver<CoordinationProblem>

  init(_ request: MethodRequest<CoordinationProblem>) {
    isDemanded = request.namesSolver
    layered = FirstSolver(Kinds.coordination, LayeredCoordinationFormulation(), request)
    paths = FirstSolver(Kinds.coordination, CoordinationPathsFormulation(), request)
  }

  let isDemanded: Bool

  /// `layered` has no measured accuracies.
  private func chosen(_ instance: CoordinationInstance) -> FirstSolver<CoordinationProblem> {
    instance.measured.isEmpty ? layered : paths
  }

  func refusal(of instance: CoordinationInstance) -> String? { chosen(instance).refusal(of: instance) }

  func run(_ task: SolveTask<CoordinationProblem>) async throws(PlanningError) -> Conclusion {
    try await chosen(task.instance).run(task)
  }
}

extension CoordinationInstance {
  /// Refuses figures that are finite, but whose products are not, and graphs with cycles, which files do not have.
  fileprivate func checkFigures() throws(PlanningError) {
    if let cycle = BlockGraph(self).cycle {
      throw .refused("the connections close a cycle: \(cycle.map(shown).joined(separator: " > "))")
    }
    var rewards = 0.0
    for task in tasks {
      rewards += task.value * task.rate
      guard rewards < .infinity else {
        throw .figures(
          "task \(TerminalText.quoted(task.id.text)): the values times the rates of the tasks sum up to more than "
            + "a number can hold")
      }
    }
    for node in network.nodes.indices {
      let busy = services.filter { $0.host == node }.flatMap(\.blocks).reduce(0) { $0 + $1.time }
      guard busy < .infinity else {
        let id = TerminalText.quoted(network.nodes[node].id.text)
        throw .figures("the times of all blocks on node \(id) sum up to more than a number can hold")
      }
    }
  }
}
