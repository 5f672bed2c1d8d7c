import Documents
import Problems

/// The file of a schedule, as `layerroute schedule -o` writes it.
///
/// Its shape is older than the one that plan files of the other kinds share: `method` and `seconds` stand at the top, and
/// the objective says why the bound holds.
public struct ScheduleFile: Sendable {
  private let answer: Answer<QueueProblem>
  private var file: PlanFile { answer.file }

  /// The file of an answer by one of the kind's methods.
  public init(_ answer: Answer<QueueProblem>) { self.answer = answer }

  /// The text of the file.
  public func json() -> String { JSONWriter.text(of: .object(head + file.body)) }

  /// Everything but the jobs, for a caller whose schedule is in a file.
  public func summary(writtenTo file: String) -> JSONValue {
    .object(head + [.init("schedule", .string(file))])
  }

  private var head: [JSONValue.Member] {
    var members = [JSONValue.Member("layerroute", 1), .init("status", .string(file.status.rawValue))]
    if let reason = file.reason { members.append(.init("reason", .string(reason))) }
    guard file.status.hasPlan else { return members }
    if let method = file.solver?.origin.method { members.append(.init("method", .string(method))) }
    members.append(.init("discipline", .string(answer.instance.discipline.rawValue)))
    if let objective = file.objective {
      let report: JSONValue = [
        "kind": .string(objective.kind), "value": .number(objective.value),
        "bound": .number(objective.bound), "gap": .number(objective.gap),
        "boundBy": .string(answer.prover.description),
      ]
      members.append(.init("objective", report))
    }
    return members + [.init("seconds", .number(answer.secondsToBest))]
  }
}

extension ScheduleFile {
  /// The members of the file that hold the schedule, with the times of each job.
  public static func body(
    _ schedule: Schedule, of instance: QueueInstance, times: [JobTimes]
  ) -> [JSONValue.Member] {
    func list(_ nodes: [Int]) -> JSONValue {
      .array(nodes.map { .string(instance.network.nodes[$0].id.text) })
    }
    let ids = instance.jobs.map { JSONValue.string($0.id.text) }
    let jobs = schedule.plan.jobs.enumerated().map { job, plan -> JSONValue in
      let places = [
        JSONValue.Member("hosts", list(plan.hosts)), .init("routes", .array(plan.routes.map(list))),
      ]
      return .object([.init("id", ids[job])] + times[job].members + places)
    }
    return [.init("order", .array(schedule.order.map { ids[$0] })), .init("jobs", .array(jobs))]
  }
}

/// What a job sees of its schedule.
public struct JobTimes: Sendable, Equatable {
  /// [s]
  public var release: Double
  /// Simulated [s].
  public var completion: Double
  /// The job is complete by then, whatever less urgent jobs do; only under `preemptive` [s].
  public var guarantee: Double?
  /// Whether completion - release is at most the job's deadline; `nil` without one.
  public var meetsDeadline: Bool?

  public init(release: Double, completion: Double, guarantee: Double?, meetsDeadline: Bool?) {
    (self.release, self.completion) = (release, completion)
    (self.guarantee, self.meetsDeadline) = (guarantee, meetsDeadline)
  }

  /// As files have them.
  public var members: [JSONValue.Member] {
    var members = [JSONValue.Member("release", .number(release)), .init("completion", .number(completion))]
    if let guarantee { members.append(.init("guarantee", .number(guarantee))) }
    if let meetsDeadline { members.append(.init("deadline", .string(meetsDeadline ? "met" : "missed"))) }
    return members
  }
}
