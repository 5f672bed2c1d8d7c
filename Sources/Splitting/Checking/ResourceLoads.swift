import Splitting

/// The load of each node and link under a plan: the part of a second that it is busy each second.
///
/// Rates count as they are; where no job has one, each counts with 1/s, so that a load is the time that a resource is
/// busy with one inference of each job.
public struct ResourceLoads: Sendable {
  /// By node [s of work a second].
  public let nodes: [Double]
  /// By link.
  public let links: [Double]

  /// The load of the busiest node or link: the plan's bottleneck; 0 without any.
  public var largest: Double { max(nodes.max() ?? 0, links.max() ?? 0) }

  /// A node or a link.
  public enum Resource: Sendable, Equatable {
    case node(Int)
    case link(Int)
  }

  /// The nodes and then the links that limit the throughput: their load is within 1e-6 of the largest; none if that is 0.
  public var bottlenecks: [(resource: Resource, load: Double)] {
    let least = largest * (1 - 1e-6)
    guard least > 0 else { return [] }
    let busyNodes = nodes.enumerated().filter { $1 >= least }.map { (Resource.node($0), $1) }
    return busyNodes + links.enumerated().filter { $1 >= least }.map { (Resource.link($0), $1) }
  }
}

extension Evaluator {
  /// The loads under a plan whose hosts and routes are valid.
  ///
  /// - Complexity: O(J L + N + E + total length of the routes).
  public func loads(of plan: Plan) -> ResourceLoads {
    let index = LinkIndex(instance.network, usedBy: plan)
    var nodes = [Double](repeating: 0, count: instance.network.nodes.count)
    var links = [Double](repeating: 0, count: instance.network.links.count)
    let hasRates = instance.jobs.contains { $0.rate > 0 }
    for (job, jobPlan) in plan.jobs.enumerated() {
      let rate = hasRates ? instance.jobs[job].rate : 1
      guard rate > 0 else { continue }
      for (layer, host) in jobPlan.hosts.enumerated() {
        nodes[host] += rate * (time(of: layer, on: host, job: job) ?? .nan)
      }
      for (route, bytes) in zip(jobPlan.routes, instance.stageBytes(ofJob: job)) {
        for link in index.links(along: route) {
          links[link] += rate * 8 * bytes / instance.network.links[link].bandwidth
        }
      }
    }
    return ResourceLoads(nodes: nodes, links: links)
  }
}
