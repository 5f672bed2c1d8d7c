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

  /// The schedule of a batch; `nil` if a layer cannot run on its node, or no route leads there. The seed is that of the
  /// random order.
  public func schedule(_ batch: Batch, seed: UInt64 = 1) -> Schedule? {
    let jobs = batch.jobs
    switch self {
    case .source: return batch.scheduleOnOneHost(\.source)
    case .fastest:
      let nodes = batch.instance.network.nodes
      guard let fastest = nodes.indices.max(by: { (nodes[$0].compute, -$0) < (nodes[$1].compute, -$1) })
      else { return nil }
      return batch.scheduleOnOneHost { _ in fastest }
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

extension Batch {
  /// The schedule that runs all layers of a job on one node, with the shortest routes for the job alone.
  fileprivate func scheduleOnOneHost(_ host: (Job) -> Int) -> Schedule? {
    let network = NetworkGraph(instance.network)
    func route(from tail: Int, to head: Int, bits: Double) -> [Int]? {
      let tree = network.shortestPaths(from: tail, bytes: bits / 8)
      return tree.distance[head] < .infinity ? tree.path(to: head, tails: network.tails) : nil
    }
    var plans: [JobPlan] = []
    for (index, job) in jobs.enumerated() {
      let (kind, host) = (group(of: index).kind, host(job))
      let layers = kind.layerCount
      let canRun = (0..<layers).allSatisfy { kind.seconds[$0 * tables.nodeCount + host] < .infinity }
      guard canRun,
        let there = route(from: job.source, to: layers > 0 ? host : job.target, bits: kind.bits[0])
      else { return nil }
      plans.append(JobPlan(hosts: Array(repeating: host, count: layers), routes: [there]))
      guard layers > 0 else { continue }
      guard let back = route(from: host, to: job.target, bits: kind.bits[layers]) else { return nil }
      plans[index].routes += Array(repeating: [host], count: layers - 1) + [back]
    }
    return Schedule(plan: Plan(jobs: plans), order: Array(plans.indices))
  }
}
