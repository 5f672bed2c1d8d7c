import ArgumentParser
import Documents
import Planning
import Splitting
import Synchronization
import TestSupport

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Solve an instance with every formulation and backend, and hold the answers against each other.",
    discussion: """
      Each run has its own worker process and its own time limit; formulations that cannot express the instance \
      are left out and named. Build is the time to state the model, solve the time in the backend; the root bound \
      is the value of the linear relaxation.

      Ctrl-C ends the comparison with the rows done by then; a second Ctrl-C ends it at once.

      Exit status 0: all that finished agree. 1: two disagree, or an answer was caught as wrong. 2: all agree that \
      the instance is infeasible. 3: none finished. 130 and 143: ended by SIGINT or SIGTERM.
      """)

  @OptionGroup var instance: InstanceOptions

  @Option(help: "Only these formulations, separated by commas; by default all (see `layerroute list`).")
  var formulation: String?

  @Option(help: "Only these backends, separated by commas.")
  var backend: String?

  @Option(help: "Minimise the total or the max of the weighted latencies; by default what the instance says.")
  var objective: ObjectiveKind?

  @OptionGroup var limits: LimitOptions

  @Option(help: "How the table is printed.")
  var format: OutputFormat = .text

  func run() async throws {
    let registry = Registry.standard
    let formulations = try chosen(formulation, registry.formulations) { try registry.formulation(named: $0) }
    let solvers = try chosen(backend, registry.solvers) { try registry.solver(named: $0) }
    var instance = try self.instance.read()
    instance.options.objective = objective ?? instance.options.objective
    let applicable = formulations.filter { $0.refusal(of: instance) == nil }
    for refused in formulations {
      if let reason = refused.refusal(of: instance) {
        Console.complain("\(refused.name) is left out: \(reason)")
      }
    }
    let limits = try self.limits.limits(defaultSeconds: 60, others: [self.instance.file])
    let compared = instance
    let (line, done) = (ProgressLine(), FinishedRows())
    let comparison = try await Interrupts.cancelling { [self] in
      line.end()
      let comparison = Comparison(rows: done.rows, gap: limits.gap)
      print(comparison)
      return exitStatus(comparison)
    } _: {
      try await Comparison.run(compared, formulations: applicable, solvers: solvers, limits: limits) {
        event in
        switch event {
        case .started(let formulation, let backend):
          Console.progress("\(formulation) with \(backend) ...")
        case .progress(let progress): line.note(progress)
        case .finished(let row): done.append(row)
        }
      }
    }
    line.end()
    print(comparison)
    if let status = Interrupts.exitStatus ?? exitStatus(comparison) { throw status }
  }

  private func print(_ comparison: Comparison) {
    switch format {
    case .text: Console.write(ComparisonText(comparison).text)
    case .json: Console.write(JSONWriter.text(of: comparison.jsonValue))
    }
  }

  private func chosen<Item>(
    _ names: String?, _ all: [Item], _ find: (String) throws -> Item
  ) throws -> [Item] {
    guard let names else { return all }
    let chosen = names.split(separator: ",").map(String.init)
    if chosen.isEmpty { throw UsageError(message: "--formulation and --backend need at least one name") }
    // The native planner has its row wherever it applies.
    return try chosen.filter { $0 != Registry.native }.map(find)
  }

  private func exitStatus(_ comparison: Comparison) -> ExitStatus? {
    if !comparison.agrees { return .checkFailed }
    let results = comparison.rows.map(\.result)
    if results.contains(where: { if case .optimal = $0 { true } else { false } }) { return nil }
    if results.contains(where: { if case .infeasible = $0 { true } else { false } }) { return .infeasible }
    if results.contains(where: { if case .limit = $0 { true } else { false } }) { return .limit }
    if results.contains(where: { if case .failed = $0 { true } else { false } }) { return .internalError }
    return .unavailable
  }
}

/// The rows of a comparison that runs.
private final class FinishedRows: Sendable {
  private let finished = Mutex<[Comparison.Row]>([])

  var rows: [Comparison.Row] { finished.withLock { $0 } }
  func append(_ row: Comparison.Row) { finished.withLock { $0.append(row) } }
}
