import ArgumentParser
import Instances
import LayerRoute
import Scheduling

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

  @Option(help: "Draw who is served when (SVG) in this file.", completion: .file(extensions: ["svg"]))
  var gantt: String?

  @Option(help: "How the results are printed; json has the timeline as well.")
  var format: OutputFormat = .text

  func run() throws {
    let instance = try self.instance.read()
    if let gantt { try OutputFile.check(gantt, notReplacing: [self.instance.file, schedule]) }
    let document = try ScheduleDocument.read(file: schedule)
    let found: Schedule
    do throws(ScheduleError) {
      found = try document.schedule(of: instance)
    } catch {
      throw InputError(file: schedule, message: "this is no schedule of the instance: \(error)")
    }
    let report = ScheduleReport(
      found, of: try SchedulingProblem(instance), objective: document.result?.objective ?? .makespan,
      discipline: discipline ?? document.result?.discipline ?? .preemptive)
    if let gantt { try OutputFile.write(report.gantt, to: gantt) }
    switch format {
    case .text: Console.write(SimulationText(report, of: instance, order: found.order).text)
    case .json: Console.write(JSONWriter.text(of: report.jsonValue(instance)))
    }
  }
}

/// What a simulation comes to, for people.
private struct SimulationText {
  private let report: ScheduleReport
  private let instance: Instance
  private let order: [Int]

  init(_ report: ScheduleReport, of instance: Instance, order: [Int]) {
    self.report = report
    self.instance = instance
    self.order = order
  }

  var text: String { jobs.text + "\n" + resources.text }

  private var jobs: TextTable {
    var table = TextTable([
      ("job", .left), ("release", .right), ("completion", .right), ("in the system", .right),
    ])
    for job in order {
      let completion = report.simulation.completions[job]
      table.add([
        TerminalText.shortened(instance.jobs[job].id.text), Figures.duration(instance.jobs[job].release),
        Figures.duration(completion), Figures.duration(completion - instance.jobs[job].release),
      ])
    }
    return table
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
      var members: [JSONValue.Member] = [.init("resource", .string(name(stretch.resource)))]
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
      return [
        "resource": .string(name(resource)), "busy": .number(usage.busy),
        "utilisation": .number(simulation.share(usage.busy)),
        "meanQueue": .number(simulation.share(usage.waiting)),
        "longestQueue": .number(Double(usage.longestQueue)),
      ]
    }
    let jobs = instance.jobs.indices.map { job -> JSONValue in
      [
        "id": .string(instance.jobs[job].id.text), "release": .number(instance.jobs[job].release),
        "completion": .number(simulation.completions[job]),
      ]
    }
    return [
      "objective": .number(value), "jobs": .array(jobs), "resources": .array(resources),
      "timeline": .array(stretches),
    ]
  }
}
