import Documents
import Problems

/// The problem of splitting: on which node does each layer run, and which links do its tensors cross?
public enum SplittingProblem: Problem {
  public typealias Instance = Splitting.Instance
  public typealias Plan = Splitting.Plan

  public static let name = "splitting"
  public static let summary = "where does each layer run, which links do tensors cross: least latency"

  public static func instance(from document: Document) throws(InputError) -> Instance {
    try document.instance()
  }

  public static func json(of instance: Instance) -> JSONValue { instance.jsonValue }

  public static func size(of instance: Instance) -> InstanceSize {
    InstanceSize(
      nodes: instance.network.nodes.count, links: instance.network.links.count, jobs: instance.jobs.count,
      layers: instance.jobs.map { instance.dnns[$0.dnn].layers.count }.max() ?? 0)
  }

  public static func objective(of instance: Instance) -> Objective {
    Objective(instance.options.objective.rawValue, quantity: .duration)
  }

  public static var objectives: [String] { ObjectiveKind.allCases.map(\.rawValue) }

  public static func instance(_ instance: Instance, withObjective name: String) -> Instance {
    var instance = instance
    instance.options.objective = ObjectiveKind(rawValue: name) ?? instance.options.objective
    return instance
  }

  public static let planKeys = ["jobs"]
  public static let emptyPlan = [JSONValue.Member("jobs", .array([]))]

  public static func plan(in document: Document, of instance: Instance) throws(InputError) -> StatedPlan<Plan>
  {
    StatedPlan(try document.statedJobs(), of: instance)
  }
}
