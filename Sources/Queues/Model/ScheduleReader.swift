import Documents
import Foundations
import Problems
import Splitting

/// Reads the file of a schedule, and checks its shape.
///
/// Figures of jobs are not read: a simulation computes them from the instance. Figures that it does not compute, such as
/// a guarantee where jobs are not interrupted, are found here.
struct ScheduleReader {
  private let document: Document
  private let fields: Fields<Key>

  private enum Key: Int, CaseIterable {
    case layerroute, problem, status, reason, method, discipline, objective, seconds, order, jobs
  }
  private static let schema = Schema<Key>()

  private enum ObjectiveKey: Int, CaseIterable { case kind, value, bound, gap, boundBy }
  private static let objectiveSchema = Schema<ObjectiveKey>()

  private enum JobKey: Int, CaseIterable { case id, release, completion, guarantee, deadline, hosts, routes }
  private static let jobSchema = Schema<JobKey>()

  init(_ document: Document) throws(InputError) {
    try document.checkVersion(Document.root)
    self.document = document
    fields = try document.fields(of: Document.root, Self.schema)
    if let token = fields[.problem] {
      let name = try document.string(token)
      guard name == QueueProblem.name else {
        throw document.error(
          token, "only \(QueueProblem.name) has schedules, \(TerminalText.quoted(name)) has not")
      }
    }
  }

  func question(of instance: Instance) throws(InputError) -> QueueInstance {
    var asked = QueueInstance(instance)
    if let token = fields[.discipline] { asked.discipline = try document.word(token, Discipline.self) }
    if let token = try objective()?.required(.kind) {
      asked.objective = try document.word(token, ScheduleObjective.self)
    }
    return asked
  }

  private func objective() throws(InputError) -> Fields<ObjectiveKey>? {
    guard let token = fields[.objective] else { return nil }
    return try document.fields(of: token, Self.objectiveSchema)
  }

  /// What the file says besides its plan, as far as it says anything.
  func head() throws(InputError) -> PlanFile {
    var file = PlanFile(status: .feasible, body: [])
    if let token = fields[.status] { file.status = try document.word(token, PlanFile.Status.self) }
    if let token = fields[.reason] { file.reason = try document.string(token) }
    if let method = fields[.method], let seconds = fields[.seconds] {
      file.solver = PlanFile.SolverReport(
        Origin(method: try document.string(method)), seconds: try document.finiteNumber(seconds))
    }
    if let fields = try objective(), let value = fields[.value] {
      var report = PlanFile.ObjectiveReport(
        kind: try document.string(fields.required(.kind)), value: try document.finiteNumber(value),
        bound: -.infinity, gap: .infinity)
      if let token = fields[.bound] { report.bound = try document.finiteNumber(token) }
      if let token = fields[.gap] { report.gap = try document.finiteNumber(token) }
      file.objective = report
    }
    return file
  }

  func plan(of instance: Instance) throws(InputError) -> StatedPlan<Schedule> {
    // A schedule may be played under another discipline than that of its figures.
    let discipline = try question(of: instance).discipline
    let order = try names(fields.required(.order))
    let jobs = try document.elements(of: fields.required(.jobs)).map(job)
    let stated = StatedPlan<Plan>(jobs.map { ($0.id, $0.hosts, $0.routes) }, of: instance)
    let indices = Dictionary(uniqueKeysWithValues: instance.jobs.enumerated().map { ($1.id, $0) })
    var findings = stated.findings
    let known = order.compactMap { indices[$0] }
    if known.count < order.count || known.sorted() != Array(instance.jobs.indices) {
      findings.append("the order must name every job once")
    }
    for job in jobs {
      guard let index = indices[job.id] else { continue }
      let name = TerminalText.quoted(job.id.text)
      if job.hasGuarantee && discipline != .preemptive {
        findings.append(
          "job \(name) has a guarantee, but the discipline \(discipline.rawValue) gives none")
      }
      if job.hasDeadline && instance.jobs[index].deadline == nil {
        findings.append("job \(name) is said to meet or miss a deadline, but it has none")
      }
    }
    guard let plan = stated.plan, findings.isEmpty else { return StatedPlan(plan: nil, findings: findings) }
    return StatedPlan(plan: Schedule(plan: plan, order: known))
  }

  private struct ScheduledJob {
    let id: Name
    let hosts: [Name]
    let routes: [[Name]]
    let hasGuarantee: Bool
    let hasDeadline: Bool
  }

  private func job(_ token: Int) throws(InputError) -> ScheduledJob {
    let fields = try document.fields(of: token, Self.jobSchema)
    let routes = try document.elements(of: fields.required(.routes)).map(names)
    return ScheduledJob(
      id: try document.identifier(fields.required(.id)), hosts: try names(fields.required(.hosts)),
      routes: routes, hasGuarantee: fields[.guarantee] != nil, hasDeadline: fields[.deadline] != nil)
  }

  private func names(_ list: Int) throws(InputError) -> [Name] {
    try document.elements(of: list).map(document.identifier)
  }
}
