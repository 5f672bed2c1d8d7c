import Documents
import LinearModels
import Planning
import Problems
import Testing

/// What every kind of problem must do: files of instances and plans are read as they were written, and faults in them are
/// named; every number of a plan file is verified; families repeat; methods find plans that hold, and none beats an exact one.
///
/// A new kind passes if this does not fail:
///
/// ```swift
/// try await KindConformance(Kinds.mine, optimum: { enumerated($0) }).check(samples, solvers: WorkerBackend.all)
/// ```
public struct KindConformance<P: Problem>: Sendable {
  let kind: Kind<P>
  let optimum: KnownOptimum<P>?

  /// - Parameters:
  ///   - kind: what is tested.
  ///   - optimum: of a sample; without it, the kind's first exact method says.
  public init(_ kind: Kind<P>, optimum: KnownOptimum<P>? = nil) {
    self.kind = kind
    self.optimum = optimum
  }

  /// Puts the kind through its suite.
  ///
  /// - Parameters:
  ///   - samples: small ones, a part of which has plans; fails if too few of them count.
  ///   - solvers: for methods that need one; methods that miss theirs are not tested.
  public func check(_ samples: [ConformanceSample<P>], solvers: [any ModelSolver]) async throws {
    checkNames()
    for sample in samples {
      try checkInstanceFile(of: sample)
      try await checkTrivialPlan(of: sample)
    }
    try checkFamilies()
    var plans: [KnownPlan<P.Plan>?] = []
    for sample in samples { plans.append(try checkQuickPlan(of: sample)) }
    #expect(plans.count { $0 != nil } >= samples.count / 10, "\(P.name): too few samples have a plan")
    if let sample = samples.first { checkRequests(sample) }
    try await checkMethods(samples, plans, solvers)
  }

  // MARK: Names

  /// What lists and the command line show is there, and is there once.
  public func checkNames() {
    func check(_ names: [String], _ what: String) {
      #expect(Set(names).count == names.count, "\(P.name): two \(what) of one name in \(names)")
      #expect(names.allSatisfy { !$0.isEmpty && !$0.contains(" ") }, "\(P.name): \(what) \(names)")
    }
    #expect(!P.summary.isEmpty && !P.name.isEmpty)
    check(kind.formulations.map(\.name), "formulations")
    check(kind.methods.map(\.name), "methods")
    check(kind.families.map(\.name), "families")
    check(kind.rankings.map(\.name), "rankings")
    check(P.objectives, "objectives")
    for summary in kind.formulations.map(\.summary) + kind.methods.map(\.summary)
      + kind.families.map(\.summary)
    {
      #expect(summary.count > 5 && !summary.contains("\n"), "\(P.name): \(summary)")
    }
    #expect(!kind.methods.isEmpty, "\(P.name): nothing solves it")
    for name in [kind.bestFormulation].compactMap(\.self) {
      #expect(throws: Never.self) { try kind.formulation(named: name) }
    }
    for name in kind.nativeMethods.map(\.name) + [kind.nativeMethod].compactMap(\.self) {
      #expect(throws: Never.self) { try kind.method(named: name) }
    }
    expectRefusal(naming: kind.formulations.map(\.name)) { () throws(PlanningError) in
      _ = try kind.formulation(named: "nonesuch")
    }
    expectRefusal(naming: kind.methods.map(\.name)) { () throws(PlanningError) in
      _ = try kind.method(named: "nonesuch")
    }
  }

  /// What is not there is refused with the names that are.
  private func expectRefusal(naming names: [String], _ body: () throws(PlanningError) -> Void) {
    do {
      try body()
      Issue.record("\(P.name): nonesuch is accepted")
    } catch {
      #expect(error.description.contains("nonesuch"), "\(error)")
      #expect(names.allSatisfy(error.description.contains), "\(error)")
    }
  }

  // MARK: Instances

