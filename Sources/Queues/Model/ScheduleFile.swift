import Documents
import Foundations
import Splitting
import SplittingChecking

/// A schedule as its file holds it: what the jobs do, and in which order they are served; names stay names here.
public struct ScheduleDocument: Sendable, Equatable {
  /// How nodes and links choose; `nil` where a schedule made by hand does not say.
  public var discipline: Discipline?
  /// What it is judged by; `nil` where a schedule made by hand does not say.
  public var objective: ScheduleObjective?
  /// Why there is no schedule; `nil` where there is one.
  public var reason: String?
  /// How it was found, and what it is worth; a schedule made by hand has none.
  public var result: Result?
  /// Ids of the jobs, the most urgent first.
  public var order: [Name]
  public var jobs: [JobEntry]

  public struct Result: Sendable, Equatable {
    public var method: String
    /// Simulated [s].
    public var value: Double
    public var bound: LowerBound
    /// What the value would be if jobs took no time [s].
    public var start: Double
    /// From the parsed instance to the schedule [s].
    public var seconds: Double

    public init(method: String, value: Double, bound: LowerBound, start: Double, seconds: Double) {
      self.method = method
      self.value = value
      self.bound = bound
      self.start = start
      self.seconds = seconds
    }

    /// (value - bound) / (value - start); 0 where these are alike.
    public var gap: Double { value > start ? max(0, (value - bound.seconds) / (value - start)) : 0 }

    /// Whether no schedule is better.
    public var isOptimal: Bool { gap <= 1e-6 }
  }

  public struct JobEntry: Sendable, Equatable {
    public var id: Name
    /// What was promised; `nil` where nothing was.
    public var times: Times?
    /// The node of each layer.
    public var hosts: [Name]
    /// The nodes that each stage passes.
    public var routes: [[Name]]

    public init(id: Name, times: Times? = nil, hosts: [Name], routes: [[Name]]) {
      self.id = id
      self.times = times
      self.hosts = hosts
      self.routes = routes
    }
  }

  public struct Times: Sendable, Equatable {
    /// [s]
    public var release: Double
    /// Simulated [s].
    public var completion: Double
    /// By when the job is complete under `preemptive`; `nil` under other disciplines [s].
    public var guarantee: Double?
    /// Whether completion - release is at most the job's deadline; `nil` without one.
    public var meetsDeadline: Bool?

    public init(release: Double, completion: Double, guarantee: Double?, meetsDeadline: Bool?) {
      self.release = release
      self.completion = completion
      self.guarantee = guarantee
      self.meetsDeadline = meetsDeadline
    }
  }

  public init(
    discipline: Discipline? = nil, objective: ScheduleObjective? = nil, result: Result? = nil, order: [Name],
    jobs: [JobEntry]
  ) {
    self.discipline = discipline
    self.objective = objective
    self.result = result
    self.order = order
    self.jobs = jobs
  }
}

// MARK: Writing

extension ScheduleDocument {
  /// The answer where no schedule can be.
  public static func infeasible(_ reason: String) -> ScheduleDocument {
    var document = ScheduleDocument(order: [], jobs: [])
    document.reason = reason
    return document
  }

  /// The text of its file.
  public func json() -> String { JSONWriter.text(of: jsonValue) }

  public var jsonValue: JSONValue {
    .object(
      head + [
        .init("order", .array(order.map { .string($0.text) })), .init("jobs", .array(jobs.map(\.jsonValue))),
      ])
  }

  /// Everything but the jobs.
  public func summary(writtenTo file: String) -> JSONValue {
    .object(head + [.init("schedule", .string(file))])
  }

  private var head: [JSONValue.Member] {
    var members: [JSONValue.Member] = [.init("layerroute", 1)]
    if let reason { members += [.init("status", "infeasible"), .init("reason", .string(reason))] }
    if let result { members.append(.init("status", .string(result.isOptimal ? "optimal" : "feasible"))) }
    if let result { members.append(.init("method", .string(result.method))) }
    if let discipline { members.append(.init("discipline", .string(discipline.rawValue))) }
    if let objective {
      members.append(
        .init("objective", .object([.init("kind", .string(objective.rawValue))] + (result?.members ?? []))))
    }
    if let result { members.append(.init("seconds", .number(result.seconds))) }
    return members
  }
}

