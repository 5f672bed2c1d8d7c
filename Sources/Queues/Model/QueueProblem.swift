import Documents
import Problems
import Splitting

/// In which order are jobs served that wait for each other, and where does each of their layers run?
public enum QueueProblem: Problem {
  public typealias Instance = QueueInstance
  public typealias Plan = Schedule

  public static let name = "queues"
  public static let summary =
    "jobs wait for each other: where does each layer run, and which job goes first: least completion time"
  public static let instanceName = SplittingProblem.name

  public static func instance(from document: Document) throws(InputError) -> QueueInstance {
    QueueInstance(try SplittingProblem.instance(from: document))
  }

  public static func json(of instance: QueueInstance) -> JSONValue {
    SplittingProblem.json(of: instance.splitting)
  }

  public static func size(of instance: QueueInstance) -> InstanceSize {
    SplittingProblem.size(of: instance.splitting)
  }

  public static func objective(of instance: QueueInstance) -> Objective {
    Objective(instance.objective.rawValue, quantity: .duration, origin: instance.origin)
  }

  public static var objectives: [String] { ScheduleObjective.allCases.map(\.rawValue) }

  public static func instance(_ instance: QueueInstance, withObjective name: String) -> QueueInstance {
    var instance = instance
    instance.objective = ScheduleObjective(rawValue: name) ?? instance.objective
    return instance
  }
}

extension QueueProblem {
  public static let planKeys = ["order", "jobs"]
  public static let emptyPlan = [JSONValue.Member("order", .array([])), JSONValue.Member("jobs", .array([]))]

  /// Schedules are older than the key `problem`, and are the only plans with an order.
  public static func claims(_ document: Document) -> Bool {
    guard document.member("order", of: Document.root) != nil else { return false }
    guard let token = document.member("problem", of: Document.root) else { return true }
    return document.isString(token) && document.text(token) == name
  }

  /// A schedule made by hand may leave out everything but its plan.
  public static func head(of document: Document) throws(InputError) -> PlanFile {
    try ScheduleReader(document).head()
  }

  /// The discipline and the objective that the file names; without them `preemptive` and `makespan`.
  public static func instance(
    _ instance: QueueInstance, askedIn document: Document
  ) throws(InputError) -> QueueInstance {
    try ScheduleReader(document).question(of: instance.splitting)
  }

  public static func plan(
    in document: Document, of instance: QueueInstance
  ) throws(InputError) -> StatedPlan<Schedule> {
    try ScheduleReader(document).plan(of: instance.splitting)
  }
}