  /// An instance is read as it was written, and a key that no instance has is named.
  ///
  /// - Parameters:
  ///   - sample: what is written.
  ///   - isThorough: whether a key that is not known is put into each object, and not into the outermost alone.
  func checkInstanceFile(of sample: ConformanceSample<P>, isThorough: Bool = true) throws {
    let written = P.json(of: sample.instance)
    let text = JSONWriter.text(of: written)
    let document = try Document.of(written)
    if P.instanceName != usualProblemName {
      let token = try document.required("problem", of: Document.root)
      #expect(try document.string(token) == P.instanceName, "\(sample.name)")
    }
    let read = try P.instance(from: document)
    #expect(JSONWriter.text(of: P.json(of: read)) == text, "\(P.name), \(sample.name): \(text)")
    let changes = JSONChange.unknownKeys(in: written)
    for change in isThorough ? changes : [changes[0]] {
      do {
        _ = try P.instance(from: Document.of(change.applied(to: written)))
        Issue.record("\(P.name), \(sample.name): accepted with \(change)")
      } catch {
        #expect("\(error)".contains("zzz"), "\(P.name), \(sample.name), \(change): \(error)")
      }
    }
    for name in P.objectives {
      let asked = P.instance(sample.instance, withObjective: name)
      #expect(P.objective(of: asked).name == name, "\(P.name), \(sample.name)")
    }
    let size = P.size(of: sample.instance)
    #expect(min(size.nodes, size.links, size.jobs, size.layers) >= 0, "\(P.name), \(sample.name): \(size)")
  }

  // MARK: Plans

  /// The plan for pruning, if there is one, holds, and is the same the next time.
  private func checkQuickPlan(of sample: ConformanceSample<P>) throws -> KnownPlan<P.Plan>? {
    let known = kind.quickPlan(sample.instance, nil)
    let again = kind.quickPlan(sample.instance, nil)
    #expect((known == nil) == (again == nil), "\(P.name), \(sample.context)")
    guard let known, let again else { return nil }
    let texts = [known, again].map { JSONWriter.text(of: .object($0.assessment.report())) }
    #expect(texts[0] == texts[1], "\(P.name), \(sample.context): another plan the next time")
    try checkPlanFile(kind.file(of: known), known.plan, sample)
    return known
  }

  /// The plan of every instance, if the kind has one, holds, and the bound beside it is none above the optimum.
  private func checkTrivialPlan(of sample: ConformanceSample<P>) async throws {
    guard let (plan, bound) = kind.trivialPlan?(sample.instance) else { return }
    let context = "\(P.name), \(sample.context)"
    let known = try #require(KnownPlan(plan, kind.evaluator(sample.instance)(plan)), "\(context)")
    try checkPlanFile(kind.file(of: known), plan, sample, isThorough: false)
    let least = try await optimum?(sample.instance) ?? known.cost
    #expect(!Claim.bound(bound).isContradicted(byCost: least), "\(context): \(bound) is above \(least)")
  }

  /// A plan file is read as it was written, everything in it holds, and nothing in it can be changed unnoticed.
  func checkPlanFile(
    _ file: PlanFile, _ plan: P.Plan, _ sample: ConformanceSample<P>, isThorough: Bool = true
  ) throws {
    let context = "\(P.name), \(sample.context)"
    // A plan that was made by hand has no objective yet, and every plan has one.
    var file = file
    let assessment = kind.evaluator(sample.instance)(plan)
    if file.objective == nil {
      let objective = P.objective(of: sample.instance)
      let value = objective.value(ofCost: assessment.cost)
      file.objective = PlanFile.ObjectiveReport(kind: objective.name, value: value, bound: value, gap: 0)
    }
    let written = file.jsonValue
    let document = try Document.of(written)
    let verification = try PlanVerification(document, of: sample.instance, kind)
    #expect(verification.findings.isEmpty, "\(context): \(verification.findings)")
    let read = try #require(verification.plan, "\(context)")
    let texts = [plan, read].map {
      JSONWriter.text(of: .object(kind.evaluator(sample.instance)($0).report()))
    }
    #expect(texts[0] == texts[1], "\(context): read as another plan")
    #expect(verification.file.status == file.status, "\(context)")
    #expect(verification.file.objective == file.objective, "\(context)")
    #expect(verification.file.solver == file.solver, "\(context)")
    if isThorough { checkCorruptions(of: file, sample) }
  }

  private func checkCorruptions(of file: PlanFile, _ sample: ConformanceSample<P>) {
    let written = file.jsonValue
    var parts = file.body.map(\.key)
    parts.append("objective")
    let changes = JSONChange.corruptions(of: written).filter { change in
      guard case .key(let key)? = change.path.first else { return false }
      return parts.contains(key)
    }
    for change in changes + JSONChange.unknownKeys(in: written) {
      // A file that cannot be read was refused with its place.
      guard let document = try? Document.of(change.applied(to: written)),
        let verification = try? PlanVerification(document, of: sample.instance, kind)
      else { continue }
      #expect(!verification.findings.isEmpty, "\(P.name), \(sample.context): nobody notices \(change)")
    }
  }
}
