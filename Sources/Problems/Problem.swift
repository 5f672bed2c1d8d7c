import Documents
import Foundations

/// A kind of problem: what its instances and plans are, as values and as files.
///
/// The model target of a kind conforms to it. It says nothing of how an instance is solved or a plan is checked:
/// ``Kind`` puts these together.
public protocol Problem: Sendable {
  associatedtype Instance: Sendable
  associatedtype Plan: Sendable

  /// The word in files: `"problem": NAME`.
  static var name: String { get }
  /// The question in one line, for lists.
  static var summary: String { get }
  /// The word in the instance files that it takes: another kind's, where it asks another question about these.
  static var instanceName: String { get }

  /// Reads an instance, all of whose keys and names it checks.
  static func instance(from document: Document) throws(InputError) -> Instance
  /// The instance as its file.
  static func json(of instance: Instance) -> JSONValue

  /// How large the instance is, for tables.
  static func size(of instance: Instance) -> InstanceSize

  /// What plans of the instance are judged by.
  static func objective(of instance: Instance) -> Objective
  /// The objectives that can be asked for by name; the usual one first.
  static var objectives: [String] { get }
  /// The same instance with another objective.
  static func instance(_ instance: Instance, withObjective name: String) -> Instance

  /// Whether a plan file is of this kind; by default what its key `problem` says.
  ///
  /// A kind whose plan files do not name it knows them by keys that no other kind has, and is asked before the others.
  static func claims(_ document: Document) -> Bool
  /// The keys of a plan file that are this kind's own.
  static var planKeys: [String] { get }
  /// The members of a plan file without a plan, besides those that all kinds share.
  static var emptyPlan: [JSONValue.Member] { get }
  /// Reads what a plan file says besides its plan; by default what files of all kinds share.
  static func head(of document: Document) throws(InputError) -> PlanFile
  /// The instance with the question that a plan file answers: its objective, and whatever else files say of it.
  static func instance(_ instance: Instance, askedIn document: Document) throws(InputError) -> Instance
  /// Reads the plan in a file's own keys.
  ///
  /// - Throws: if the file is no plan at all. A plan of another instance is a finding.
  static func plan(in document: Document, of instance: Instance) throws(InputError) -> StatedPlan<Plan>
}

extension Problem {
  public static var instanceName: String { name }

  public static func claims(_ document: Document) -> Bool {
    guard let token = document.member("problem", of: Document.root) else { return name == usualProblemName }
    return document.isString(token) && document.text(token) == name
  }

  public static func head(of document: Document) throws(InputError) -> PlanFile {
    try PlanFile.read(document, ownKeys: planKeys)
  }

  public static func instance(_ instance: Instance, askedIn document: Document) throws(InputError) -> Instance
  {
    guard let objective = document.member("objective", of: Document.root) else { return instance }
    let token = try document.required("kind", of: objective)
    let name = try document.string(token)
    guard objectives.contains(name) else {
      throw document.error(
        token, "\(TerminalText.quoted(name)) is not one of \(objectives.joined(separator: ", "))")
    }
    return self.instance(instance, withObjective: name)
  }
}

/// How large an instance is; 0 for what its kind does not have.
public struct InstanceSize: Sendable {
  public var nodes: Int
  public var links: Int
  public var jobs: Int
  /// Of the longest DNN.
  public var layers: Int

  public init(nodes: Int = 0, links: Int = 0, jobs: Int = 0, layers: Int = 0) {
    self.nodes = nodes
    self.links = links
    self.jobs = jobs
    self.layers = layers
  }
}

/// What a plan file states, matched with its instance.
public struct StatedPlan<Plan: Sendable>: Sendable {
  /// `nil` if hosts, routes or whatever a plan consists of could not be matched with the instance.
  public var plan: Plan?
  /// Why, a sentence each.
  public var findings: [String]

  public init(plan: Plan?, findings: [String] = []) {
    self.plan = plan
    self.findings = findings
  }
}

/// The kind of files that name none, as those of the first versions do.
public let usualProblemName = "splitting"
