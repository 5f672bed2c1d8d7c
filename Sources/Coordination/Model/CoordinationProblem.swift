import Documents
import Problems

/// Which blocks of which DNNs do the requests of each task pass, and at what rate?
public enum CoordinationProblem: Problem {
  public typealias Instance = CoordinationInstance
  public typealias Plan = CoordinationPlan

  public static let name = "coordination"
  public static let summary =
    "which blocks of which DNNs does a request pass, if services share blocks and machines?"

  /// The tolerance of accuracies, an absolute one: 0.92 - 0.06 - 0.02 attains 0.84.
  public static let accuracyTolerance = 1e-9

  public static let instanceKeys = CoordinationReader.keys
  public static func instance(from document: Document) throws(InputError) -> CoordinationInstance {
    try CoordinationReader(document).instance()
  }

  public static func json(of instance: CoordinationInstance) -> JSONValue { instance.jsonValue }

  public static func size(of instance: CoordinationInstance) -> InstanceSize {
    InstanceSize(
      nodes: instance.network.nodes.count, links: instance.network.links.count, jobs: instance.tasks.count,
      layers: instance.services.map(\.blocks.count).max() ?? 0)
  }

  public static let jobNoun = "task"

  public static let objectives = ["reward"]

  public static func objective(of instance: CoordinationInstance) -> Objective {
    Objective("reward", .maximise, quantity: .number)
  }

  public static func instance(
    _ instance: CoordinationInstance, withObjective name: String
  ) -> CoordinationInstance { instance }

  public static let planKeys = ["tasks", "nodes", "links"]
  public static let emptyPlan = planKeys.map { JSONValue.Member($0, .array([])) }
  /// How many paths a method evaluated, and how many there are.
  public static let solverKeys = ["evaluated", "paths"]

  public static func plan(
    in document: Document, of instance: CoordinationInstance
  ) throws(InputError) -> StatedPlan<CoordinationPlan> {
    try CoordinationPlanReader(document, instance).plan()
  }
}
