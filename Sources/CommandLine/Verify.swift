import ArgumentParser
import Documents
import Foundations

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a plan against its instance: every constraint and every number.",
    discussion: """
      The plan is costed again from the instance alone, under the objective that the plan names. If it has a \
      certificate, the bound that it states is proved again from its numbers.

      Exit status 0: everything holds. 1: something does not, and each finding is named. 65: the file is no plan, or \
      has no jobs to check (status infeasible or unknown).
      """)

  @OptionGroup var instance: InstanceOptions

  @Argument(help: "The plan, as `layerroute solve -o` writes it.", completion: .file(extensions: ["json"]))
  var plan: String

  @Option(help: "How the findings are printed.")
  var format: OutputFormat = .text

  func run() throws {
    let instance = try self.instance.read()
    let document = try PlanDocument.read(file: plan)
    guard document.status == .optimal || document.status == .feasible else {
      throw InputError(
        file: plan, path: "status",
        message: "the plan is \(document.status.rawValue), so there is nothing to check")
    }
    let check = PlanCheck(document, of: instance)
    switch format {
    case .text: Console.write(text(check, document))
    case .json: Console.write(JSONWriter.text(of: json(check, document)))
    }
    if !check.findings.isEmpty { throw ExitStatus.checkFailed }
  }

  private func text(_ check: PlanCheck, _ document: PlanDocument) -> String {
    guard check.findings.isEmpty else {
      let count = check.findings.count == 1 ? "1 finding" : "\(check.findings.count) findings"
      return "The plan is wrong: \(count).\n" + check.findings.map { "  - \($0)\n" }.joined()
    }
    guard let objective = document.objective else { return "The plan holds.\n" }
    let value = "\(objective.kind.rawValue) \(Figures.duration(objective.value))"
    let bound =
      check.provenBound.map {
        "bound \(Figures.duration(objective.bound)); the certificate proves \(Figures.duration($0))"
      } ?? "bound \(Figures.duration(objective.bound)) as stated, not proved here"
    let jobs = document.jobs.count == 1 ? "1 job" : "\(document.jobs.count) jobs"
    return "The plan holds: \(jobs), \(value) (\(bound)).\n"
  }

  private func json(_ check: PlanCheck, _ document: PlanDocument) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("valid", .boolean(check.findings.isEmpty)),
      .init("findings", .array(check.findings.map { .string($0) })),
    ]
    if let evaluation = check.evaluation, let kind = document.objective?.kind {
      members.append(.init("objective", .number(evaluation.objective(kind))))
    }
    if let bound = check.provenBound { members.append(.init("provenBound", .number(bound))) }
    return .object(members)
  }
}
