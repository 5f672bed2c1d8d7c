import Foundations
import LayerRoute
import Networks
import Problems
import Splitting
import SplittingAlgorithms
import SplittingGenerators
import TestSupport
import Testing

/// The families that are meant to split do split, and their coupling matters: seen on optima, at the default
/// tightness and sizes that are solved in a moment.
@Suite struct CalibrationTests {
  private struct Family: Sendable, CustomTestStringConvertible {
    let name: String
    let seeds: Int
    let make: @Sendable (UInt64) throws -> Instance

    var testDescription: String { name }
  }

  private static func few(_ usual: Workload) -> Workload {
    var workload = usual
    workload.jobs = 2
    return workload
  }

  private static let families = [
    Family(name: "two-tier", seeds: 12) {
      try .twoTier(seed: $0, devices: 2, edgeServers: 1, workload: few(.twoTier))
    },
    Family(name: "geometric", seeds: 12) {
      try .geometric(seed: $0, nodes: 8, workload: few(.geometric))
    },
    Family(name: "backbone", seeds: 8) {
      try .backbone(seed: $0, topology: .abilene, workload: few(.backbone))
    },
    Family(name: "fat-tree", seeds: 4) { try .fatTree(seed: $0) },
  ]

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: families)
  private func mostOptimaSplitAndTheCouplingChangesThem(_ family: Family) async throws {
    let seeds = 0..<family.seeds
    var (split, splitJobs, jobs, coupled) = (0, 0, 0, 0)
    for seed in seeds {
      let instance = try family.make(UInt64(seed))
      let answer = try await Kinds.splitting.solve(instance, budget: Budget(seconds: 60))
      #expect(
        answer.file.status == .optimal,
        "\(family.name) seed \(seed): \(answer.file.reason ?? "no optimum in time")")
      let count = answer.plan?.splitJobCount ?? 0
      split += count > 0 ? 1 : 0
      splitJobs += count
      jobs += instance.jobs.count
      coupled += Calibration(instance, seconds: 0).violations.isEmpty ? 0 : 1
    }
    #expect(
      2 * split > seeds.count, "\(family.name): \(split) of \(seeds.count) optima use two or more hosts")
    #expect(3 * splitJobs > jobs, "\(family.name): \(splitJobs) of \(jobs) jobs use two or more hosts")
    #expect(2 * coupled > seeds.count, "\(family.name): the coupling matters in \(coupled) of \(seeds.count)")
  }

  @Test func aToyChainIsNotCoupled() throws {
    for seed in UInt64(0)..<10 {
      let instance = try Instance.chain(seed: seed)
      let calibration = Calibration(instance)
      #expect(calibration.violations.isEmpty && calibration.plan != nil, "seed \(seed)")
    }
  }

  /// Against the shortest path of a job that may use one node only, node by node.
  @Test func deadlinesAreMeasuredByTheBestSingleHost() throws {
    for seed in UInt64(0)..<6 {
      for waiting in WaitingPolicy.allCases {
        var workload = Workload.twoTier
        workload.tightness = Tightness(deadline: 0.5)
        workload.backlog = 1
        workload.options.waiting = waiting
        let instance = try Instance.twoTier(seed: seed, workload: workload)
        var restricted = instance
        var best = [Double](repeating: .infinity, count: instance.jobs.count)
        for node in instance.network.nodes.indices {
          for job in instance.jobs.indices {
            restricted.jobs[job].deadline = nil
            restricted.jobs[job].hosts = [HostRule(layer: nil, nodes: [node])]
          }
          best = zip(best, try ShortestPaths(restricted).latencies).map(min)
        }
        for (job, latency) in zip(instance.jobs, best) {
          let deadline = try #require(job.deadline)
          #expect(abs(deadline - latency / 0.5) < 2e-6, "\(job.id), seed \(seed), \(waiting)")
        }
      }
    }
  }

  @Test func calibrationSaysWhatTheShortestPathsBreak() throws {
    let calibration = Calibration(.demo())
    #expect(calibration.splitShortestPaths == 4)
    #expect(calibration.violations.contains { $0.kind == .memory })
    #expect((calibration.plan?.plan.splitJobCount ?? 0) > 0)
  }
}
