import ArgumentParser
import Foundation
import Foundations
import LayerRoute
import Networks
import Planning
import Problems
import Solvers
import Splitting

/// What the rows of shared weights cost a formulation: its time per column with them, and where each job holds its own.
struct SharedWeightsSpeed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Time per column of a formulation where jobs share weights, and where each job holds its own.",
    discussion: """
      Each instance is solved twice: with weights that nodes hold once, and with the same bytes as memory of the layers, \
      which every job takes, on nodes with more memory by as much as all jobs need together. Activations are left \
      out of both. Pairs of which one is not solved in time do not count.
      """)

  @Option(help: "How many seeds, from 1.")
  var seeds = 6

  @Option(help: "Limit on each solve [s].")
  var limit = 20.0

  @Option(help: "The formulation.")
  var formulation = "layered"

  @Option(help: "Only these backends.")
  var backend: [String] = ["cbc", "highs"]

  @Option(help: "Only the families whose name contains this.")
  var only: String?

  func run() async throws {
    print("| family | backend | pairs | shared [us a column] | own [us a column] | ratio |")
    print("|---|---|---|---|---|---|")
    var ratios: [Double] = []
    for family in SeededFamily.named(only) {
      for name in backend {
        var (shared, own, pairs) = (Effort(), Effort(), 0)
        for seed in 1...UInt64(max(1, seeds)) {
          guard let (first, second) = try variants(of: family.make(seed)),
            let one = try await effort(of: first, name), let other = try await effort(of: second, name)
          else { continue }
          shared.add(one)
          own.add(other)
          pairs += 1
        }
        guard pairs > 0 else { continue }
        let ratio = shared.microsecondsPerColumn / own.microsecondsPerColumn
        ratios.append(ratio)
        print(
          "| \(family.name) | \(name) | \(pairs) | \(shared.microsecondsPerColumn.shown) "
            + "| \(own.microsecondsPerColumn.shown) | \(ratio.shown) |")
        fflush(nil)
      }
    }
    guard !ratios.isEmpty else { return }
    print("| geometric mean | | | | | \(ratios.geometricMean().shown) |")
  }

  /// Columns and seconds of several solves.
  private struct Effort {
    var columns = 0
    var seconds = 0.0

    var microsecondsPerColumn: Double { 1e6 * seconds / Double(columns) }

    mutating func add(_ effort: ModelEffort) {
      columns += effort.columns
      seconds += effort.buildSeconds + effort.solveSeconds
    }
  }

  /// The instance with shared weights alone and with memory alone; `nil` if no weights are shared.
  private func variants(of instance: Instance) -> (shared: Instance, own: Instance)? {
    var (shared, own) = (instance, instance)
    var (distinct, all) = (0.0, 0.0)
    for index in instance.dnns.indices {
      let uses = Double(instance.jobs.count { $0.dnn == index })
      for layer in instance.dnns[index].layers.indices {
        let weights = instance.dnns[index].layers[layer].weights
        shared.dnns[index].layers[layer].activations = 0
        own.dnns[index].layers[layer].activations = 0
        own.dnns[index].layers[layer].weights = 0
        own.dnns[index].layers[layer].memory += weights
        distinct += min(1, uses) * weights
        all += uses * weights
      }
    }
    guard distinct > 0, all > distinct else { return nil }
    for node in own.network.nodes.indices {
      if let memory = own.network.nodes[node].memory {
        own.network.nodes[node].memory = memory * all / distinct
      }
    }
    return (shared, own)
  }

  /// `nil` if the instance is not solved in time.
  private func effort(of instance: Instance, _ name: String) async throws -> ModelEffort? {
    guard let form = Kinds.splitting.formulations.first(where: { $0.name == formulation }),
      let solver = WorkerBackend.all.first(where: { $0.name == name })
    else { return nil }
    let known = Kinds.splitting.quickPlan(instance, nil)
    let run = try await ModelPlanner(Kinds.splitting, form, solver)
      .run(instance, known: known, budget: Budget(seconds: limit))
    if case .stopped = run.outcome { return nil }
    return run.effort
  }
}
