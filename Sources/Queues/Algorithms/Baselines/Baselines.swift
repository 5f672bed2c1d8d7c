import Foundations
import Graphs
import Splitting

/// What a reader expects a schedule to be compared with. Jobs are served in the order of the file.
public enum Baseline: String, Sendable, CaseIterable {
  /// Every layer runs at its job's source.
  case source
  /// Every layer runs on the node that computes fastest.
  case fastest
  /// Every job takes the way that is shortest for it alone.
  case alone
  /// Jobs take their shortest ways one after the other, in an order at random.
  case random

  /// The schedule; `nil` where a layer cannot run there, or no route leads there.
  ///
  /// - Parameters:
  ///   - problem: whose jobs are scheduled.
  ///   - seed: of the order at random.
  public func schedule(_ problem: SchedulingProblem, seed: UInt64 = 1) -> Schedule? {
    let jobs = problem.instance.jobs
    switch self {
    case .source: return OneHost(problem).schedule { jobs[$0].source }
    case .fastest:
      let nodes = problem.instance.network.nodes
      guard let fastest = nodes.indices.max(by: { (nodes[$0].compute, -$0) < (nodes[$1].compute, -$1) })
      else { return nil }
      return OneHost(problem).schedule { _ in fastest }
    case .alone:
      let search = LoadedSearch(problem.tables)
      let plans = jobs.indices.map {
        problem.way(of: $0, under: problem.resources.backlogs, search).plan
      }
      return Schedule(plan: Plan(jobs: plans), order: Array(jobs.indices))
    case .random:
      var random = SplitMix64(seed: seed)
      return SequentialRouting(problem).schedule(random.nextIndices(jobs.count, below: jobs.count))
    }
  }
}

/// Schedules that run all layers of a job on one node, on routes that are shortest for the job alone.
private struct OneHost {
  private let problem: SchedulingProblem
  private let network: NetworkGraph

  init(_ problem: SchedulingProblem) {
    self.problem = problem
    network = NetworkGraph(problem.instance.network)
  }

  func schedule(_ host: (Int) -> Int) -> Schedule? {
    var plans: [JobPlan] = []
    for (index, job) in problem.instance.jobs.enumerated() {
      guard let plan = plan(index, job, on: host(index)) else { return nil }
      plans.append(plan)
    }
    return Schedule(plan: Plan(jobs: plans), order: Array(plans.indices))
  }

  private func plan(_ index: Int, _ job: Job, on host: Int) -> JobPlan? {
    let kind = problem.group(of: index).kind
    let layers = kind.layerCount
    guard layers > 0 else {
      return route(from: job.source, to: job.target, bits: kind.bits[0]).map {
        JobPlan(hosts: [], routes: [$0])
      }
    }
    let canRun = (0..<layers).allSatisfy { kind.seconds[$0 * problem.tables.nodeCount + host] < .infinity }
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
