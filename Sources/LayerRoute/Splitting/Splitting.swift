extension Kinds {
  /// The problem of splitting: on which node does each layer run, and which links do its tensors cross?
  public static let splitting: Kind<SplittingProblem> = Kind(
    evaluator: { Evaluator($0).assess },
    checkFigures: { instance throws(PlanningError) in try instance.checkFigures() },
    formulations: [
      AssignmentFormulation(), AssignmentTightFormulation(), PairflowFormulation(), LayeredFormulation(),
    ],
    bestFormulation: "layered",
    nativeMethod: "native",
    nativeMethods: [
      NativeMethod("shortest-paths", formulation: "layered"), NativeMethod("paths", formulation: "paths"),
    ],
    foundFormulations: [
      FoundFormulation("paths", PathsFormulation([]).summary) { task throws(PlanningError) in
        let source = FirstSessionSource(WorkerBackend.sessionSources)
        return PathsFormulation(try await PathsPlanner(source).provingPaths(task))
      }
    ],
    quickPlan: { ResidualRouting($0).outcome(seconds: $1).plan },
    methods: [
      Method(
        "exact",
        "shortest paths, paths if jobs compete, and the best formulation at hand where that cannot go on",
        promise: .exact
      ) { request throws(PlanningError) in
        ExactPlanner(splitting, layered: LayeredFormulation(), sessions: request.sessions, request)
      },
      Method(
        "paths", "column generation over the paths of each job, then a search among all within the gap",
        promise: .exact
      ) { request throws(PlanningError) in PathsPlanner(request.sessions) },
      Method(
        "native", "shortest paths, and paths if jobs compete: no model for a solver of integer programs",
        promise: .exact
      ) { request throws(PlanningError) in
        NativePlanner(solvers: request.solvers, sessions: request.sessions)
      },
      Method(
        "shortest-paths",
        "each job on its shortest path in the implicit layered graph; exact if no constraint couples jobs",
        promise: .exact
      ) { request throws(PlanningError) in NativePlanner(solvers: request.solvers) },
      Method(
        "heuristic", "jobs in turn on what the others leave, with a Lagrangian bound", promise: .bound
      ) { _ throws(PlanningError) in HeuristicPlanner() },
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
        $0.text(wanted: $1)
      },
      RankingMethod("pareto") { task throws(PlanningError) in
        var front = ParetoFront(task)
        return try await front.ranking()
      } text: { ranking, _ in
        ranking.text(wanted: nil)
      },
    ],
    text: { $0.text(of: $1) }, calibration: { $0.report(title: $1) },
    picture: { request throws(PictureError) in try request.picture() })
}

extension MethodRequest {
  /// The LP sessions of the first solver that is installed and has them.
  fileprivate var sessions: FirstSessionSource {
    FirstSessionSource(solvers.compactMap { $0 as? any LinearSessionSource })
  }
}

extension CertificateVerdict {
  /// Reads a certificate and checks it against the instance.
  fileprivate init(_ document: Document, _ token: Int, _ instance: Instance) throws(InputError) {
    let certificate = try document.certificate(token)
    let check = CertificateCheck(certificate, of: instance, instance.options.objective)
    let provesOptima = if case .potentials = certificate.proof { true } else { false }
    self.init(
      findings: check.findings, stated: certificate.bound, proven: check.provenBound,
      provesOptima: provesOptima)
  }
}
