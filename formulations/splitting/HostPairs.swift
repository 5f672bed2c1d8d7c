import LinearModels

/// The pairs of hosts of two consecutive layers of a job: what the products x[l,u] x[l+1,v] stand for.
public struct HostPairs: Sendable {
  public let job: Int
  /// The first of the two layers, counted from 0.
  public let layer: Int
  public let hosts: [Int]
  public let nextHosts: [Int]
  /// All pairs, the hosts of the second layer running fastest.
  public let all: [HostPair]

  /// - Parameters:
  ///   - job: its index.
  ///   - layer: index of the first of the two layers.
  ///   - choices: what the job may choose.
  ///   - distances: the shortest ways of the tensor between the layers [s] from a host to every node.
  /// - Complexity: O(H^2), and one call of `distances` for each host of the first layer.
  public init(job: Int, layer: Int, choices: JobChoices, distances: (_ host: Int) -> [Double]) {
    self.job = job
    self.layer = layer
    hosts = choices.hosts[layer]
    nextHosts = choices.hosts[layer + 1]
    var all: [HostPair] = []
    all.reserveCapacity(hosts.count * nextHosts.count)
    for (position, host) in hosts.enumerated() {
      let ways = distances(host)
      for (nextPosition, next) in nextHosts.enumerated() {
        let stays = host == next
        let latency =
          stays
          ? choices.potentials.latency(throughLayer: layer, andNextOn: host)
          : choices.potentials.latency(throughLayer: layer, on: host, thenOn: next, routeCost: ways[next])
        all.append(
          HostPair(
            position: position, nextPosition: nextPosition, host: host, nextHost: next,
            way: stays ? 0 : ways[next], wait: stays ? 0 : choices.graph.entryWaits[next],
            isKept: choices.keeps(latency)))
      }
    }
    self.all = all
  }
}

/// A host of one layer and a host of the next.
public struct HostPair: Sendable {
  /// Positions of the two in the job's `hosts` of their layers.
  public let position: Int
  public let nextPosition: Int
  public let host: Int
  public let nextHost: Int
  /// The shortest way between them [s]; 0 on the same node.
  public let way: Double
  /// What entering the second one to compute waits [s]; 0 on the same node, and never a credit.
  public let wait: Double
  /// Whether a plan of interest uses the pair.
  public let isKept: Bool

  public var stays: Bool { host == nextHost }
}

extension HostPairs {
  /// Sets the product of the hosts of a plan to 1; false where it was left out.
  ///
  /// - Parameters:
  ///   - planHosts: the node that runs each layer.
  ///   - y: one variable a pair.
  ///   - values: the point that is being made, one value a column.
  public func mark(_ planHosts: [Int], y: [Variable?], in values: inout [Double]) -> Bool {
    guard let position = hosts.firstIndex(of: planHosts[layer]),
      let nextPosition = nextHosts.firstIndex(of: planHosts[layer + 1]),
      let y = y[position * nextHosts.count + nextPosition]
    else { return false }
    values[y.column] = 1
    return true
  }
}
