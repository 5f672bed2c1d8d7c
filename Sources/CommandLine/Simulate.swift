import ArgumentParser
import LayerRoute
import Queues
import QueuesAlgorithms
import QueuesChecking

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate a schedule: completion times, the use of nodes and links, a timeline.",
    discussion: """
      The schedule is a file that `layerroute schedule -o` has written, or one made by hand: "order" names the jobs, the \
      most urgent first, and "jobs" has their hosts and routes as in a plan.

      Busy is the time in service, backlogs included; utilisation is that time over the time until everything is done. A \
      queue counts the waiting jobs, interrupted ones included.

      Exit status 0: done. 65: the file is no schedule of the instance.
      """)

  @OptionGroup var instance: InstanceOptions

  @Argument(help: "The schedule.", completion: .file(extensions: ["json"])) var schedule: String

  @Option(
    help: "The rule by which nodes and links choose the next job. (default: the schedule's, or preemptive)")
  var discipline: Discipline?

  @Option(help: "The objective of the schedule. (default: the schedule's, or makespan)")
  var objective: ScheduleObjective?

  @Option(
    help: "Draw which job each node and link serves when (SVG) in this file.",
    completion: .file(extensions: ["svg"]))
  var gantt: String?

  @Option(help: "How the results are printed; json includes the timeline.") var format: OutputFormat = .text

  func run() throws {
    var instance = try QueueProblem.instance(
      from: self.instance.document(of: Kinds.queues, for: "simulate"))
    if let gantt { try OutputFile.check(gantt, notReplacing: [self.instance.file, schedule]) }
    let document = try Document.read(file: schedule)
    instance = try QueueProblem.instance(instance, askedIn: document)
    if let discipline { instance.discipline = discipline }
    if let objective { instance.objective = objective }
    let schedule = try schedule(in: document, of: instance)
    let evaluation = ScheduleEvaluator(instance).evaluate(schedule, recording: true)
    if let gantt { try OutputFile.write(evaluation.gantt, to: gantt) }
    format.write(text: evaluation.text, json: evaluation.jsonValue)
  }

  /// The schedule of a file, which can be carried out.
  private func schedule(in document: Document, of instance: QueueInstance) throws -> Schedule {
    let stated = try QueueProblem.plan(in: document, of: instance)
    let flaws = stated.plan.map { ScheduleEvaluator(instance).violations(of: $0) } ?? []
    let reason = flaws.first { $0.kind == .structure }.map { "\($0)" }
    guard let schedule = stated.plan, reason == nil else {
      let message = "this is no schedule of the instance: \(reason ?? stated.findings[0])"
      throw InputError(file: self.schedule, message: message)
    }
    // Refuses instances with figures or limits that schedules do not account for.
    _ = try Batch(instance)
    return schedule
  }
}

extension ScheduleEvaluation {
  /// The results of the simulation for people.
  fileprivate var text: String {
    "simulated  \(instance.objective.rawValue) \(Figures.duration(value)), "
      + "discipline \(instance.discipline.rawValue)\n\n" + Kinds.queues.text(schedule, instance) + "\n"
      + resources.text
  }

  private var resources: TextTable {
    var table = TextTable([
      ("node or link", .left), ("busy", .right), ("utilisation", .right), ("mean queue", .right),
      ("longest queue", .right),
    ])
    for resource in usedResources {
      let usage = simulation.usage[resource]
      table.add([
        name(resource), Figures.duration(usage.busy), Figures.percentage(simulation.share(usage.busy)),
        Figures.digits(simulation.share(usage.waiting), 3), "\(usage.longestQueue)",
      ])
    }
    return table
  }

  /// All times in seconds; the timeline as stretches of service, backlogs without a job.
  fileprivate var jsonValue: JSONValue {
    let stretches = simulation.timeline.map { stretch -> JSONValue in
      var members = members(of: stretch.resource)
      if let job = stretch.job {
        let layers = instance.splitting.dnn(ofJob: job).layers
        members.append(.init("job", .string(instance.jobs[job].id.text)))
        members.append(.init("layer", stretch.layer < 0 ? .null : .string(layers[stretch.layer].name.text)))
      }
      return .object(members + [.init("start", .number(stretch.start)), .init("end", .number(stretch.end))])
    }
    let resources = usedResources.map { resource -> JSONValue in
      let usage = simulation.usage[resource]
      return .object(
        members(of: resource) + [
          .init("busy", .number(usage.busy)), .init("utilisation", .number(simulation.share(usage.busy))),
          .init("meanQueue", .number(simulation.share(usage.waiting))),
          .init("longestQueue", .number(Double(usage.longestQueue))),
        ])
    }
    let jobs = zip(instance.jobs, times).map { job, times -> JSONValue in
      .object([.init("id", .string(job.id.text))] + times.members)
    }
    return [
      "discipline": .string(instance.discipline.rawValue),
      "objective": ["kind": .string(instance.objective.rawValue), "value": .number(value)],
      "jobs": .array(jobs), "resources": .array(resources), "timeline": .array(stretches),
    ]
  }

  /// A node's id, or those of the ends of a link.
  private func members(of resource: Int) -> [JSONValue.Member] {
    let keys = names(resource).count == 1 ? ["node"] : ["from", "to"]
    return zip(keys, names(resource)).map { .init($0, .string($1.text)) }
  }
}

extension Simulation {
  /// A time over that of the whole simulation.
  fileprivate func share(_ seconds: Double) -> Double { end > 0 ? seconds / end : 0 }
}
