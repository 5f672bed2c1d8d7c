import ArgumentParser
import LayerRoute
import Synchronization

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solve an instance with every formulation and backend, and compare the answers.",
    discussion: """
      Each run has its own worker process and its own time limit. The native method has a row of its own. A \
      formulation that cannot express the instance has a row as well (refused, with the reason).

      Build is the time to state the model, solve the time in the backend. The root bound is the optimum of the linear \
      relaxation. "times layered" is the time to build and solve, divided by that of `layered` with the same backend.

      Ctrl-C ends the comparison and prints the finished rows; a second Ctrl-C ends it at once.

      Exit status 0: all runs that finished agree. 1: two disagree, or an answer was detected as wrong. 2: all agree \
      that the instance is infeasible. 3: no run finished. 64: every run was refused. 130 and 143: ended by SIGINT or \
      SIGTERM.
      """)

  @OptionGroup var instance: InstanceOptions

  @Option(
    help: """
      Use only these formulations, separated by commas or with the option again. (default: all, see `layerroute list`)
      """)
  var formulation: [String] = []

  @Option(help: "Use only these backends, in the same way. (default: all)") var backend: [String] = []

  @OptionGroup var objective: ObjectiveOptions
  @OptionGroup var limits: LimitOptions

  @Option(help: "Format of the table.") var format: OutputFormat = .text

  func run() async throws {
    let document = try instance.document()
    try await run(Kinds.kind(ofInstance: document), document)
  }

  private func run<K: AnyKind>(_ kind: K, _ document: Document) async throws {
    let kind = kind.kind
    let formulations = try chosen(
      formulation, kind.formulations, besides: kind.foundFormulations.map(\.name)
    ) { try kind.formulation(named: $0) }
    let solvers = try chosen(backend, WorkerBackend.all, besides: [Origin.native]) {
      try PlanSearch<K.P>.solver(named: $0)
    }
    let instance = try kind.asking(objective.objective, of: K.P.instance(from: document))
    let budget = try limits.budget(defaultSeconds: 60, others: [self.instance.file])
    let shown = K.P.objective(of: instance)
    let (line, done) = (ProgressLine(shown), FinishedRows())
    let comparison = try await Interrupts.cancelling { [self] in
      line.end()
      let comparison = Comparison(
        rows: done.rows.withLock { $0 }, objective: shown, reference: kind.bestFormulation, gap: budget.gap)
      print(comparison)
      return exitStatus(comparison)
    } _: {
      try await kind.compare(
        instance, formulations: formulations, solvers: solvers, numerics: limits.numerics, budget: budget
      ) { event in
        switch event {
        case .started(let formulation, let backend): Console.progress("\(formulation) with \(backend) ...")
        case .progress(let progress): line.note(progress)
        case .finished(let row): done.rows.withLock { $0.append(row) }
        }
      }
    }
    line.end()
    print(comparison)
    if let status = Interrupts.exitStatus ?? exitStatus(comparison) { throw status }
  }

  private func print(_ comparison: Comparison) {
    format.write(text: comparison.text, json: comparison.jsonValue)
  }

  private func chosen<Item>(
    _ names: [String], _ all: [Item], besides native: [String], _ find: (String) throws -> Item
  ) throws -> [Item] {
    if names.isEmpty { return all }
    let chosen = names.flatMap { $0.split { ", ".contains($0) }.map(String.init) }
    if chosen.isEmpty { throw UsageError("--formulation and --backend need at least one name") }
    // Native methods always have a row.
    return try chosen.filter { !native.contains($0) }.map(find)
  }

  private func exitStatus(_ comparison: Comparison) -> ExitStatus? {
    if !comparison.agrees { return .checkFailed }
    let results = comparison.rows.map(\.result)
    if results.contains(where: { if case .optimal = $0 { true } else { false } }) { return nil }
    if results.contains(where: { if case .infeasible = $0 { true } else { false } }) { return .infeasible }
    if results.contains(where: { if case .limit = $0 { true } else { false } }) { return .limit }
    if results.contains(where: { if case .failed = $0 { true } else { false } }) { return .internalError }
    return results.allSatisfy { if case .refused = $0 { true } else { false } } ? .usage : .unavailable
  }
}

/// The finished rows of a running comparison.
private final class FinishedRows: Sendable {
  let rows = Mutex<[Comparison.Row]>([])
}
