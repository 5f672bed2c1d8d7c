import ArgumentParser
import Foundation
import Foundations
import LayerRoute
import Splitting
import SplittingAlgorithms

/// Whether the generated families split and are coupled.
struct FamilyCalibration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "families",
    abstract: "Solve seeded instances of every family, and tell how they split and what the coupling does.")

  @Option(help: "How many seeds, from 0.")
  var seeds = 20

  @Option(help: "Limit for each instance [s].")
  var limit = 30.0

  @Option(help: "Only the rows whose name contains this.")
  var only: String?

  func run() async throws {
    print("| family | optima | feasible | two or more hosts | jobs of them | coupling matters |")
    print("|---|---|---|---|---|---|")
    for row in SeededFamily.named(only) {
      var tally = Tally()
      for seed in 0..<UInt64(seeds) { tally.add(try await outcome(of: row.make(seed))) }
      print("| \(row.name) | \(tally.cells.joined(separator: " | ")) |")
      // What was measured stays, should somebody stop the rest.
      fflush(nil)
    }
  }

  private struct Outcome {
    var jobs = 0
    /// `nil` where the limit struck.
    var isFeasible: Bool?
    /// Of the optimum.
    var splitJobs: Int?
    var couplingMatters = false
  }

  private func outcome(of instance: Instance) async throws -> Outcome {
    var outcome = Outcome(jobs: instance.jobs.count)
    let answer = try await Kinds.splitting.solve(instance, budget: Budget(seconds: limit))
    outcome.couplingMatters = !Calibration(instance, seconds: 0).violations.isEmpty
    switch answer.file.status {
    case .optimal:
      outcome.isFeasible = true
      outcome.splitJobs = answer.plan?.splitJobCount
    case .infeasible: outcome.isFeasible = false
    case .feasible: outcome.isFeasible = true
    case .unknown: break
    }
    return outcome
  }

  /// Adds up the outcomes of a row.
  private struct Tally {
    private var outcomes: [Outcome] = []

    mutating func add(_ outcome: Outcome) { outcomes.append(outcome) }

    var cells: [String] {
      let optima = outcomes.compactMap(\.splitJobs)
      let jobs = outcomes.filter { $0.splitJobs != nil }.reduce(0) { $0 + $1.jobs }
      return [
        "\(optima.count) of \(outcomes.count)",
        "\(outcomes.count { $0.isFeasible == true })",
        "\(optima.count { $0 > 0 })",
        "\(optima.reduce(0, +)) of \(jobs)",
        "\(outcomes.count { $0.couplingMatters })",
      ]
    }
  }
}
