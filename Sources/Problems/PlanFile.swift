import Documents
import Foundations

/// The contents of a plan file. All kinds share these members; the kind's own members are in ``body``, as the evaluator
/// wrote them.
public struct PlanFile: Sendable {
  /// The problem's name; `nil` if the file names none.
  public var problem: String?
  public var status: Status
  /// The plan's value and bound; `nil` without a plan, and for a plan made by hand that states none.
  public var objective: ObjectiveReport?
  /// The reason of an infeasibility; `nil` otherwise.
  public var reason: String?
  /// The kind's own members.
  public var body: [JSONValue.Member]
  /// The origin of the plan; `nil` for a plan made by hand.
  public var solver: SolverReport?
  /// Numbers with which anybody can check a bound.
  public var certificate: JSONValue?

  /// The status of a plan.
  public enum Status: String, Sendable, CaseIterable {
    case optimal, feasible, infeasible, unknown

    /// Whether there is a plan.
    public var hasPlan: Bool { self == .optimal || self == .feasible }
  }

  /// The value, bound and gap of a plan.
  public struct ObjectiveReport: Sendable, Equatable {
    /// The objective's name.
    public var kind: String
    public var value: Double
    /// The bound; bound and gap are infinite if a file made by hand states none.
    public var bound: Double
    public var gap: Double
    /// The throughput, if the objective has one or the file states it.
    public var throughput: Throughput?

    /// The factor by which all rates could grow, or the inferences a second of jobs without a rate.
    public enum Throughput: Sendable, Equatable {
      /// [1/s]
      case limited(Double)
      /// Nothing takes any time.
      case unlimited

      public init(_ value: Double?) { self = value.map(Self.limited) ?? .unlimited }
    }

    public init(kind: String, value: Double, bound: Double, gap: Double, throughput: Throughput? = nil) {
      self.kind = kind
      self.value = value
      self.bound = bound
      self.gap = gap
      self.throughput = throughput
    }

    fileprivate var jsonValue: JSONValue {
      .object(
        JSONValue.members([
          "kind": .string(kind), "value": .number(value), "bound": .number(bound), "gap": .number(gap),
          "throughput": throughput.map {
            switch $0 {
            case .limited(let value): .number(value)
            case .unlimited: .null
            }
          },
        ]))
    }
  }

  /// The origin of a plan and the time to find it.
  public struct SolverReport: Sendable, Equatable {
    public var origin: Origin
    /// Wall-clock time from the parsed instance to the plan [s].
    public var seconds: Double
    /// What the method says about its work; each key is one of the kind's ``Problem/solverKeys``.
    public var counts: [Count]

    public init(_ origin: Origin, seconds: Double, counts: [Count] = []) {
      self.origin = origin
      self.seconds = seconds
      self.counts = counts
    }

    fileprivate var jsonValue: JSONValue {
      .object(
        JSONValue.members([
          "formulation": origin.formulation.map { .string($0) }, "backend": .string(origin.backend),
          "method": origin.method.map { .string($0) }, "seconds": .number(seconds),
        ]) + counts.map { JSONValue.Member($0.key, .number($0.number)) })
    }
  }

  /// A number that says something about the work of a method.
  public struct Count: Sendable, Equatable {
    public var key: String
    public var number: Double

    public init(_ key: String, _ number: Double) {
      self.key = key
      self.number = number
    }
  }

  public init(
    problem: String? = nil, status: Status, objective: ObjectiveReport? = nil, reason: String? = nil,
    body: [JSONValue.Member], solver: SolverReport? = nil, certificate: JSONValue? = nil
  ) {
    self.problem = problem
    self.status = status
    self.objective = objective
    self.reason = reason
    self.body = body
    self.solver = solver
    self.certificate = certificate
  }
}

// MARK: - Writing

extension PlanFile {
  /// The text of the file.
  public func json() -> String { JSONWriter.text(of: jsonValue) }

  public var jsonValue: JSONValue {
    let head = JSONValue.members([
      "layerroute": 1, "problem": problem.map { .string($0) }, "status": .string(status.rawValue),
      "objective": objective?.jsonValue, "reason": reason.map { .string($0) },
    ])
    let tail = JSONValue.members(["solver": solver?.jsonValue, "certificate": certificate])
    return .object(head + body + tail)
  }

  /// The members besides the plan, for a caller whose plan is in a file.
  public func summary(writtenTo file: String) -> JSONValue {
    .object(
      JSONValue.members([
        "status": .string(status.rawValue), "plan": .string(file), "objective": objective?.jsonValue,
        "reason": reason.map { .string($0) }, "solver": solver?.jsonValue,
      ]))
  }
}

extension JSONValue {
  /// Those of the members that have a value.
  fileprivate static func members(_ members: KeyValuePairs<String, JSONValue?>) -> [Member] {
    members.compactMap { key, value in value.map { Member(key, $0) } }
  }
}

