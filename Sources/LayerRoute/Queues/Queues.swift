extension Kinds {
  /// In which order are jobs served that wait for each other, and where does each of their layers run?
  public static let queues = Kind<QueueProblem>(
    evaluator: { ScheduleEvaluator($0).assess },
    checkFigures: { instance throws(PlanningError) in try instance.checkFigures() },
    methods: ScheduleMethods.all { alone throws(PlanningError) in
      try await splitting.solve(alone, solvers: []).file.reason
    },
    text: { ScheduleEvaluator($1).evaluate($0).text })
}
