import ArgumentParser
import Charts
import Documents
import Foundations
import Queues
import QueuesChecking
import Splitting

/// Plays a schedule.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate a schedule: completion times, what nodes and links do, a timeline.",
    discussion: """
      The schedule is a file that `layerroute schedule -o` has written, or one made by hand: "order" names the jobs, the \
      most urgent first, and "jobs" their hosts and routes as in a plan.

      Busy is the time in service, a backlog included; utilisation is that over the time until all is done. A queue counts \
      jobs that wait, those that were interrupted included.

      Exit status 0: done. 65: the file is no schedule of the instance.
      """)

  @OptionGroup var instance: InstanceOptions

  @Argument(help: "The schedule.", completion: .file(extensions: ["json"]))
  var schedule: String

  @Option(help: "How nodes and links choose whom to serve. (default: as the schedule says, or preemptive)")
  var discipline: Discipline?

  @Option(help: "What the schedule is judged by. (default: as the schedule says, or makespan)")
  var objective: ScheduleObjective?

  @Option(help: "Draw who is served when (SVG) in this file.", completion: .file(extensions: ["svg"]))
  var gantt: String?

  @Option(help: "How the results are printed; json has the timeline as well.")
  var format: OutputFormat = .text

  func run() throws {
    let instance = try SplittingProblem.instance(from: self.instance.document())
    if let gantt { try OutputFile.check(gantt, notReplacing: [self.instance.file, schedule]) }
    let document = try ScheduleDocument.read(file: schedule)
    let found: Schedule
    do throws(ScheduleError) {
      found = try document.schedule(of: instance)
    } catch {
      throw InputError(file: schedule, message: "this is no schedule of the instance: \(error)")
    }
    let report = ScheduleReport(
      found, of: try SchedulingProblem(instance), objective: objective ?? document.objective ?? .makespan,
      discipline: discipline ?? document.discipline ?? .preemptive)
    if let gantt { try OutputFile.write(report.gantt, to: gantt) }
    switch format {
    case .text:
      let played = ScheduleDocument(
        found, of: instance, discipline: report.discipline, times: report.times)
      Console.write(SimulationText(report, played).text)
    case .json: Console.write(JSONWriter.text(of: report.jsonValue(instance)))
    }
  }
}

/// What a simulation comes to, for people.
private struct SimulationText {
  private let report: ScheduleReport
  private let document: ScheduleDocument

  init(_ report: ScheduleReport, _ document: ScheduleDocument) {
    self.report = report
    self.document = document
  }

  var text: String {
    let value = "\(report.objective.rawValue) \(Figures.duration(report.value))"
    return "simulated  \(value), discipline \(report.discipline.rawValue)\n\n"
      + ScheduleText(document).table.text + "\n" + resources.text
  }

  private var resources: TextTable {
    var table = TextTable([
      ("node or link", .left), ("busy", .right), ("utilisation", .right), ("mean queue", .right),
      ("longest queue", .right),
    ])
    for resource in report.usedResources {
      let usage = report.simulation.usage[resource]
      table.add([
        report.name(resource), Figures.duration(usage.busy),
        Figures.percentage(report.simulation.share(usage.busy)),
        Figures.digits(report.simulation.share(usage.waiting), 3), "\(usage.longestQueue)",
      ])
    }
    return table
  }
}

extension Simulation {
  /// A time over that of the whole simulation.
  fileprivate func share(_ seconds: Double) -> Double { end > 0 ? seconds / end : 0 }
}

extension ScheduleReport {
  /// All times in seconds; the timeline as stretches of service, backlogs without a job.
  fileprivate func jsonValue(_ instance: Instance) -> JSONValue {
    let stretches = simulation.timeline.map { stretch -> JSONValue in
      var members = members(of: stretch.resource)
      if let job = stretch.job {
        let layers = instance.dnn(ofJob: job).layers
        members.append(.init("job", .string(instance.jobs[job].id.text)))
        members.append(
          .init("layer", stretch.layer < 0 ? .null : .string(layers[stretch.layer].name.text)))
      }
      return .object(
        members + [.init("start", .number(stretch.start)), .init("end", .number(stretch.end))])
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
      "discipline": .string(discipline.rawValue),
      "objective": ["kind": .string(objective.rawValue), "value": .number(value)],
      "jobs": .array(jobs), "resources": .array(resources), "timeline": .array(stretches),
    ]
  }

  /// A node's id, or those of the ends of a link.
  private func members(of resource: Int) -> [JSONValue.Member] {
    let keys = names(resource).count == 1 ? ["node"] : ["from", "to"]
    return zip(keys, names(resource)).map { .init($0, .string($1.text)) }
  }
}
