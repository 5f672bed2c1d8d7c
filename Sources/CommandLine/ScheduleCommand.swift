import ArgumentParser
import Foundation
import Instances
import LayerRoute
import Scheduling

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

      The bound is what no schedule can be below; for the makespan, a backend balances the load as well. Under preemptive, \
      no job completes after its guarantee. Memory and loads are not looked at: where they could bind, the instance is \
      refused.

      Exit status 0: done. 3: --method exact was stopped by --time-limit, with the best schedule by then. 64: the instance \
      is refused.
      """)

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case greedy, largest, sequential, anneal, exact, source, fastest, alone, random
  }

  @OptionGroup var instance: InstanceOptions

  @Option(help: "How the schedule is found.")
  var method: Method = .greedy

  @Option(
    help: ArgumentHelp(
      "For sequential: all jobs, the most urgent first, separated by commas. (default: as in the file)",
      valueName: "ids"))
  var order: String?

  @Option(help: "What is minimised, and judged: the largest completion time, or their weighted mean.")
  var objective: ScheduleObjective = .makespan

  @Option(help: "How nodes and links choose whom to serve.")
  var discipline: Discipline = .preemptive

  @OptionGroup(title: "ANNEALING")
  var annealing: AnnealingOptions

  @Option(help: ArgumentHelp("Stop exact after this many seconds.", valueName: "seconds"))
  var timeLimit: Double = 60

  @Option(
    name: .shortAndLong, help: "Write the schedule to this file, and a summary to standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(help: "Draw who is served when (SVG) in this file.", completion: .file(extensions: ["svg"]))
  var gantt: String?

  @Option(help: "How the schedule is printed.")
  var format: OutputFormat = .text

  func validate() throws {
    guard timeLimit > 0 else { throw ValidationError("--time-limit is \(timeLimit); it must be positive.") }
    guard order == nil || method == .sequential else {
      throw ValidationError("--order is for --method sequential.")
    }
  }

  func run() async throws {
    let instance = try self.instance.read()
    for file in [output, gantt].compactMap(\.self) {
      try OutputFile.check(file, notReplacing: [self.instance.file])
    }
    let problem = try SchedulingProblem(instance)
    let start = ContinuousClock.now
    let found = try schedule(of: problem)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let report = ScheduleReport(
      found.schedule, of: problem, objective: objective, discipline: discipline)
    let bound = found.isProven ? report.value : await self.bound(of: problem)
    let document = report.document(method: method.rawValue, bound: min(bound, report.value), seconds: seconds)
    if let output { try OutputFile.write(document.json(), to: output) }
    if let gantt { try OutputFile.write(report.gantt, to: gantt) }
    switch format {
    case .text: Console.write(ScheduleText(document).text)
    case .json: Console.write(document.json())
    }
    if method == .exact, !found.isProven { throw ExitStatus.limit }
  }

  private func schedule(of problem: SchedulingProblem) throws -> (schedule: Schedule, isProven: Bool) {
    switch method {
    case .greedy: return (GreedyScheduling(problem).result().schedule, false)
    case .largest: return (GreedyScheduling(problem, choice: .largest).result().schedule, false)
    case .sequential: return (SequentialRouting(problem).schedule(try order(of: problem.instance)), false)
    case .anneal:
      let start = GreedyScheduling(problem).result().schedule
      let search = SimulatedAnnealing(
        problem, objective: objective, discipline: discipline, parameters: annealing.parameters)
      return (search.schedule(from: start.order), false)
    case .exact:
      let start = GreedyScheduling(problem).result().schedule
      let result = ExactScheduling(problem, objective: objective, discipline: discipline)
        .result(from: start, limit: timeLimit)
      return (result.schedule, result.isProven)
    case .source: return (try schedule(of: problem, .source), false)
    case .fastest: return (try schedule(of: problem, .fastest), false)
    case .alone: return (try schedule(of: problem, .alone), false)
    case .random: return (try schedule(of: problem, .random), false)
    }
  }

  private func schedule(of problem: SchedulingProblem, _ baseline: Baseline) throws(UsageError) -> Schedule {
    guard let schedule = baseline.schedule(problem, seed: annealing.seed) else {
      throw UsageError(
        message:
          "\(method.rawValue): some layer cannot run there, or no route leads there; use another method")
    }
    return schedule
  }

  private func order(of instance: Instance) throws(UsageError) -> [Int] {
    guard let order else { return Array(instance.jobs.indices) }
    var indices: [Int] = []
    for id in order.split(separator: ",", omittingEmptySubsequences: false) {
      guard let index = instance.jobs.firstIndex(where: { $0.id == Name(String(id)) }) else {
        throw UsageError(message: "--order: the instance has no job \(TerminalText.quoted(String(id)))")
      }
      indices.append(index)
    }
    guard indices.sorted() == Array(instance.jobs.indices) else {
      throw UsageError(message: "--order must name each of the \(instance.jobs.count) jobs once")
    }
    return indices
  }

  /// What the linear program may take [s].
  private static let balanceLimit = 10.0

  /// What no schedule is below [s].
  private func bound(of problem: SchedulingProblem) async -> Double {
    let alone = objective.value(of: problem.earliestCompletions, weights: problem.instance.jobs.map(\.weight))
    guard objective == .makespan else { return alone }
    for solver in Registry.standard.solvers {
      if let balanced = await BalanceBound(problem).seconds(solver: solver, limit: Self.balanceLimit) {
        return max(alone, balanced)
      }
    }
    return alone
  }
}

extension ScheduleObjective: ExpressibleByArgument {}
extension Discipline: ExpressibleByArgument {}

/// Of simulated annealing.
struct AnnealingOptions: ParsableArguments {
  @Option(help: "Orders that are evaluated from each seed.")
  var steps = 2000

  @Option(help: "Probability with which the mean uphill step is accepted at the beginning.")
  var acceptance = 0.5

  @Option(
    help: "What the temperature is multiplied by after each order. (default: what takes it to a thousandth)")
  var cooling: Double?

  @Option(help: "The first seed; of random too.")
  var seed: UInt64 = 1

  @Option(help: "How many seeds are tried, side by side.")
  var seeds = 2

  func validate() throws {
    guard steps >= 0 else { throw ValidationError("--steps is \(steps); it must not be negative.") }
    guard acceptance > 0, acceptance < 1 else {
      throw ValidationError("--acceptance is \(acceptance); it must be between 0 and 1.")
    }
    if let cooling, !(cooling > 0 && cooling <= 1) {
      throw ValidationError("--cooling is \(cooling); it must be more than 0 and at most 1.")
    }
    guard (1...1000).contains(seeds) else {
      throw ValidationError("--seeds is \(seeds); it must be between 1 and 1000.")
    }
  }

  var parameters: SimulatedAnnealing.Parameters {
    var parameters = SimulatedAnnealing.Parameters()
    parameters.steps = steps
    parameters.acceptance = acceptance
    parameters.cooling = cooling
    parameters.seeds = (0..<UInt64(seeds)).map { seed &+ $0 }
    return parameters
  }
}
