import ArgumentParser
import Foundation
import Foundations
import LayerRoute
import Planning
import Problems
import Solvers
import Splitting
import SplittingAlgorithms
import SplittingFormulations

/// The time to the proved least bottleneck of one job, by kind of instance, and that of the best backend on `layered`.
struct PipelineSpeed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipelines", abstract: "Measure the method pipeline by kinds of instances.")

  @Option(parsing: .upToNextOption, help: "Kinds of instances.") var kinds = PipelineKind.allCases.map(
    \.rawValue)
  @Option(help: "Nodes; 14 with relays are NSFNET.") var nodes = 10
  @Option(help: "Layers of the job.") var layers = 20
  @Option(help: "Seeds, 1 to this.") var seeds: UInt64 = 5
  @Option(help: "Limit of each solve [s].") var limit = 10.0
  @Flag(help: "Nodes run one run of layers at most.") var contiguous = false
  @Flag(help: "Solve layered with every backend as well.") var backends = false

  func run() async throws {
    print("| kind | proved | median [s] | largest [s] | largest gap | best backend / pipeline |")
    print("|---|---|---|---|---|---|")
    for name in kinds {
      guard let kind = PipelineKind(rawValue: name) else { throw ValidationError("there is no kind \(name)") }
      try await measure(kind)
    }
  }

  private func measure(_ kind: PipelineKind) async throws {
    var (seconds, gaps, ratios): ([Double], [Double], [Double]) = ([], [], [])
    for seed in 1...seeds {
      let instance = kind.instance(nodes: nodes, layers: layers, seed: seed, contiguous: contiguous)
      let task = task(instance)
      let planner = PipelinePlanner(FirstSessionSource(WorkerBackend.sessionSources), isStep: false)
      _ = try await planner.run(task)
      seconds.append(task.budget.elapsed)
      gaps.append(task.ledger.best == nil ? (task.ledger.bound == .infinity ? 0 : 1) : task.ledger.gap ?? 1)
      guard backends else { continue }
      var best = limit
      for solver in WorkerBackend.all {
        let budget = Budget(seconds: best)
        let planner = ModelPlanner(Kinds.splitting, LayeredFormulation(), solver)
        guard let run = try? await planner.run(instance, budget: budget) else { continue }
        if case .solved = run.outcome { best = min(best, budget.elapsed) }
      }
      ratios.append(best / seconds[seconds.count - 1])
    }
    let proved = gaps.count { $0 <= 1e-6 }
    let cells = [
      kind.rawValue, "\(proved)/\(gaps.count)", Figures.digits(seconds.quantile(0.5), 2),
      Figures.digits(seconds.max() ?? 0, 2), Figures.percentage(gaps.max() ?? 0),
      ratios.isEmpty ? "-" : Figures.digits(ratios.geometricMean(), 3),
    ]
    print("| \(cells.joined(separator: " | ")) |")
    fflush(nil)
  }

  private func task(_ instance: Instance) -> SolveTask<SplittingProblem> {
    let ledger = Ledger<SplittingProblem>(
      objective: SplittingProblem.objective(of: instance), assess: Kinds.splitting.evaluator(instance))
    return SolveTask(instance, Budget(seconds: limit), ledger)
  }
}
