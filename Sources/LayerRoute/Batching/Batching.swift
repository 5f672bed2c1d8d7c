extension Kinds {
  /// Which users' tasks go into the next batch of an edge server, and where does each leave the DNN?
  public static let batching: Kind<BatchingProblem> = Kind(
    evaluator: { BatchingEvaluator($0).assess },
    checkFigures: { instance throws(PlanningError) in try instance.checkFigures() },
    formulations: [SelectionFormulation(), LayeredBatchFormulation()],
    bestFormulation: "layered",
    nativeMethods: [NativeMethod("native", formulation: "layered")],
    quickPlan: { instance, _ in
      let plan = BestShelf.withExits.plan(for: instance)
      return KnownPlan(plan, BatchingEvaluator(instance).assess(plan))
    },
    methods: [
      Method(
        "exact", "labels from the last block to the first, and a formulation if they do not fit into memory",
        promise: .exact, solvers: .formulations
      ) { request throws(PlanningError) in
        let models = FirstSolver(batching, request.formulation ?? LayeredBatchFormulation(), request)
        return Portfolio(models.isDemanded ? [models] : [BatchLabelPlanner(), models])
      },
      Method(
        "native", "labels from the last block to the first: no model for a solver of integer programs",
        promise: .exact, solvers: .none
      ) { _ throws(PlanningError) in BatchLabelPlanner() },
      Method(
        "best-shelf", "growing batches of the best channels, which all leave at the last exit",
        promise: .heuristic, solvers: .none
      ) { _ throws(PlanningError) in BestShelf.withoutExits },
      Method(
        "best-shelf-exits", "the same with early exits, charged as if the whole batch passed each block",
        promise: .heuristic, solvers: .none
      ) { _ throws(PlanningError) in BestShelf.withExits },
    ],
    trivialPlan: { instance in
      let alone = BatchLimits(instance, slack: BatchingInstance.searchSlack)
      return (
        BatchingProblem.Plan(exits: Array(repeating: nil, count: instance.users.count)),
        bound: 0 - alone.users.reduce(0) { $0 + instance.users[$1].value }
      )
    }, families: BatchingFamilies.all,
    text: { $0.text(of: $1) }, calibration: { $0.report(title: $1) },
    picture: { request throws(PictureError) in try request.picture() })
}

extension BatchingInstance {
  /// The summary of a generated instance, in a few lines.
  fileprivate func report(title: String) -> String {
    let window = server.window.map { "a window of \(Figures.duration($0))" } ?? "a free window"
    let served = BatchLimits(self, slack: Self.searchSlack).users.count
    let sizes = "\(Figures.count(users.count, "user")), \(Figures.count(blocks.count, "block"))"
    return """
      \(title): \(sizes), \(Figures.Quantity.frequency.text(server.bandwidth)), \(window)
        \(served) of the users could be served alone
      """
  }
}
