import LayerRoute

/// What serves one job at a time: the nodes, then the links, each by its index.
public struct Resources: Sendable {
  public let nodeCount: Int
  public let linkCount: Int
  /// Work that is there before all jobs [s], one entry a resource.
  public let backlogs: [Double]
  private let linkBetween: [Ends: Int]

  private struct Ends: Hashable {
    let tail: Int
    let head: Int
  }

  /// - Complexity: O(N + E).
  public init(_ network: Network) {
    nodeCount = network.nodes.count
    linkCount = network.links.count
    backlogs =
      network.nodes.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 }
      + network.links.map { 8 * $0.backlog / $0.bandwidth }
    linkBetween = Dictionary(
      uniqueKeysWithValues: network.links.enumerated().map { (Ends(tail: $1.tail, head: $1.head), $0) })
  }

  public var count: Int { nodeCount + linkCount }

  /// The resource that a link is.
  public func link(_ link: Int) -> Int { nodeCount + link }

  /// The link that leads from one node to another; `nil` where there is none.
  func link(from tail: Int, to head: Int) -> Int? { linkBetween[Ends(tail: tail, head: head)] }
}

/// One visit of a job to a resource.
public struct Service: Sendable, Equatable {
  public let resource: Int
  /// What it takes, without interruption [s].
  public let seconds: Double
  /// What passes before the next visit, without keeping the resource: a link's propagation [s].
  public let delay: Double
  /// The layer that is computed, or whose tensor is sent: -1 for the job's input.
  public let layer: Int
}

/// What a job asks of nodes and links, one after the other.
public struct ServiceChain: Sendable, Equatable {
  public let services: [Service]
  /// When the first is asked for [s].
  public let release: Double

  /// - Parameters:
  ///   - plan: of the job; a plan that the evaluator accepts.
  ///   - job: index of the job.
  ///   - instance: the job's.
  ///   - resources: of the instance's network.
  /// - Complexity: O(L + length of the routes).
  public init(_ plan: JobPlan, job: Int, of instance: Instance, on resources: Resources) {
    let dnn = instance.dnn(ofJob: job)
    var services: [Service] = []
    for (stage, route) in plan.routes.enumerated() {
      let bits = 8 * (stage == 0 ? dnn.input : dnn.layers[stage - 1].output)
      for (tail, head) in zip(route, route.dropFirst()) {
        guard let link = resources.link(from: tail, to: head) else {
          preconditionFailure("a route crosses links only")
        }
        let figures = instance.network.links[link]
        services.append(
          Service(
            resource: resources.link(link), seconds: bits / figures.bandwidth, delay: figures.latency,
            layer: stage - 1))
      }
      guard stage < plan.hosts.count else { break }
      let host = plan.hosts[stage]
      services.append(
        Service(
          resource: host, seconds: dnn.layers[stage].seconds(on: host, of: instance.network), delay: 0,
          layer: stage))
    }
    self.services = services
    release = instance.jobs[job].release
  }

  /// Completion if nobody is in the way [s].
  public var alone: Double { services.reduce(release) { $0 + $1.seconds + $1.delay } }
}

extension Layer {
  /// What it takes on a node that may host it [s].
  fileprivate func seconds(on node: Int, of network: Network) -> Double {
    if let measured = times.first(where: { $0.node == node }) { return measured.seconds }
    return (work ?? 0) / network.nodes[node].compute
  }
}