extension ScheduleDocument.Result {
  fileprivate var members: [JSONValue.Member] {
    [
      .init("value", .number(value)), .init("bound", .number(bound.seconds)), .init("gap", .number(gap)),
      .init("boundBy", .string(bound.reason.rawValue)),
    ]
  }
}

extension ScheduleDocument.Times {
  public var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("release", .number(release)), .init("completion", .number(completion)),
    ]
    if let guarantee { members.append(.init("guarantee", .number(guarantee))) }
    if let meetsDeadline { members.append(.init("deadline", .string(meetsDeadline ? "met" : "missed"))) }
    return members
  }
}

extension ScheduleDocument.JobEntry {
  fileprivate var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [.init("id", .string(id.text))]
    members += times?.members ?? []
    members += [
      .init("hosts", .array(hosts.map { .string($0.text) })),
      .init("routes", .array(routes.map { .array($0.map { .string($0.text) }) })),
    ]
    return .object(members)
  }
}

// MARK: From and to schedules

extension ScheduleDocument {
  /// The document of a schedule.
  ///
  /// - Parameters:
  ///   - schedule: of the instance's jobs.
  ///   - instance: whose names it uses.
  ///   - discipline: how nodes and links choose.
  ///   - objective: what it is judged by.
  ///   - result: how it was found.
  ///   - times: one a job, if they are known.
  public init(
    _ schedule: Schedule, of instance: Instance, discipline: Discipline? = nil,
    objective: ScheduleObjective? = nil, result: Result? = nil, times: [Times]? = nil
  ) {
    let nodes = instance.network.nodes
    self.init(
      discipline: discipline, objective: objective, result: result,
      order: schedule.order.map { instance.jobs[$0].id },
      jobs: schedule.plan.jobs.enumerated().map { index, plan in
        JobEntry(
          id: instance.jobs[index].id, times: times?[index], hosts: plan.hosts.map { nodes[$0].id },
          routes: plan.routes.map { $0.map { nodes[$0].id } })
      })
  }

  /// The schedule that it describes.
  ///
  /// - Parameter instance: whose jobs it schedules.
  /// - Throws: ``ScheduleError`` where it is none of the instance: names that are not there, jobs that are missing, hosts or
  ///   routes that cannot be.
  public func schedule(of instance: Instance) throws(ScheduleError) -> Schedule {
    let nodes = index(instance.network.nodes.map(\.id))
    let jobIndices = index(instance.jobs.map(\.id))
    func find(_ name: Name, _ kind: String, _ indices: [Name: Int]) throws(ScheduleError) -> Int {
      guard let index = indices[name] else {
        throw ScheduleError("the instance has no \(kind) \(TerminalText.quoted(name.text))")
      }
      return index
    }
    var plans = [JobPlan?](repeating: nil, count: instance.jobs.count)
    for entry in jobs {
      let job = try find(entry.id, "job", jobIndices)
      guard plans[job] == nil else {
        throw ScheduleError("job \(TerminalText.quoted(entry.id.text)) is there twice")
      }
      var plan = JobPlan(hosts: [], routes: [])
      for host in entry.hosts { plan.hosts.append(try find(host, "node", nodes)) }
      for route in entry.routes {
        var stops: [Int] = []
        for stop in route { stops.append(try find(stop, "node", nodes)) }
        plan.routes.append(stops)
      }
      plans[job] = plan
    }
    if let missing = plans.firstIndex(of: nil) {
      throw ScheduleError("job \(TerminalText.quoted(instance.jobs[missing].id.text)) is missing")
    }
    var order: [Int] = []
    for id in self.order { order.append(try find(id, "job", jobIndices)) }
    guard order.sorted() == Array(instance.jobs.indices) else {
      throw ScheduleError("the order must name every job once")
    }
    let plan = Plan(jobs: plans.compactMap(\.self))
    let flaw = Evaluator(instance).evaluate(plan).violations.first { $0.kind == .structure }
    if let flaw { throw ScheduleError("\(flaw)") }
    return Schedule(plan: plan, order: order)
  }

  private func index(_ names: [Name]) -> [Name: Int] {
    Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
  }
}

/// Why a schedule is none of an instance.
public struct ScheduleError: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
