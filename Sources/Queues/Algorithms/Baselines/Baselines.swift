import Foundations
import Graphs
import Queues
import Splitting

/// Simple rules to compare schedules with. Except for `random`, the order of the jobs is that of the file.
public enum Baseline: String, Sendable, CaseIterable {
  /// Every layer runs at its job's source.
  case source
  /// Every layer runs on the node that computes fastest.
  case fastest
  /// Every job takes the path that is shortest for it alone.
  case alone
  /// Jobs take their shortest paths one after the other, in a random order.
  case random

  /// The schedule; `nil` if a layer cannot run on its node, or no route leads there.
  ///
  /// - Parameters:
  ///   - batch: whose jobs are scheduled.
  ///   - seed: of the random order.
  public func schedule(_ batch: Batch, seed: UInt64 = 1) -> Schedule? {
    let jobs = batch.jobs
    switch self {
    case .source: return OneHost(batch).schedule { jobs[$0].source }
    case .fastest:
      let nodes = batch.instance.network.nodes
      guard let fastest = nodes.indices.max(by: { (nodes[$0].compute, -$0) < (nodes[$1].compute, -$1) })
      else { return nil }
      return OneHost(batch).schedule { _ in fastest }
    case .alone:
      let search = LoadedSearch(batch.tables)
      let plans = jobs.indices.map { batch.path(of: $0, under: batch.resources.backlogs, search).plan }
      return Schedule(plan: Plan(jobs: plans), order: Array(jobs.indices))
    case .random:
      var random = SplitMix64(seed: seed)
      return SequentialRouting(batch).schedule(random.nextIndices(jobs.count, below: jobs.count))
    }
  }
}

/// Schedules that run all layers of a job on one node, with the shortest routes for the job alone.
private struct OneHost {
  private let batch: Batch
  private let network: NetworkGraph

  init(_ batch: Batch) {
    self.batch = batch
    network = NetworkGraph(batch.instance.network)
  }

  func schedule(_ host: (Int) -> Int) -> Schedule? {
    var plans: [JobPlan] = []
    for (index, job) in batch.jobs.enumerated() {
      guard let plan = plan(index, job, on: host(index)) else { return nil }
      plans.append(plan)
    }
    return Schedule(plan: Plan(jobs: plans), order: Array(plans.indices))
  }

  private func plan(_ index: Int, _ job: Job, on host: Int) -> JobPlan? {
    let kind = batch.group(of: index).kind
    let layers = kind.layerCount
    guard layers > 0 else {
      return route(from: job.source, to: job.target, bits: kind.bits[0]).map {
        JobPlan(hosts: [], routes: [$0])
      }
    }
    let canRun = (0..<layers).allSatisfy { kind.seconds[$0 * batch.tables.nodeCount + host] < .infinity }
    guard canRun, let there = route(from: job.source, to: host, bits: kind.bits[0]),
      let back = route(from: host, to: job.target, bits: kind.bits[layers])
    else { return nil }
    return JobPlan(
      hosts: Array(repeating: host, count: layers),
      routes: [there] + Array(repeating: [host], count: layers - 1) + [back])
  }

  private func route(from tail: Int, to head: Int, bits: Double) -> [Int]? {
    let tree = network.shortestPaths(from: tail, bytes: bits / 8)
    return tree.distance[head] < .infinity ? tree.path(to: head, tails: network.tails) : nil
  }
}
