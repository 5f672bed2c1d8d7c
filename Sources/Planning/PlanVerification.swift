import Documents
import Foundations
import Problems

/// Checks a plan's file against its instance: the plan, every constraint, every number, and the certificate.
public struct PlanVerification<P: Problem>: Sendable {
  /// The contents of the file besides its plan.
  public let file: PlanFile
  /// The instance with the objective that the file names.
  public let instance: P.Instance
  /// The file's plan, feasible or not; `nil` if it could not be matched with the instance.
  public let plan: P.Plan?
  /// The evaluator's assessment; `nil` if there is no plan to evaluate.
  public let assessment: Assessment?
  /// The errors found, one sentence for each; empty if everything holds.
  public let findings: [String]
  /// The bound that the certificate proves, as a value; `nil` if it proves none.
  public let provenBound: Double?

  /// What is worth knowing about a plan that holds, one sentence for each.
  public var remarks: [String] { findings.isEmpty ? assessment?.remarks() ?? [] : [] }

  /// Checks the plan file of an instance.
  /// - Throws: if the file is no plan file, or has no plan to check.
  public init(_ document: Document, of instance: P.Instance, _ kind: Kind<P>) throws(InputError) {
    file = try P.head(of: document)
    guard file.status.hasPlan else {
      throw document.error(
        document.member("status", of: Document.root) ?? Document.root,
        "the plan is \(file.status.rawValue), so there is nothing to check")
    }
    self.instance = try P.instance(instance, askedIn: document)
    let stated = try P.plan(in: document, of: self.instance)
    plan = stated.plan
    guard let plan = stated.plan else {
      (assessment, findings, provenBound) = (nil, stated.findings, nil)
      return
    }
    let objective = P.objective(of: self.instance)
    let assessment = kind.evaluator(self.instance)(plan)
    self.assessment = assessment
    var findings = stated.findings + assessment.violations
    if findings.isEmpty {
      findings += Self.wrongNumbers(document, assessment)
      if let report = file.objective {
        findings += Self.wrongObjective(report, file.status, objective, assessment)
      }
    }
    var proven: Double?
    if let token = document.member("certificate", of: Document.root) {
      guard let check = kind.certificateCheck else {
        throw document.error(token, "a plan of this kind has no certificate")
      }
      let verdict = try check(document, token, self.instance)
      findings += verdict.findings
      if verdict.findings.isEmpty, verdict.proven != nil { proven = objective.value(ofCost: verdict.stated) }
      findings += Self.contradictions(verdict, file.status, objective, assessment)
    }
    self.findings = findings
    provenBound = proven
  }

  /// Checks what was not written to a file yet.
  public init(_ file: PlanFile, of instance: P.Instance, _ kind: Kind<P>) throws(InputError) {
    let document = try Document.parse(Array(file.json().utf8), format: .json, file: "plan")
    try self.init(document, of: instance, kind)
  }

  /// The contradictions between the certificate and the plan.
  private static func contradictions(
    _ verdict: CertificateVerdict, _ status: PlanFile.Status, _ objective: Objective, _ assessment: Assessment
  ) -> [String] {
    guard assessment.canBeCarriedOut else { return [] }
    let cost = assessment.cost
    if Claim.bound(verdict.stated).isContradicted(byCost: cost) {
      let texts = objective.texts(ofCosts: [verdict.stated, cost])
      return ["the certificate's bound \(texts[0]) contradicts the value \(texts[1])"]
    }
    guard status == .optimal, verdict.provesOptima, let proven = verdict.proven,
      objective.gap(cost: cost, bound: min(proven, cost)) > Tolerance.relative
    else { return [] }
    let texts = objective.texts(ofCosts: [cost, proven])
    return [
      "the plan calls itself optimal with the value \(texts[0]), but its certificate proves only \(texts[1])"
    ]
  }

  private static func wrongObjective(
    _ report: PlanFile.ObjectiveReport, _ status: PlanFile.Status, _ objective: Objective,
    _ assessment: Assessment
  ) -> [String] {
    var findings: [String] = []
    // The function from costs to values is its own inverse.
    let (cost, bound) = (objective.value(ofCost: report.value), objective.value(ofCost: report.bound))
    if !Tolerance.agrees(cost, assessment.cost) {
      let texts = objective.texts(ofCosts: [cost, assessment.cost])
      findings.append("the objective is stated as \(texts[0]), but it is \(texts[1])")
    }
    if bound > cost && !Tolerance.agrees(bound, cost) {
      let texts = objective.texts(ofCosts: [bound, cost])
      let side = objective.sense == .minimise ? "above" : "below"
      findings.append("the bound \(texts[0]) is \(side) the value \(texts[1])")
    }
    let gap = objective.signedGap(value: report.value, bound: report.bound)
    if abs(report.gap - gap) > Tolerance.relative {
      findings.append(
        "the gap is stated as \(Figures.digits(report.gap, 7)), but value and bound make it "
          + Figures.digits(gap, 7))
    }
    if let stated = report.throughput {
      let actual = objective.hasThroughput ? objective.throughput(ofValue: assessment.cost) : nil
      switch (stated, actual) {
      case _ where !objective.hasThroughput:
        findings.append("the objective \(objective.name) has no throughput")
      case (.limited(let number), let actual?) where Tolerance.agrees(number, actual): break
      case (.unlimited, nil): break
      default:
        let texts = [stated, .init(actual)].map(\.text)
        findings.append("the throughput is stated as \(texts[0]), but it is \(texts[1])")
      }
    }
    if status == .optimal && gap > Tolerance.relative {
      findings.append("the plan calls itself optimal with a gap of \(Figures.digits(gap, 7))")
    }
    return findings
  }

