import ArgumentParser
import Foundation
import LayerRoute
import Queues
import QueuesChecking

struct ScheduleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule", abstract: "Decide where each job runs and in which order jobs are served.",
    discussion: """
      Nodes compute one layer at a time, links carry one tensor at a time, and other jobs wait. The schedule is simulated \
      under a discipline: preemptive (the most urgent job, which interrupts others), priority (the most urgent waiting \
      job) or fifo (the job that came first).

      Methods: \(Kinds.queues.methods.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")).

      The bound is a lower bound on the objective of every schedule: each job alone, without backlogs (alone); for the \
      makespan also the work of all jobs, balanced over nodes and links by a backend (balance); exact proves its own. \
      Under preemptive, no job completes after its guarantee. Schedules do not account for memory and loads: if these \
      could bind, the instance is refused.

      Ctrl-C ends anneal and exact with the best schedule so far; a second Ctrl-C ends them at once.

      Exit status 0: done. 2: some job has no host or no route, with a reason. 3: --time-limit stopped the method, \
      with the best schedule so far. 64: the instance is refused. 130 and 143: ended by SIGINT or SIGTERM.
      """)

  @OptionGroup var instance: InstanceOptions
  @OptionGroup var options: ScheduleOptions

  @Option(output: "Write the schedule to this file and a summary to standard output.") var output: String?

  @Option(
    help: "Draw which job each node and link serves when (SVG) in this file.",
    completion: .file(extensions: ["svg"]))
  var gantt: String?

  @Option(help: "How the schedule, or with -o the summary, is printed.") var format: OutputFormat = .text

  func run() async throws {
    var instance = try QueueProblem.instance(
      from: self.instance.document(of: Kinds.queues, for: "schedule"))
    (instance.discipline, instance.objective) = (options.discipline, options.objective)
    let files = [output, gantt].compactMap(\.self)
    for file in files { try OutputFile.check(file, notReplacing: [self.instance.file]) }
    if Set(files.map { URL(filePath: $0).standardizedFileURL }).count < files.count {
      throw UsageError("-o and --gantt name the same file; give each a name of its own")
    }
    let search = try PlanSearch(
      instance, Kinds.queues, SolveRequest(method: options.method.name, parameters: options.parameters()))
    let answer = try await Interrupts.cancelling { [self] in
      let answer = search.answerSoFar()
      // Methods bound their schedule when they have one.
      guard answer.known != nil, answer.bound > -.infinity else { return nil }
      Console.complaining { try print(answer) }
      return nil
    } _: {
      try await search.answer()
    }
    for warning in answer.warnings { Console.complain("warning: \(warning)") }
    try print(answer)
    let status: ExitStatus? =
      answer.file.status == .infeasible ? .infeasible : answer.isStopped ? .limit : nil
    if let status = Interrupts.exitStatus ?? status { throw status }
  }

  private func print(_ answer: Answer<QueueProblem>) throws {
    let file = ScheduleFile(answer)
    if let output { try Console.save(file.json(), to: output) }
    if let gantt, let schedule = answer.plan {
      let evaluation = ScheduleEvaluator(answer.instance).evaluate(schedule, recording: true)
      try OutputFile.write(evaluation.gantt, to: gantt)
    }
    if format == .json, output == nil { return Console.write(file.json()) }
    format.write(text: text(answer), json: file.summary(writtenTo: output ?? ""))
  }

  private func text(_ answer: Answer<QueueProblem>) -> String {
    guard let report = answer.file.objective, let schedule = answer.plan else {
      return "status     infeasible\nreason     \(answer.file.reason ?? "")\n"
    }
    let bound =
      "bound \(Figures.duration(report.bound)) by \(answer.prover), gap \(Figures.percentage(report.gap))"
    return """
      objective  \(report.kind) \(Figures.duration(report.value)) simulated (\(bound))
      found by   \(options.method.name), discipline \(answer.instance.discipline.rawValue), \
      in \(Figures.duration(answer.secondsToBest))

      \(Kinds.queues.text(schedule, answer.instance))
      """
  }
}
