import Documents

/// A problem: its instances and plans, as values and as files. A type in the model target of a kind conforms to it. It
/// defines neither how an instance is solved nor how a plan is checked; ``Kind`` combines these.
public protocol Problem: Sendable {
  associatedtype Instance: Sendable
  associatedtype Plan: Sendable

  /// The name in files: `"problem": NAME`.
  static var name: String { get }
  /// The question in one line, for lists.
  static var summary: String { get }
  /// The name in the instance files that the problem accepts: that of another problem if both share their instances.
  static var instanceName: String { get }

  /// The keys of the parts of an instance file, so that a reader of other files can say whose a key is; empty if the
  /// problem shares its instances with another.
  static var instanceKeys: [PartKeys] { get }
  /// Reads an instance and checks all of its keys and names.
  static func instance(from document: Document) throws(InputError) -> Instance
  /// The instance as its file.
  static func json(of instance: Instance) -> JSONValue

  /// The size of the instance, for tables.
  static func size(of instance: Instance) -> InstanceSize
  /// The noun for what ``InstanceSize/jobs`` counts; by default "job".
  static var jobNoun: String { get }

  /// The objective of the instance.
  static func objective(of instance: Instance) -> Objective
  /// The names of the objectives that can be requested; the default one first.
  static var objectives: [String] { get }
  /// The instance with another objective.
  static func instance(_ instance: Instance, withObjective name: String) -> Instance

  /// Whether a plan file is of this problem; by default, if its key `problem` says so. A problem whose plan files do
  /// not name it recognises them by keys that no other problem has, and is asked before the others.
  static func claims(_ document: Document) -> Bool
  /// The problem's own keys in a plan file.
  static var planKeys: [String] { get }
  /// Those of its keys that a plan file may leave out; by default none.
  static var optionalPlanKeys: [String] { get }
  /// Its keys in the part `solver` of a plan file, all numbers, with which its methods may say something about their work;
  /// by default none.
  static var solverKeys: [String] { get }
  /// The members of a plan file without a plan, besides those that all problems share.
  static var emptyPlan: [JSONValue.Member] { get }
  /// Reads the members of a plan file besides its plan; by default those that files of all problems share.
  static func head(of document: Document) throws(InputError) -> PlanFile
  /// The instance with the objective and the other options that a plan file states.
  static func instance(_ instance: Instance, askedIn document: Document) throws(InputError) -> Instance
  /// Reads the plan in a file's own keys.
  /// - Throws: if the file is no plan file. A mismatch with the instance is a finding.
  static func plan(in document: Document, of instance: Instance) throws(InputError) -> StatedPlan<Plan>
}

extension Problem {
  public static var instanceName: String { name }
  public static var instanceKeys: [PartKeys] { [] }
  public static var optionalPlanKeys: [String] { [] }
  public static var jobNoun: String { "job" }
  public static var solverKeys: [String] { [] }
  /// The name in plan files; files of the first problem name none.
  static var nameInFiles: String? { name == usualProblemName ? nil : name }

  public static func claims(_ document: Document) -> Bool {
    guard let token = document.member("problem", of: Document.root) else { return name == usualProblemName }
    return document.isString(token) && document.text(token) == name
  }

  public static func head(of document: Document) throws(InputError) -> PlanFile {
    try PlanFile.read(
      document, ownKeys: planKeys, optionalKeys: optionalPlanKeys, solverKeys: solverKeys)
  }

  public static func instance(_ instance: Instance, askedIn document: Document) throws(InputError) -> Instance
  {
    let name = try PlanFile.objectiveName(in: document, among: objectives)
    return name.map { self.instance(instance, withObjective: $0) } ?? instance
  }
}

/// The size of an instance; 0 for parts that its problem does not have.
public struct InstanceSize: Sendable {
  public var nodes: Int
  public var links: Int
  public var jobs: Int
  /// The number of layers of the longest DNN.
  public var layers: Int

  public init(nodes: Int = 0, links: Int = 0, jobs: Int = 0, layers: Int = 0) {
    self.nodes = nodes
    self.links = links
    self.jobs = jobs
    self.layers = layers
  }
}

/// The plan of a file, matched with its instance.
public struct StatedPlan<Plan: Sendable>: Sendable {
  /// The plan; `nil` if some part of it, such as a host or a route, could not be matched with the instance.
  public var plan: Plan?
  /// The reasons of mismatches, one sentence for each.
  public var findings: [String]

  public init(plan: Plan?, findings: [String] = []) {
    self.plan = plan
    self.findings = findings
  }
}

/// The problem of files that name none, such as those of the first versions.
public let usualProblemName = "splitting"
