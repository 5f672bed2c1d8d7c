extension PlanDocument {
  /// Reads a plan from a JSON or YAML file; "-" is standard input.
  public static func read(file: String) throws(InputError) -> PlanDocument {
    try PlanReader(document: Document.read(file: file)).plan()
  }

  /// Reads a plan from a text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - format: JSON or YAML.
  ///   - name: the name of the text in errors.
  public static func parse(
    _ bytes: [UInt8], format: FileFormat = .json, name: String = "plan"
  ) throws(InputError) -> PlanDocument {
    try PlanReader(document: Document.parse(bytes, format: format, file: name)).plan()
  }
}

/// Checks the shape of a plan's document; the verifier checks its figures.
struct PlanReader {
  let document: Document

  private enum Key: Int, CaseIterable {
    case layerroute, status, objective, reason, jobs, solver, certificate
  }
  private static let schema = Schema<Key>()

  private enum ObjectiveKey: Int, CaseIterable { case kind, value, bound, gap }
  private static let objectiveSchema = Schema<ObjectiveKey>()

  private enum JobKey: Int, CaseIterable {
    case id, latency, compute, transfer, propagation, waiting, hosts, routes
  }
  private static let jobSchema = Schema<JobKey>()

  private enum SolverKey: Int, CaseIterable { case formulation, backend, seconds }
  private static let solverSchema = Schema<SolverKey>()

  func plan() throws(InputError) -> PlanDocument {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    let status = try document.word(fields.required(.status), PlanDocument.Status.self)
    let jobs = try fields.required(.jobs)
    let hasPlan = status == .optimal || status == .feasible
    return PlanDocument(
      status: status, objective: try objective(fields, status: status, isExpected: hasPlan),
      reason: try reason(fields[.reason], status: status),
      jobs: try hasPlan ? self.jobs(jobs) : noJobs(jobs, status: status),
      solver: try solver(fields[.solver]), certificate: try certificate(fields[.certificate], hasPlan))
  }

  private func certificate(_ token: Int?, _ hasPlan: Bool) throws(InputError) -> Certificate? {
    guard let token else { return nil }
    guard hasPlan else { throw document.error(token, "only a plan has a certificate") }
    return try CertificateReader(document: document).certificate(token)
  }

  private func objective(
    _ fields: Fields<Key>, status: PlanDocument.Status, isExpected: Bool
  ) throws(InputError) -> PlanDocument.Objective? {
    guard isExpected else {
      guard let token = fields[.objective] else { return nil }
      throw document.error(token, "a plan that is \(status.rawValue) has no objective")
    }
    let fields = try document.fields(of: fields.required(.objective), Self.objectiveSchema)
    return PlanDocument.Objective(
      kind: try document.word(fields.required(.kind), ObjectiveKind.self),
      value: try document.finiteNumber(fields.required(.value)),
      bound: try document.finiteNumber(fields.required(.bound)),
      gap: try document.finiteNumber(fields.required(.gap)))
  }

  private func reason(_ token: Int?, status: PlanDocument.Status) throws(InputError) -> String? {
    guard let token else { return nil }
    guard status == .infeasible else {
      throw document.error(token, "only a plan that is infeasible has a reason")
    }
    return try document.string(token)
  }

  private func noJobs(
    _ list: Int, status: PlanDocument.Status
  ) throws(InputError) -> [PlanDocument.JobReport] {
    for element in try document.elements(of: list) {
      throw document.error(element, "a plan that is \(status.rawValue) has no jobs")
    }
    return []
  }

  private func jobs(_ list: Int) throws(InputError) -> [PlanDocument.JobReport] {
    var jobs: [PlanDocument.JobReport] = []
    for element in try document.elements(of: list) {
      let fields = try document.fields(of: element, Self.jobSchema)
      jobs.append(try job(fields))
    }
    return jobs
  }

  private func job(_ fields: Fields<JobKey>) throws(InputError) -> PlanDocument.JobReport {
    PlanDocument.JobReport(
      id: try document.identifier(fields.required(.id)),
      latency: try document.finiteNumber(fields.required(.latency)),
      compute: try document.finiteNumber(fields.required(.compute)),
      transfer: try document.finiteNumber(fields.required(.transfer)),
      propagation: try document.finiteNumber(fields.required(.propagation)),
      waiting: try document.finiteNumber(fields.required(.waiting)),
      hosts: try names(fields.required(.hosts)), routes: try routes(fields.required(.routes)))
  }

  private func routes(_ list: Int) throws(InputError) -> [[Name]] {
    var routes: [[Name]] = []
    for element in try document.elements(of: list) { routes.append(try names(element)) }
    return routes
  }

  private func names(_ list: Int) throws(InputError) -> [Name] {
    var names: [Name] = []
    for element in try document.elements(of: list) { names.append(try document.identifier(element)) }
    return names
  }

  private func solver(_ token: Int?) throws(InputError) -> PlanDocument.SolverReport? {
    guard let token else { return nil }
    let fields = try document.fields(of: token, Self.solverSchema)
    return PlanDocument.SolverReport(
      formulation: try document.string(fields.required(.formulation)),
      backend: try document.string(fields.required(.backend)),
      seconds: try document.finiteNumber(fields.required(.seconds)))
  }
}
