import ArgumentParser
import Foundation
import Foundations
import LayerRoute
import Planning
import Problems
import Solvers
import Splitting

/// How far the linear relaxation of each formulation is from the optimum, pruned by the heuristic's plan and not.
struct RootGaps: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relaxations",
    abstract: "Root gaps of every formulation on seeded instances of every family.")

  @Option(help: "How many seeds, from 0.")
  var seeds = 10

  @Option(help: "Limit for each optimum [s]; instances without one by then are left out.")
  var limit = 30.0

  @Option(help: "Only the families whose name contains this.")
  var only: String?

  @Flag(help: "Pipelines of one job under the objective bottleneck, by kind, in place of the families.")
  var pipelines = false

  func run() async throws {
    let formulations = Kinds.splitting.formulations
    print("| family | optima | " + formulations.map(\.name).joined(separator: " | ") + " |")
    print("|---|---" + String(repeating: "|---", count: formulations.count) + "|")
    let families = pipelines ? SeededFamily.pipelines : SeededFamily.all
    for family in families where only.map(family.name.contains) ?? true {
      var gaps = [[Gaps]](repeating: [], count: formulations.count)
      var optima = 0
      for seed in 0..<UInt64(seeds) {
        let instance = try family.make(seed)
        guard let optimum = try await optimum(of: instance) else { continue }
        optima += 1
        for (index, formulation) in formulations.enumerated() {
          if let found = await self.gaps(formulation, instance, optimum) { gaps[index].append(found) }
        }
      }
      print("| \(family.name) | \(optima) | " + gaps.map(cell).joined(separator: " | ") + " |")
      // What was measured stays, should somebody stop the rest.
      fflush(nil)
    }
  }

  /// (optimum - relaxation) / optimum, without and with pruning.
  private struct Gaps {
    let all: Double
    let pruned: Double
  }

  private func optimum(of instance: Instance) async throws -> Double? {
    let answer = try await Kinds.splitting.solve(instance, budget: Budget(seconds: limit))
    return answer.file.status == .optimal ? answer.cost : nil
  }

  /// `nil` where the formulation cannot express the instance, or its relaxation is not solved in time.
  private func gaps(
    _ formulation: any Formulation<SplittingProblem>, _ instance: Instance, _ optimum: Double
  ) async -> Gaps? {
    guard formulation.refusal(of: instance) == nil else { return nil }
    guard let all = await relaxation(formulation, instance, limitedTo: .infinity),
      let known = Kinds.splitting.quickPlan(instance, nil),
      let pruned = await relaxation(formulation, instance, limitedTo: known.cost)
    else { return nil }
    return Gaps(all: gap(all, optimum), pruned: gap(pruned, optimum))
  }

  /// Rounding can leave a relaxation a little above the optimum.
  private func gap(_ relaxation: Double, _ optimum: Double) -> Double {
    max(0, (optimum - relaxation) / optimum)
  }

  /// The value of the relaxation [s].
  private func relaxation(
    _ formulation: any Formulation<SplittingProblem>, _ instance: Instance, limitedTo cost: Double
  ) async -> Double? {
    await LinearRelaxation(
      of: instance, formulation, WorkerBackend.cbc, limitedTo: cost, Budget(seconds: limit))?.value
  }

  private func cell(_ gaps: [Gaps]) -> String {
    guard !gaps.isEmpty else { return "-" }
    func mean(_ value: (Gaps) -> Double) -> String {
      String(format: "%.2f %%", 100 * gaps.reduce(0) { $0 + value($1) } / Double(gaps.count))
    }
    return "\(mean(\.all)), \(mean(\.pruned))"
  }
}
