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
      NativeMethod(
        "shortest-paths", formulation: "layered", objectives: ["total", "max"], isQuick: true),
      NativeMethod("pipeline", formulation: "layered", objectives: ["bottleneck"]),
      NativeMethod("paths", formulation: "paths"),
    ],
    foundFormulations: [
      FoundFormulation("paths", PathsFormulation([]).summary) { task throws(PlanningError) in
        let source = FirstSessionSource(WorkerBackend.sessionSources)
        return PathsFormulation(try await PathsPlanner(source).provingPaths(task))
      }
    ],
    quickPlan: { LoadHeuristic.quickPlan($0, $1) },
    methods: SplittingMethods.all,
    families: SplittingFamilies.all,
    certificateCheck: { document, token, instance throws(InputError) in
      try CertificateVerdict(document, token, instance)
    },
    rankings: SplittingRankings.all,
    text: { $0.text(of: $1) }, calibration: { $0.report(title: $1) },
    picture: { request throws(PictureError) in try request.picture() })
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
