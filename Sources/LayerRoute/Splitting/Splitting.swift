import Documents
import Problems
import Splitting
import SplittingAlgorithms
import SplittingChecking
import SplittingFormulations
import SplittingGenerators

extension Kinds {
  /// The problem of splitting: on which node does each layer run, and which links do its tensors cross?
  public static let splitting: Kind<SplittingProblem> = {
    let formulations: [any Formulation<SplittingProblem>] = [
      AssignmentFormulation(), AssignmentTightFormulation(), PairflowFormulation(), LayeredFormulation(),
    ]
    return Kind(
      evaluator: { instance in
        let evaluator = Evaluator(instance)
        return { evaluator.assess($0) }
      },
      checkFigures: { instance throws(PlanningError) in try instance.checkFigures() },
      formulations: formulations, bestFormulation: "layered", nativeMethod: "shortest-paths",
      quickPlan: { ResidualRouting($0).bestPlan(seconds: $1) },
      methods: [
        Method(
          "exact", "shortest paths, a heuristic with a bound, and the best formulation at hand",
          promise: .exact
        ) { request throws(PlanningError) in
          ExactPlanner(splitting, layered: LayeredFormulation(), request)
        },
        Method(
          "shortest-paths",
          "each job on its shortest path in the implicit layered graph; exact if no constraint couples jobs",
          promise: .exact
        ) { request throws(PlanningError) in NativePlanner(solvers: request.solvers) },
        Method("heuristic", "jobs in turn on what the others leave, with a Lagrangian bound", promise: .bound)
        {
          _ throws(PlanningError) in HeuristicPlanner()
        },
      ],
      families: SplittingFamilies.all,
      certificateCheck: { document, token, instance throws(InputError) in
        try CertificateVerdict(document, token, instance)
      },
      rankings: [
        RankingMethod("alternatives") { task throws(PlanningError) in
          var alternatives = Alternatives(task)
          return try await alternatives.ranking()
        } text: {
          RankingText($0, wanted: $1).text
        },
        RankingMethod("pareto") { task throws(PlanningError) in
          var front = ParetoFront(task)
          return try await front.ranking()
        } text: { ranking, _ in
          RankingText(ranking, wanted: nil).text
        },
      ],
      text: { PlanText($0, of: $1).text },
      calibration: { InstanceReport($0, title: $1).text },
      picture: { request throws(PictureError) in try SplittingPictures(request).picture() })
  }()
}

extension CertificateVerdict {
  /// Reads a certificate and checks it against the instance.
  fileprivate init(_ document: Document, _ token: Int, _ instance: Instance) throws(InputError) {
    let certificate = try Certificate.read(document, token)
    let check = CertificateCheck(certificate, of: instance, instance.options.objective)
    let provesOptima = if case .potentials = certificate.proof { true } else { false }
    self.init(
      findings: check.findings, stated: certificate.bound, proven: check.provenBound,
      provesOptima: provesOptima)
  }
}
