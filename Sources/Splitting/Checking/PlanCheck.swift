import Foundations
import Problems
import Splitting

/// Checks a plan's file against its instance: the plan, every constraint and every number.
public struct PlanCheck: Sendable {
  /// The document's plan by indices, sound or not; `nil` where it could not even be matched.
  public let plan: Plan?
  /// What the evaluator found; `nil` where the document's hosts and routes could not even be matched.
  public let evaluation: Evaluation?
  /// What is wrong, a sentence each; empty where everything holds.
  public let findings: [String]
  /// The bound that the certificate proves [s]; `nil` without one that does.
  public let provenBound: Double?

  /// - Parameters:
  ///   - document: a plan with status `optimal` or `feasible`.
  ///   - instance: what it is a plan for.
  public init(_ document: PlanDocument, of instance: Instance) {
    var matching = PlanMatching(document, instance)
    plan = matching.plan()
    guard let plan else {
      evaluation = nil
      provenBound = nil
      findings = matching.findings
      return
    }
    let evaluation = Evaluator(instance).evaluate(plan)
    self.evaluation = evaluation
    var findings = evaluation.violations.map(\.description)
    if findings.isEmpty {
      findings += Self.wrongParts(document, matching.reports, evaluation)
      findings += Self.wrongObjective(document, evaluation)
    }
    var provenBound: Double?
    if let certificate = document.certificate, let objective = document.objective {
      let check = CertificateCheck(certificate, of: instance, objective.kind)
      findings += check.findings
      if check.findings.isEmpty { provenBound = certificate.bound }
      findings += Self.contradiction(certificate, objective)
    }
    self.findings = findings
    self.provenBound = provenBound
  }

  private static func contradiction(
    _ certificate: Certificate, _ objective: PlanDocument.Objective
  ) -> [String] {
    if certificate.bound <= objective.value || agree(certificate.bound, objective.value) { return [] }
    let figures = Figures.apart([certificate.bound, objective.value], .duration)
    return ["the certificate's bound \(figures[0]) is above the value \(figures[1])"]
  }

  private static func wrongParts(
    _ document: PlanDocument, _ reports: [PlanDocument.JobReport], _ evaluation: Evaluation
  ) -> [String] {
    zip(reports, evaluation.jobs).flatMap { report, parts in
      let figures = [
        ("latency", report.latency, parts.latency), ("compute", report.compute, parts.compute),
        ("transfer", report.transfer, parts.transfer),
        ("propagation", report.propagation, parts.propagation),
        ("waiting", report.waiting, parts.waiting),
      ]
      return figures.compactMap { name, stated, actual -> String? in
        if agree(stated, actual) { return nil }
        let figures = Figures.apart([stated, actual], .duration)
        return "job \(quoted(report.id)): \(name) is stated as \(figures[0]), but it is \(figures[1])"
      }
    }
  }

  private static func wrongObjective(_ document: PlanDocument, _ evaluation: Evaluation) -> [String] {
    guard let objective = document.objective else { return ["the plan states no objective"] }
    var findings: [String] = []
    let value = evaluation.objective(objective.kind)
    if !agree(objective.value, value) {
      let figures = Figures.apart([objective.value, value], .duration)
      findings.append("the objective is stated as \(figures[0]), but it is \(figures[1])")
    }
    if objective.bound > objective.value && !agree(objective.bound, objective.value) {
      let figures = Figures.apart([objective.bound, objective.value], .duration)
      findings.append("the bound \(figures[0]) is above the value \(figures[1])")
    }
    let gap = objective.value == 0 ? 0 : (objective.value - objective.bound) / objective.value
    if abs(objective.gap - gap) > tolerance {
      findings.append(
        "the gap is stated as \(Figures.digits(objective.gap, 7)), but value and bound make it \(Figures.digits(gap, 7))"
      )
    }
    if document.status == .optimal && gap > tolerance {
      findings.append("the plan calls itself optimal with a gap of \(Figures.digits(gap, 7))")
    }
    return findings
  }

  private static let tolerance = 1e-6

  private static func agree(_ left: Double, _ right: Double) -> Bool {
    // Infinities would agree with everything.
    left.isFinite && right.isFinite && abs(left - right) <= tolerance * max(abs(left), abs(right))
  }
}

/// Finds the instance's jobs and nodes behind the names of a document.
private struct PlanMatching {
  private let document: PlanDocument
  private let instance: Instance
  private let nodeIndices: [Name: Int]
  private(set) var findings: [String] = []
  /// The document's jobs in the instance's order.
  private(set) var reports: [PlanDocument.JobReport] = []

  init(_ document: PlanDocument, _ instance: Instance) {
    self.document = document
    self.instance = instance
    nodeIndices = Dictionary(
      instance.network.nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func plan() -> Plan? {
    let reported = Dictionary(document.jobs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    if reported.count < document.jobs.count { findings.append("the plan names a job twice") }
    let known = Set(instance.jobs.map(\.id))
    for report in document.jobs where !known.contains(report.id) {
      findings.append("the instance has no job \(quoted(report.id))")
    }
    var jobs: [JobPlan] = []
    for job in instance.jobs {
      guard let report = reported[job.id] else {
        findings.append("the plan has nothing for job \(quoted(job.id))")
        continue
      }
      reports.append(report)
      let hosts = indices(of: report.hosts, job: job.id)
      jobs.append(JobPlan(hosts: hosts, routes: report.routes.map { indices(of: $0, job: job.id) }))
    }
    return findings.isEmpty ? Plan(jobs: jobs) : nil
  }

  private mutating func indices(of names: [Name], job: Name) -> [Int] {
    names.compactMap { name in
      if nodeIndices[name] == nil {
        findings.append("job \(quoted(job)): the network has no node \(quoted(name))")
      }
      return nodeIndices[name]
    }
  }
}
