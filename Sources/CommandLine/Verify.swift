import ArgumentParser
import LayerRoute

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a plan against its instance: every constraint and every number.",
    discussion: """
      The plan is evaluated again from the instance alone, under the objective that the plan names. If it has a \
      certificate, the bound of the certificate is proved again from its numbers.

      Exit status 0: everything holds. 1: something does not hold; each finding is listed. 65: the file is not a plan, \
      or it states that there is none (status infeasible or unknown).
      """)

  @OptionGroup var instance: InstanceOptions

  @Argument(
    help: "A plan written by `layerroute solve -o`, or a schedule written by `layerroute schedule -o`.",
    completion: .file(extensions: ["json"]))
  var plan: String

  @Option(help: "Format of the findings.") var format: OutputFormat = .text

  func run() throws {
    let document = try instance.document()
    let plan = try Document.read(file: self.plan)
    if PlanFile.isWritten(in: document), !PlanFile.isWritten(in: plan) {
      throw InputError(
        file: instance.file,
        message: "the plan and the instance are swapped: this is the plan, and the instance comes first")
    }
    try run(Kinds.kind(ofPlan: plan, of: document), document, plan)
  }

  private func run<K: AnyKind>(_ kind: K, _ document: Document, _ plan: Document) throws {
    let check = try PlanVerification(plan, of: K.P.instance(from: document), kind.kind)
    format.write(text: text(check), json: json(check))
    if !check.findings.isEmpty { throw ExitStatus.checkFailed }
  }

  private func text<P: Problem>(_ check: PlanVerification<P>) -> String {
    guard check.findings.isEmpty else {
      return "The plan is wrong: \(Figures.count(check.findings.count, "finding")).\n"
        + check.findings.map { "  - \($0)\n" }.joined()
    }
    let (objective, count) = (P.objective(of: check.instance), P.size(of: check.instance).jobs)
    let jobs = count == 0 ? "" : "\(Figures.count(count, P.jobNoun)), "
    guard let report = check.file.objective else {
      let cost = check.assessment.map { "\(objective.name) \(objective.text(ofCost: $0.cost))" } ?? ""
      return "The plan holds: \(jobs)\(cost) (no bound stated).\n"
    }
    let quantity = objective.quantity
    let value = "\(report.kind) \(quantity.text(report.value))"
    let bound =
      check.provenBound.map {
        "bound \(quantity.text(report.bound)); the certificate proves \(quantity.text($0))"
      } ?? "bound \(quantity.text(report.bound)) as stated, not proved here"
    let remarks = check.remarks.map { "  - \($0)\n" }.joined()
    return "The plan holds: \(jobs)\(value) (\(bound)).\n" + remarks
  }

  private func json<P: Problem>(_ check: PlanVerification<P>) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("valid", .boolean(check.findings.isEmpty)),
      .init("findings", .array(check.findings.map { .string($0) })),
    ]
    if let assessment = check.assessment, assessment.canBeCarriedOut {
      let value = P.objective(of: check.instance).value(ofCost: assessment.cost)
      members.append(.init("objective", .number(value)))
    }
    let remarks = check.remarks
    if !remarks.isEmpty { members.append(.init("remarks", .array(remarks.map { .string($0) }))) }
    if let bound = check.provenBound { members.append(.init("provenBound", .number(bound))) }
    return .object(members)
  }
}