// MARK: - Reading

extension PlanFile {
  /// The keys that plan files of all kinds share.
  private static let keys = [
    "layerroute", "problem", "status", "objective", "reason", "solver", "certificate",
  ]

  private enum ObjectiveKey: Int, CaseIterable { case kind, value, bound, gap, throughput }
  private static let objectiveSchema = Schema<ObjectiveKey>()

  private static let solverKeys = ["formulation", "backend", "method", "seconds"]

  /// Whether a file is a plan: it has a status, which no instance has.
  public static func isWritten(in document: Document) -> Bool {
    document.member("status", of: Document.root) != nil
      && document.member("network", of: Document.root) == nil
  }

  /// Reads the members that plan files of all kinds share, and checks that there are no others but the kind's own keys, of
  /// which a file may leave out the optional ones. Those of `solver` stand there together or not at all.
  /// - Throws: if the file does not follow the format.
  public static func read(
    _ document: Document, ownKeys: [String], optionalKeys: [String] = [], solverKeys: [String] = []
  ) throws(InputError) -> PlanFile {
    try document.checkVersion(Document.root)
    guard document.member("status", of: Document.root) != nil else {
      throw document.error(
        Document.root, "the key \"status\" is missing; a plan is what `solve -o` writes, and no instance")
    }
    try document.check(keys: keys + ownKeys + optionalKeys, of: Document.root)
    let status = try document.word(document.required("status", of: Document.root), Status.self)
    let file = PlanFile(
      status: status, objective: try objective(document, status), reason: try reason(document, status),
      body: [], solver: try solver(document, solverKeys))
    for key in ownKeys {
      let value = try document.required(key, of: Document.root)
      if !status.hasPlan, let element = document.children(of: value).first(where: { _ in true }) {
        throw document.error(element, "a plan that is \(status.rawValue) has no \(key)")
      }
    }
    return file
  }

  /// The name of the objective that a file states; `nil` if it states none.
  /// - Throws: if there is no such objective.
  public static func objectiveName(
    in document: Document, among objectives: [String]
  ) throws(InputError) -> String? {
    guard let objective = document.member("objective", of: Document.root) else { return nil }
    let token = try document.required("kind", of: objective)
    let name = try document.string(token)
    guard objectives.contains(name) else {
      throw document.error(
        token, "\(TerminalText.quoted(name)) is not one of \(objectives.joined(separator: ", "))")
    }
    return name
  }

  private static func objective(_ document: Document, _ status: Status) throws(InputError) -> ObjectiveReport?
  {
    guard status.hasPlan else {
      guard let token = document.member("objective", of: Document.root) else { return nil }
      throw document.error(token, "a plan that is \(status.rawValue) has no objective")
    }
    // A plan made by hand needs none, but claims no optimum either.
    guard status == .optimal || document.member("objective", of: Document.root) != nil else { return nil }
    let token = try document.required("objective", of: Document.root)
    let fields = try document.fields(of: token, objectiveSchema, nullable: .throughput)
    var report = ObjectiveReport(
      kind: try document.string(fields.required(.kind)),
      value: try document.finiteNumber(fields.required(.value)),
      bound: try document.finiteNumber(fields.required(.bound)),
      gap: try document.finiteNumber(fields.required(.gap)))
    if let token = fields[.throughput] {
      let isNull = document.tokens[token].kind == .null
      report.throughput = ObjectiveReport.Throughput(isNull ? nil : try document.finiteNumber(token))
    }
    return report
  }

  private static func reason(_ document: Document, _ status: Status) throws(InputError) -> String? {
    guard let token = document.member("reason", of: Document.root) else { return nil }
    guard status == .infeasible else {
      throw document.error(token, "only a plan that is infeasible has a reason")
    }
    return try document.string(token)
  }

  private static func solver(_ document: Document, _ ownKeys: [String]) throws(InputError) -> SolverReport? {
    guard let token = document.member("solver", of: Document.root) else { return nil }
    try document.check(keys: solverKeys + ownKeys, of: token)
    var origin = Origin(backend: try document.string(document.required("backend", of: token)))
    if let token = document.member("formulation", of: token) {
      origin.formulation = try document.string(token)
    }
    if let token = document.member("method", of: token) { origin.method = try document.string(token) }
    let seconds = try document.finiteNumber(document.required("seconds", of: token))
    guard ownKeys.contains(where: { document.member($0, of: token) != nil }) else {
      return SolverReport(origin, seconds: seconds)
    }
    return SolverReport(
      origin, seconds: seconds,
      counts: try ownKeys.map { key throws(InputError) in
        Count(key, try document.finiteNumber(document.required(key, of: token)))
      })
  }
}
