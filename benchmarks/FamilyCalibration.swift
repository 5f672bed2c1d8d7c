import ArgumentParser
import Foundation
import Instances
import LayerRoute

/// Whether the generated families split and are coupled, and how close the heuristic comes to their optima.
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
    print("| family | optima | feasible | two or more hosts | jobs of them | coupling matters | heuristic |")
    print("|---|---|---|---|---|---|---|")
    for row in Self.rows where only.map(row.name.contains) ?? true {
      var tally = Tally()
      for seed in 0..<UInt64(seeds) { tally.add(try await outcome(of: row.make(seed))) }
      print("| \(row.name) | \(tally.cells.joined(separator: " | ")) |")
      // What was measured stays, should somebody stop the rest.
      fflush(nil)
    }
  }

  private struct Row {
    let name: String
    let make: @Sendable (UInt64) throws -> Instance
  }

  private static let rows: [Row] =
    [
      Row(name: "chain") { try Instance.chain(seed: $0) },
      Row(name: "two-tier") { try Instance.twoTier(seed: $0) },
      Row(name: "geometric") { try Instance.geometric(seed: $0) },
    ]
    + Backbone.allCases.map { topology in
      Row(name: "backbone --topology \(topology.rawValue)") {
        try Instance.backbone(seed: $0, topology: topology)
      }
    }
    + [
      Row(name: "fat-tree") { try Instance.fatTree(seed: $0) },
      Row(name: "two-tier --memory-tightness 0 --compute-tightness 0.8") {
        try Instance.twoTier(seed: $0, workload: .twoTier.with(compute: 0.8))
      },
      Row(name: "geometric --memory-tightness 0 --compute-tightness 0.7") {
        try Instance.geometric(seed: $0, workload: .geometric.with(compute: 0.7))
      },
      Row(name: "backbone --memory-tightness 0 --link-tightness 0.2") {
        try Instance.backbone(seed: $0, workload: .backbone.with(link: 0.2))
      },
      Row(name: "backbone --deadline-tightness 0.5") {
        try Instance.backbone(seed: $0, workload: .backbone.with(memory: 0.75, deadline: 0.5))
      },
    ]

  private struct Outcome {
    var jobs = 0
    /// `nil` where the limit struck.
    var isFeasible: Bool?
    /// Of the optimum.
    var splitJobs: Int?
    var couplingMatters = false
    /// Of the heuristic's plan against the optimum; `nil` without either.
    var gap: Double?
    var heuristicSeconds = 0.0
  }

  private func outcome(of instance: Instance) async throws -> Outcome {
    var outcome = Outcome(jobs: instance.jobs.count)
    let start = ContinuousClock.now
    let known = ResidualRouting(instance).bestPlan()
    outcome.heuristicSeconds = (ContinuousClock.now - start) / .seconds(1)
    let request = Planner.Request(limits: MIPPlanner.Limits(seconds: limit))
    let document = try await Planner().solve(instance, request).document
    outcome.couplingMatters = !Calibration(instance, seconds: 0).violations.isEmpty
    switch document.status {
    case .optimal:
      outcome.isFeasible = true
      outcome.splitJobs = document.jobs.count { Set($0.hosts).count > 1 }
      if let known, let value = document.objective?.value { outcome.gap = known.value / value - 1 }
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
      let gaps = outcomes.compactMap(\.gap)
      let seconds = outcomes.map(\.heuristicSeconds).reduce(0, +) / Double(max(1, outcomes.count))
      let mean = gaps.isEmpty ? 0 : gaps.reduce(0, +) / Double(gaps.count)
      return [
        "\(optima.count) of \(outcomes.count)",
        "\(outcomes.count { $0.isFeasible == true })",
        "\(optima.count { $0 > 0 })",
        "\(optima.reduce(0, +)) of \(jobs)",
        "\(outcomes.count { $0.couplingMatters })",
        "\(gaps.count) plans, gap \(percent(mean)) (at most \(percent(gaps.max() ?? 0))), \(seconds.shown) s",
      ]
    }

    private func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }
  }
}

extension Workload {
  /// The workload with another tightness.
  fileprivate func with(
    memory: Double = 0, compute: Double = 0, link: Double = 0, deadline: Double = 0
  ) -> Workload {
    var workload = self
    workload.rate = compute + link > 0 ? 5 : 0
    workload.tightness = Tightness(
      memory: memory, computeLoad: compute, linkLoad: link, deadline: deadline)
    return workload
  }
}
