import Serving
import ServingAlgorithms
import ServingChecking
import ServingFlows
import ServingFormulations
import ServingGenerators
import ServingSearch

extension Kinds {
  /// Which layers does each machine of a cluster hold, so that the most tokens a second flow through?
  public static let serving: Kind<ServingProblem> = Kind(
    evaluator: { ServingEvaluator($0).assess },
    checkFigures: { instance throws(PlanningError) in try instance.checkFigures() },
    formulations: [SwitchedFormulation(), LayeredServingFormulation()], bestFormulation: "layered",
    nativeMethods: [NativeMethod("native", formulation: "layered")],
    quickPlan: { instance, seconds in
      let (figures, budget) = (instance.figures, Budget(seconds: seconds))
      let placement = SeparateRows(figures) { budget.isExhausted }.placement
      let plan = ServingPlan(placement, PlacementFlow(placement, in: figures))
      return KnownPlan(plan, ServingEvaluator(instance).assess(plan))
    },
    methods: [exactServing, nativeServing, even, separate],
    trivialPlan: { instance in
      let empty = Placement(machineCount: instance.machines.count)
      return (ServingPlan(placement: empty, flows: []), bound: 0 - AreaBound(instance.figures).value)
    }, families: ServingFamilies.all,
    text: { $0.text(of: $1) }, formats: [ranges], calibration: { $0.report(title: $1) },
    picture: { request throws(PictureError) in try request.picture() })

  private static let exactServing = Method<ServingProblem>(
    "exact", "the native method, and the formulation layered where it leaves a gap", promise: .exact,
    solvers: .formulations
  ) { request throws(PlanningError) in
    let models = FirstSolver(serving, request.formulation ?? LayeredServingFormulation(), request)
    return Portfolio(models.isDemanded ? [models] : [NativeServing(), models])
  }

  private static let nativeServing = Method<ServingProblem>(
    "native", "bounds by area and patterns, rows of stages, annealing, and a search from left to right",
    promise: .exact, solvers: .none,
    parameters: [
      Parameter("seed", .seed, label: "the seed", usual: "0", "Seed of the random choices"),
      Parameter(
        "rounds", .integer(0...1000), label: "the number of rounds", usual: "\(NativeServing.usualRounds)",
        "Rounds of decisions, each with twice the steps of the one before"),
    ]
  ) { request throws(PlanningError) in
    NativeServing(
      seed: request.parameters.seed("seed") ?? 0,
      rounds: request.parameters.integer("rounds") ?? NativeServing.usualRounds)
  }

  private static let even = Method<ServingProblem>(
    "even", "one pipeline of all machines, with layers in proportion to throughput", promise: .bound,
    solvers: .none
  ) { _ throws(PlanningError) in PlacementPlanner { figures, _ in EvenShares(figures).placement } }

  private static let separate = Method<ServingProblem>(
    "separate", "one pipeline for each type of machine", promise: .bound, solvers: .none
  ) { _ throws(PlanningError) in
    PlacementPlanner { figures, mustStop in SeparateRows(figures, mustStop: mustStop).placement }
  }

  /// The layers of each machine in use, as serving systems take them: "MACHINE FIRST:END", layers from 0, without END.
  private static let ranges = PlanFormat<ServingProblem>("ranges") { plan, instance in
    instance.machines.indices.filter { plan.placement.held[$0] > 0 }.map { machine in
      "\(TerminalText.escaped(instance.machines[machine].id.text)) "
        + "\(plan.placement.first[machine]):\(plan.placement.end(machine))\n"
    }.joined()
  }
}
