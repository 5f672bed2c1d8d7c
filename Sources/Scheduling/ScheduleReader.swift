import LayerRoute

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
    case layerroute, status, method, discipline, objective, seconds, order, jobs
  }
  private static let schema = Schema<Key>()

  private enum ObjectiveKey: Int, CaseIterable { case kind, value, bound, gap, boundBy }
  private static let objectiveSchema = Schema<ObjectiveKey>()

  private enum JobKey: Int, CaseIterable {
    case id, release, completion, guarantee, deadline, hosts, routes
  }
  private static let jobSchema = Schema<JobKey>()

  private enum DeadlineWord: String, CaseIterable { case met, missed }

  func schedule() throws(InputError) -> ScheduleDocument {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    let order = try names(fields.required(.order))
    var jobs: [ScheduleDocument.JobEntry] = []
    for element in try document.elements(of: fields.required(.jobs)) { jobs.append(try job(element)) }
    var discipline: Discipline?
    if let token = fields[.discipline] { discipline = try document.word(token, Discipline.self) }
    return ScheduleDocument(discipline: discipline, result: try result(fields), order: order, jobs: jobs)
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
      id: try document.identifier(fields.required(.id)), times: try times(fields),
      hosts: try names(fields.required(.hosts)), routes: routes)
  }

  private func times(_ fields: Fields<JobKey>) throws(InputError) -> ScheduleDocument.Times? {
    guard let completion = fields[.completion] else { return nil }
    var guarantee: Double?
    if let token = fields[.guarantee] { guarantee = try document.nonNegativeNumber(token) }
    var met: Bool?
    if let token = fields[.deadline] { met = try document.word(token, DeadlineWord.self) == .met }
    var release = 0.0
    if let token = fields[.release] { release = try document.nonNegativeNumber(token) }
    return ScheduleDocument.Times(
      release: release, completion: try document.nonNegativeNumber(completion), guarantee: guarantee,
      meetsDeadline: met)
  }

  private func result(_ fields: Fields<Key>) throws(InputError) -> ScheduleDocument.Result? {
    guard let token = fields[.objective] else { return nil }
    let objective = try document.fields(of: token, Self.objectiveSchema)
    var seconds = 0.0
    if let token = fields[.seconds] { seconds = try document.nonNegativeNumber(token) }
    return ScheduleDocument.Result(
      method: try document.string(fields.required(.method)),
      objective: try document.word(objective.required(.kind), ScheduleObjective.self),
      value: try document.nonNegativeNumber(objective.required(.value)),
      bound: LowerBound(
        seconds: try document.nonNegativeNumber(objective.required(.bound)),
        reason: try document.word(objective.required(.boundBy), LowerBound.Reason.self)),
      seconds: seconds)
  }
}