  /// Every number, word and flag of the kind's own members that differs from the evaluator's report.
  private static func wrongNumbers(_ document: Document, _ assessment: Assessment) -> [String] {
    var comparison = ReportComparison(document: document)
    for member in assessment.report() + assessment.optionalReport() {
      guard let token = document.member(member.key, of: Document.root) else { continue }
      comparison.compare(token, member.value, at: member.key)
    }
    return comparison.findings
  }
}

/// Compares stated values with those of the evaluator; absent values are not compared.
private struct ReportComparison {
  let document: Document
  private(set) var findings: [String] = []

  mutating func compare(_ token: Int, _ actual: JSONValue, at place: String) {
    switch actual {
    case .object(let members):
      for member in members {
        guard let value = document.member(member.key, of: token) else { continue }
        compare(value, member.value, at: "\(place): \(member.key)")
      }
    case .array(let elements): compare(token, elements, at: place)
    case .number(let number):
      guard document.tokens[token].kind == .number else {
        return wrong(place, document.kindName(token), "\(number)")
      }
      let stated = document.number(token)
      if !Tolerance.agrees(stated, number) {
        let texts = Figures.apart([stated, number])
        wrong(place, texts[0], texts[1])
      }
    case .string(let text):
      let stated = document.isString(token) ? document.text(token) : document.kindName(token)
      if !stated.utf8.elementsEqual(text.utf8) {
        wrong(place, TerminalText.quoted(stated), TerminalText.quoted(text))
      }
    case .boolean(let flag):
      guard document.tokens[token].kind == .boolean, document.boolean(token) == flag else {
        return wrong(place, document.kindName(token), "\(flag)")
      }
    case .null: break
    }
  }

  private mutating func compare(_ token: Int, _ actual: [JSONValue], at place: String) {
    guard document.tokens[token].kind == .array else {
      return wrong(place, document.kindName(token), "a list")
    }
    let stated = Array(document.children(of: token))
    // Objects with names may stand in any order.
    let byNames = Dictionary(
      stated.map { (names(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
    for (index, element) in actual.enumerated() {
      let names = element.names
      if !names.isEmpty {
        let place =
          "\(singular(place)) \(names.map { TerminalText.quoted($0.text) }.joined(separator: " > "))"
        guard let match = byNames[names] else {
          findings.append("\(place) is missing")
          continue
        }
        compare(match, element, at: place)
      } else if index < stated.count {
        compare(stated[index], element, at: "\(place)[\(index)]")
      }
    }
    if stated.count != actual.count {
      wrong(place, "a list of \(stated.count)", "one of \(actual.count)")
    }
  }

  /// The names that tell an element of a list from the others.
  private func names(of token: Int) -> [Name] {
    JSONValue.nameKeys.compactMap { key in
      guard let value = document.member(key, of: token), document.isString(value) else { return nil }
      return Name(document.text(value))
    }
  }

  /// The name of an element of a list: "job" for "jobs".
  private func singular(_ place: String) -> String { place.hasSuffix("s") ? String(place.dropLast()) : place }

  private mutating func wrong(_ place: String, _ stated: String, _ actual: String) {
    findings.append("\(place) is stated as \(stated), but it is \(actual)")
  }
}

extension JSONValue {
  /// The keys of names: of a thing itself, of a node, and of a link's ends.
  fileprivate static let nameKeys = ["id", "node", "from", "to"]

  fileprivate var names: [Name] {
    guard case .object(let members) = self else { return [] }
    return Self.nameKeys.compactMap { key in
      guard case .string(let text)? = members.first(where: { $0.key == key })?.value else { return nil }
      return Name(text)
    }
  }
}

extension PlanFile.ObjectiveReport.Throughput {
  fileprivate var text: String {
    switch self {
    case .limited(let value): "\(Figures.digits(value, 7)) a second"
    case .unlimited: "null"
    }
  }
}
