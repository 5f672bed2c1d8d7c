import Documents
import Foundations

extension ScheduleDocument {
  /// Reads a schedule from a JSON or YAML file; "-" is standard input.
  public static func read(file: String) throws(InputError) -> ScheduleDocument {
    try ScheduleReader(document: Document.read(file: file)).schedule()
  }
}

/// Checks the shape of a schedule's document.
private struct ScheduleReader {
  let document: Document

  private enum Key: Int, CaseIterable {
    case layerroute, status, reason, method, discipline, objective, seconds, order, jobs
  }
  private static let schema = Schema<Key>()

  private enum ObjectiveKey: Int, CaseIterable { case kind, value, bound, gap, boundBy }
  private static let objectiveSchema = Schema<ObjectiveKey>()

  private enum JobKey: Int, CaseIterable {
    case id, release, completion, guarantee, deadline, hosts, routes
  }
  private static let jobSchema = Schema<JobKey>()

  /// What it says of values and times is not taken: a simulation has them from the instance.
  func schedule() throws(InputError) -> ScheduleDocument {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    let order = try names(fields.required(.order))
    var jobs: [ScheduleDocument.JobEntry] = []
    for element in try document.elements(of: fields.required(.jobs)) { jobs.append(try job(element)) }
    var discipline: Discipline?
    if let token = fields[.discipline] { discipline = try document.word(token, Discipline.self) }
    var objective: ScheduleObjective?
    if let token = fields[.objective] {
      let fields = try document.fields(of: token, Self.objectiveSchema)
      objective = try document.word(fields.required(.kind), ScheduleObjective.self)
    }
    return ScheduleDocument(discipline: discipline, objective: objective, order: order, jobs: jobs)
  }

  private func names(_ list: Int) throws(InputError) -> [Name] {
    var names: [Name] = []
    for element in try document.elements(of: list) { names.append(try document.identifier(element)) }
    return names
  }

  private func job(_ token: Int) throws(InputError) -> ScheduleDocument.JobEntry {
    let fields = try document.fields(of: token, Self.jobSchema)
    var routes: [[Name]] = []
    for route in try document.elements(of: fields.required(.routes)) { routes.append(try names(route)) }
    return ScheduleDocument.JobEntry(
      id: try document.identifier(fields.required(.id)), hosts: try names(fields.required(.hosts)),
      routes: routes)
  }
}
