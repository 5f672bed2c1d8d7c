import Networks

/// The nodes and links of a network as resources, each of which serves one job at a time: the nodes first, then the
/// links, each by its index.
public struct Resources: Sendable {
  public let nodeCount: Int
  public let linkCount: Int
  /// The work that is there before all jobs [s], one entry a resource.
  public let backlogs: [Double]
  /// By tail N + head.
  private let linkBetween: [Int: Int]

  /// - Complexity: O(N + E).
  public init(_ network: Network) {
    nodeCount = network.nodes.count
    linkCount = network.links.count
    backlogs =
      network.nodes.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 }
      + network.links.map { 8 * $0.backlog / $0.bandwidth }
    linkBetween = Dictionary(
      uniqueKeysWithValues: network.links.enumerated().map { [nodeCount] in
        ($1.tail * nodeCount + $1.head, $0)
      })
  }

  public var count: Int { nodeCount + linkCount }

  /// The resource that a link is.
  public func link(_ link: Int) -> Int { nodeCount + link }
  /// The index of the link from one node to another; `nil` if there is none.
  public func link(from tail: Int, to head: Int) -> Int? { linkBetween[tail * nodeCount + head] }
}

/// One visit of a job to a resource.
public struct Service: Sendable, Equatable {
  public let resource: Int
  /// What it takes without interruption [s].
  public let seconds: Double
  /// What passes before the next visit without occupying the resource: a link's propagation [s].
  public let delay: Double
  /// The layer that is computed, or whose output is sent: -1 for the job's input.
  public let layer: Int

  public init(resource: Int, seconds: Double, delay: Double, layer: Int) {
    (self.resource, self.seconds, self.delay, self.layer) = (resource, seconds, delay, layer)
  }
}

/// What a job needs of nodes and links, one service after the other.
public struct ServiceChain: Sendable, Equatable {
  public let services: [Service]
  /// When the job needs the first one [s].
  public let release: Double

  public init(services: [Service], release: Double) { (self.services, self.release) = (services, release) }

  /// The completion time if the job waits for nothing [s].
  public var alone: Double { services.reduce(release) { $0 + $1.seconds + $1.delay } }
}
