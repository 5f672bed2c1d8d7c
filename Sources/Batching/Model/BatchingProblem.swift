import Documents
import Foundations
import Problems

/// Which users' tasks go into the next batch of an edge server, and where does each leave the DNN?
public enum BatchingProblem: Problem {
  public typealias Instance = BatchingInstance

  /// Who is served, and where each task leaves. The window, the shares of the bandwidth and all times follow.
  public struct Plan: Sendable, Equatable {
    /// For each user the index of the block behind which its task leaves; `nil` if it is not scheduled.
    public var exits: [Int?]

    public init(exits: [Int?]) { self.exits = exits }
  }

  public static let name = "batching"
  public static let summary =
    "which users' tasks go into the next batch of an edge server, with early exits and shared bandwidth?"

  public static let instanceKeys = BatchingReader.keys
  public static func instance(from document: Document) throws(InputError) -> Instance {
    try BatchingReader(document: document).instance()
  }

  public static func json(of instance: Instance) -> JSONValue { instance.jsonValue }

  public static func size(of instance: Instance) -> InstanceSize {
    InstanceSize(jobs: instance.users.count, layers: instance.blocks.count)
  }

  public static let jobNoun = "user"

  public static let objectives = ["value"]
  public static func objective(of instance: Instance) -> Objective {
    Objective("value", .maximise, quantity: .number)
  }
  public static func instance(_ instance: Instance, withObjective name: String) -> Instance { instance }

  public static let planKeys = ["window", "blocks", "users"]
  public static let emptyPlan: [JSONValue.Member] = [
    .init("window", 0), .init("blocks", []), .init("users", []),
  ]

  /// The instance, checked with the tolerance of all files: others need not keep to ours.
  public static func instance(_ instance: Instance, askedIn document: Document) throws(InputError) -> Instance
  {
    _ = try PlanFile.objectiveName(in: document, among: objectives)
    var instance = instance
    instance.tolerance = Tolerance.relative
    return instance
  }

  public static func plan(in document: Document, of instance: Instance) throws(InputError) -> StatedPlan<Plan>
  {
    try BatchingPlanReader(document: document, instance: instance).plan()
  }
}
