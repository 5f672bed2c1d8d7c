import Documents
import Problems

/// The problem of splitting: on which node does each layer run, and which links do its tensors cross?
public enum SplittingProblem: Problem {
  public typealias Instance = Splitting.Instance
  public typealias Plan = Splitting.Plan

  public static let name = "splitting"
  public static let summary =
    "where does each layer run, which links do tensors cross: least latency, or highest throughput"

  public static let instanceKeys = Document.instanceKeys
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
    let kind = instance.options.objective
    guard kind == .bottleneck else { return Objective(kind.rawValue, quantity: .duration) }
    // Where jobs count with 1/s, the load is the time between two inferences.
    let hasRates = instance.jobs.contains { $0.rate > 0 }
    return Objective(kind.rawValue, quantity: hasRates ? .load : .duration, hasThroughput: true)
  }

  public static var objectives: [String] { ObjectiveKind.allCases.map(\.rawValue) }

  public static func instance(_ instance: Instance, withObjective name: String) -> Instance {
    var instance = instance
    instance.options.objective = ObjectiveKind(rawValue: name) ?? instance.options.objective
    return instance
  }

  public static func instance(_ instance: Instance, askedIn document: Document) throws(InputError) -> Instance
  {
    let asked = try PlanFile.objectiveName(in: document, among: objectives).map {
      self.instance(instance, withObjective: $0)
    }
    let hasBottleneck = document.member("bottleneck", of: Document.root) != nil
    return hasBottleneck && asked?.options.objective == .total ? instance.withFreeLoads : asked ?? instance
  }

  public static let planKeys = ["jobs"]
  /// The busiest nodes and links, and the largest load of a plan with another objective.
  public static let optionalPlanKeys = ["bottlenecks", "bottleneck"]
  public static let emptyPlan = [JSONValue.Member("jobs", .array([]))]

  public static func plan(in document: Document, of instance: Instance) throws(InputError) -> StatedPlan<Plan>
  {
    try document.checkBottlenecks()
    return StatedPlan(try document.statedJobs(), of: instance)
  }
}
