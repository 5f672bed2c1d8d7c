import ArgumentParser
import Charts
import Documents
import Foundation
import Foundations
import LayerRoute
import QueuesAlgorithms
import Solvers
import Splitting
import Synchronization

/// Schedules a batch of jobs.
struct ScheduleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "Decide which job goes where, and in which order jobs are served.",
    discussion: """
      Nodes compute one layer at a time, links carry one tensor at a time, and whoever comes later waits. The schedule is \
      simulated under the discipline: preemptive (the most urgent job, which interrupts others), priority (the most \
      urgent job that waits) or fifo (who came first).

      Methods: greedy (commit the job that can be done first, given those committed; repeat), largest (the one that takes \
      longest), sequential (in a given order), anneal (simulated annealing over orders, from the greedy one), exact (the \
      best there is, for a few jobs on a few nodes), and to compare with: source and fastest (all layers on one node), \
      alone (each job as if there were no others), random (an order at random).

      The bound is what no schedule can be below: each job alone, without backlogs (alone); for the makespan also the work \
      of all jobs, balanced over nodes and links by a backend (balance); exact proves its own. Under preemptive, no job \
      completes after its guarantee. Memory and loads are not looked at: where they could bind, the instance is refused.

      Ctrl-C ends anneal and exact with the best schedule so far; a second Ctrl-C ends them at once.

      Exit status 0: done. 2: some job has no host or no route, with a reason. 3: anneal or exact was stopped by \
      --time-limit, with the best schedule by then. 64: the instance is refused. 130 and 143: ended by SIGINT or SIGTERM.
      """)

  @OptionGroup var instance: InstanceOptions

  @OptionGroup var search: ScheduleSearch

  @Option(
    name: .shortAndLong, help: "Write the schedule to this file, and a summary to standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(help: "Draw who is served when (SVG) in this file.", completion: .file(extensions: ["svg"]))
  var gantt: String?

  @Option(help: "How the schedule, or with -o the summary, is printed.")
  var format: OutputFormat = .text

  func run() async throws {
    let instance = try SplittingProblem.instance(from: self.instance.document())
    for file in [output, gantt].compactMap(\.self) {
      try OutputFile.check(file, notReplacing: [self.instance.file])
    }
    if let output, let gantt, Self.isSame(output, gantt) {
      throw UsageError(message: "-o and --gantt name the same file; give each a name of its own")
    }
    let latest = LatestSchedule()
    let (answer, isComplete) = try await Interrupts.cancelling { [self] in
      guard let answer = latest.answer else { return nil }
      do {
        try print(answer)
      } catch {
        Console.complain("\(error)")
      }
      return nil
    } _: { [self] in
      do {
        return try await schedule(instance, latest)
      } catch SchedulingError.unservable(_, let alone) {
        let reason = try await Kinds.splitting.solve(alone).file.reason
        return (ScheduleAnswer(document: .infeasible(reason ?? "some job has no plan"), gantt: nil), true)
      }
    }
    try print(answer)
    let status: ExitStatus? = answer.document.reason == nil ? (isComplete ? nil : .limit) : .infeasible
    if let status = Interrupts.exitStatus ?? status { throw status }
  }

  /// Whether two paths are one.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    URL(filePath: left).standardizedFileURL == URL(filePath: right).standardizedFileURL
  }

  /// What the linear program of the bound may take [s].
  private static let balanceLimit = 10.0

  private func schedule(
    _ instance: Instance, _ latest: LatestSchedule
  ) async throws -> (ScheduleAnswer, isComplete: Bool) {
    let start = ContinuousClock.now
    let problem = try SchedulingProblem(instance)
    let stop = StopSign()
    return try await withTaskCancellationHandler {
      try await schedule(problem, since: start, stop, latest)
    } onCancel: {
      stop.raise()
    }
  }

  private func schedule(
    _ problem: SchedulingProblem, since start: ContinuousClock.Instant, _ stop: StopSign,
    _ latest: LatestSchedule
  ) async throws -> (ScheduleAnswer, isComplete: Bool) {
    let found = try search.schedule(of: problem, stop)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let report = ScheduleReport(
      found.schedule, of: problem, objective: search.objective, discipline: search.discipline)
    func answer(_ bound: LowerBound) throws -> ScheduleAnswer {
      ScheduleAnswer(
        document: try report.document(method: search.method.rawValue, bound: bound, seconds: seconds),
        gantt: gantt == nil ? nil : report.gantt)
    }
    if found.isProven {
      return (try answer(LowerBound(seconds: report.value, reason: .exact)), true)
    }
    let known = try answer(problem.boundOfJobsAlone(search.objective))
    latest.set(known)
    // Nobody who has pressed Ctrl-C waits for a better bound.
    guard !stop.isRaised else { return (known, found.isComplete) }
    let bound = await problem.lowerBound(
      search.objective, solvers: WorkerBackend.all,
      limit: min(Self.balanceLimit, max(1, search.timeLimit ?? .infinity)), cancellation: stop.cancellation
    ) { Console.complain("warning: \($0)") }
    return (try answer(bound), found.isComplete)
  }

  private func print(_ answer: ScheduleAnswer) throws {
    let document = answer.document
    if let output { try Console.save(document.json(), to: output) }
    if let gantt, let picture = answer.gantt { try OutputFile.write(picture, to: gantt) }
    switch (format, output) {
    case (.json, nil): Console.write(document.json())
    case (.json, let file?): Console.write(JSONWriter.text(of: document.summary(writtenTo: file)))
    case (.text, _): Console.write(ScheduleText(document).text)
    }
  }
}

/// What is printed and written.
private struct ScheduleAnswer: Sendable {
  let document: ScheduleDocument
  /// `nil` where none was asked for.
  let gantt: String?
}

/// The schedule that is the answer if nothing better comes in time.
private final class LatestSchedule: Sendable {
  private let latest = Mutex<ScheduleAnswer?>(nil)

  var answer: ScheduleAnswer? { latest.withLock { $0 } }

  func set(_ answer: ScheduleAnswer) { latest.withLock { $0 = answer } }
}

/// Tells searches on any thread to end.
final class StopSign: Sendable {
  private let raised = Atomic(false)

  var isRaised: Bool { raised.load(ordering: .relaxed) }

  func raise() { raised.store(true, ordering: .relaxed) }

  var cancellation: Cancellation { Cancellation { self.isRaised } }
}
