import ArgumentParser
import Foundations
import Problems
import Queues
import QueuesAlgorithms
import Splitting

/// How a schedule is found: the method, and what it is told.
struct ScheduleSearch: ParsableArguments {
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case greedy, largest, sequential, anneal, exact, source, fastest, alone, random

    var baseline: Baseline? { Baseline(rawValue: rawValue) }
  }

  @Option(help: "How the schedule is found.")
  var method: Method = .greedy

  @Option(
    help: ArgumentHelp(
      """
      For sequential: all jobs, the most urgent first, separated by commas; or the option again and again, once for each, \
      where ids have commas. (default: as in the file)
      """, valueName: "ids"))
  var order: [String] = []

  @Option(help: "What is minimised, and judged: the largest completion time, or their weighted mean.")
  var objective: ScheduleObjective = .makespan

  @Option(help: "How nodes and links choose whom to serve.")
  var discipline: Discipline = .preemptive

  @Option(
    help: ArgumentHelp(
      "For anneal and exact: stop after this many seconds, with the best schedule by then. (default: 60 for exact)",
      valueName: "seconds"))
  var timeLimit: Double?

  @Option(help: "For random, and the first one for anneal. (default: 1)")
  var seed: UInt64?

  @Option(help: "For anneal: how many seeds are tried, side by side. (default: 2)")
  var seeds: Int?

  @Option(help: "For anneal: orders that are evaluated from each seed. (default: 2000)")
  var steps: Int?

  @Option(
    help:
      "For anneal: probability with which the mean uphill step is accepted at the beginning. (default: 0.5)")
  var acceptance: Double?

  @Option(
    help:
      "For anneal: what the temperature is multiplied by after each order. (default: what takes it to a thousandth)"
  )
  var cooling: Double?

  func validate() throws {
    try refuse(!order.isEmpty, "--order", unless: [.sequential])
    try refuse(timeLimit != nil, "--time-limit", unless: [.anneal, .exact])
    try refuse(seed != nil, "--seed", unless: [.anneal, .random])
    for (isGiven, option) in [
      (seeds != nil, "--seeds"), (steps != nil, "--steps"), (acceptance != nil, "--acceptance"),
      (cooling != nil, "--cooling"),
    ] { try refuse(isGiven, option, unless: [.anneal]) }
    if let timeLimit, !(timeLimit > 0) {
      throw ValidationError("--time-limit is \(timeLimit); it must be a positive number of seconds.")
    }
    if let steps, steps < 0 { throw ValidationError("--steps is \(steps); it must not be negative.") }
    if let acceptance, !(acceptance > 0 && acceptance < 1) {
      throw ValidationError("--acceptance is \(acceptance); it must be more than 0 and less than 1.")
    }
    if let cooling, !(cooling > 0 && cooling <= 1) {
      throw ValidationError("--cooling is \(cooling); it must be more than 0 and at most 1.")
    }
    if let seeds, !(1...1000).contains(seeds) {
      throw ValidationError("--seeds is \(seeds); it must be between 1 and 1000.")
    }
  }

  private func refuse(_ isGiven: Bool, _ option: String, unless methods: [Method]) throws {
    guard isGiven, !methods.contains(method) else { return }
    let names = methods.map(\.rawValue).joined(separator: " and ")
    throw ValidationError("\(option) is for --method \(names), and means nothing to \(method.rawValue).")
  }

  /// What a method came to.
  struct Found {
    let schedule: Schedule
    /// Whether no schedule is better.
    var isProven = false
    /// Whether the method came to its end.
    var isComplete = true
  }

  /// - Throws: ``UsageError`` where the method cannot schedule these jobs; `PlanningError.cancelled` where it was stopped
  ///   before it had anything.
  func schedule(of problem: SchedulingProblem, _ stop: StopSign) throws -> Found {
    let cancellation = stop.cancellation.orAfter(timeLimit ?? (method == .exact ? 60 : nil))
    switch method {
    case .greedy: return Found(schedule: try greedy(problem, .smallest, stop))
    case .largest: return Found(schedule: try greedy(problem, .largest, stop))
    case .sequential:
      return Found(schedule: SequentialRouting(problem).schedule(try order(of: problem.instance)))
    case .anneal:
      let result = annealed(problem, try greedy(problem, .smallest, stop), cancellation)
      return Found(schedule: result.schedule, isComplete: result.isComplete)
    case .exact:
      // The better the start, the more is passed over.
      let start = annealed(problem, try greedy(problem, .smallest, stop), cancellation).schedule
      let result = ExactScheduling(problem, objective: objective, discipline: discipline)
        .result(from: start, cancellation: cancellation)
      return Found(schedule: result.schedule, isProven: result.isProven, isComplete: result.isProven)
    case .source, .fastest, .alone, .random:
      guard let schedule = method.baseline?.schedule(problem, seed: seed ?? 1) else {
        throw UsageError(
          message:
            "\(method.rawValue): some layer cannot run there, or no route leads there; use another method")
      }
      return Found(schedule: schedule)
    }
  }

  private func greedy(
    _ problem: SchedulingProblem, _ choice: GreedyScheduling.Choice, _ stop: StopSign
  ) throws(PlanningError) -> Schedule {
    let result = GreedyScheduling(problem, choice: choice).result(cancellation: stop.cancellation)
    guard let result else { throw .cancelled }
    return result.schedule
  }

  private func annealed(
    _ problem: SchedulingProblem, _ start: Schedule, _ cancellation: Cancellation
  ) -> SimulatedAnnealing.Result {
    var parameters = SimulatedAnnealing.Parameters()
    if let steps { parameters.steps = steps }
    if let acceptance { parameters.acceptance = acceptance }
    parameters.cooling = cooling
    parameters.seeds = (0..<UInt64(seeds ?? 2)).map { (seed ?? 1) &+ $0 }
    return SimulatedAnnealing(
      problem, objective: objective, discipline: discipline, parameters: parameters
    ).result(from: start.order, cancellation: cancellation)
  }

  private func order(of instance: Instance) throws(UsageError) -> [Int] {
    guard !order.isEmpty else { return Array(instance.jobs.indices) }
    let known = Dictionary(uniqueKeysWithValues: instance.jobs.enumerated().map { ($1.id, $0) })
    var indices: [Int] = []
    for given in order {
      let ids =
        known[Name(given)] == nil
        ? given.split(separator: ",", omittingEmptySubsequences: false) : [given[...]]
      for id in ids.map(String.init) {
        guard let index = known[Name(id)] else {
          throw UsageError(message: "--order: the instance has no job \(TerminalText.quoted(id))")
        }
        indices.append(index)
      }
    }
    guard indices.sorted() == Array(instance.jobs.indices) else {
      throw UsageError(message: "--order must name each of the \(instance.jobs.count) jobs once")
    }
    return indices
  }
}

extension ScheduleObjective: ExpressibleByArgument {}
extension Discipline: ExpressibleByArgument {}
