import Foundations
import Problems
import Queues

/// What can be chosen of the methods.
enum ScheduleParameters {
  static let order = Parameter(
    "order", .names, usual: "as in the file",
    "all jobs, the most urgent first, separated by commas; repeat the option for each job if ids contain "
      + "commas")
  static let timeLimit = Parameter(
    "timeLimit", anyNumber, ("a positive number of seconds", { $0 > 0 }), label: "the time limit",
    usual: "none for anneal, 60 for exact", "stop after this many seconds, with the best schedule by then")
  static let seed = Parameter("seed", .seed, label: "the seed", usual: "1", "seed of the random numbers")
  static let annealing = [
    timeLimit, seed,
    Parameter(
      "seeds", .integer(1...1000), label: "the number of seeds", usual: "2",
      "number of searches side by side, each with a seed of its own"),
    Parameter(
      "steps", .integer(0...Int.max), label: "the number of steps", usual: "2000",
      "orders that each search evaluates"),
    Parameter(
      "acceptance", anyNumber, ("more than 0 and less than 1", { $0 > 0 && $0 < 1 }), label: "the acceptance",
      usual: "0.5", "probability with which the mean uphill step is accepted at the beginning"),
    Parameter(
      "cooling", anyNumber, ("more than 0 and at most 1", { $0 > 0 && $0 <= 1 }), label: "the cooling factor",
      usual: "takes it to a thousandth in all steps", "factor of the temperature after each order"),
  ]
  /// Conditions say which ones.
  private static let anyNumber = Parameter.Domain.number(-Double.infinity...Double.infinity)
}

/// A method at work on a batch.
struct ScheduleSearch: Sendable {
  let batch: Batch
  let values: ParameterValues
  let cancellation: Cancellation
  /// Of all the work [s]; `nil` for none.
  let limit: Double?

  var seed: UInt64 { values.seed("seed") ?? 1 }

  /// Cancelled with the task, or when a time limit strikes: the usual one if none was chosen [s].
  func limited(usual: Double?) -> Cancellation {
    cancellation.orAfter([values.number("timeLimit") ?? usual, limit].compactMap(\.self).min())
  }

  func greedy(_ choice: GreedyScheduling.Choice) throws(PlanningError) -> Schedule {
    guard let result = GreedyScheduling(batch, choice: choice).result(cancellation: cancellation) else {
      throw .cancelled
    }
    return result.schedule
  }

  func annealed(_ cancellation: Cancellation) throws(PlanningError) -> SimulatedAnnealing.Result {
    let start = try greedy(.smallest).order
    var parameters = SimulatedAnnealing.Parameters()
    if let steps = values.integer("steps") { parameters.steps = steps }
    if let acceptance = values.number("acceptance") { parameters.acceptance = acceptance }
    parameters.cooling = values.number("cooling")
    parameters.seeds = (0..<UInt64(values.integer("seeds") ?? 2)).map { seed &+ $0 }
    return SimulatedAnnealing(batch, parameters: parameters).result(from: start, cancellation: cancellation)
  }

  /// The order that was given by ids, or that of the file.
  func givenOrder() throws(PlanningError) -> [Int] {
    guard let given = values.names("order") else { return Array(batch.jobs.indices) }
    let known = Dictionary(uniqueKeysWithValues: batch.jobs.enumerated().map { ($1.id, $0) })
    var indices: [Int] = []
    for text in given {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      for id in known[Name(text)] == nil ? parts : [text] {
        guard let index = known[Name(id)] else {
          throw .refused("order: the instance has no job \(TerminalText.quoted(id))")
        }
        indices.append(index)
      }
    }
    guard indices.sorted() == Array(batch.jobs.indices) else {
      throw .refused("the order must name each of the \(batch.jobs.count) jobs once")
    }
    return indices
  }
}
