import LinearModels

/// The pairs of hosts of two consecutive layers of a job, which the products x[l,u] x[l+1,v] stand for.
public struct HostPairs: Sendable {
  public let job: Int
  /// The first of the two layers, counted from 0.
  public let layer: Int
  public let hosts: [Int]
  public let nextHosts: [Int]
  /// All pairs, with the hosts of the second layer varying fastest.
  public let all: [HostPair]

  /// The pairs of a layer and the next one; `distances` returns the lengths of the shortest paths of the tensor
  /// between them from a host to every node [s].
  ///
  /// - Complexity: O(H^2), and one call of `distances` for each host of the first layer.
  public init(job: Int, layer: Int, choices: JobChoices, distances: (_ host: Int) -> [Double]) {
    self.job = job
    self.layer = layer
    hosts = choices.hosts[layer]
    nextHosts = choices.hosts[layer + 1]
    var all: [HostPair] = []
    all.reserveCapacity(hosts.count * nextHosts.count)
    for (position, host) in hosts.enumerated() {
      let costs = distances(host)
      for (nextPosition, next) in nextHosts.enumerated() {
        let stays = host == next
        let latency =
          stays
          ? choices.potentials.latency(throughLayer: layer, andNextOn: host)
          : choices.potentials.latency(throughLayer: layer, on: host, thenOn: next, routeCost: costs[next])
        all.append(
          HostPair(
            position: position, nextPosition: nextPosition, host: host, nextHost: next,
            routeCost: stays ? 0 : costs[next], wait: stays ? 0 : choices.graph.entryWaits[next],
            isKept: choices.keeps(latency)))
      }
    }
    self.all = all
  }

  /// Sets the product of the hosts of a plan, one variable for each pair, to 1; returns false if it was left out.
  public func mark(_ planHosts: [Int], y: [Variable?], in values: inout [Double]) -> Bool {
    guard let position = hosts.firstIndex(of: planHosts[layer]),
      let nextPosition = nextHosts.firstIndex(of: planHosts[layer + 1]),
      let y = y[position * nextHosts.count + nextPosition]
    else { return false }
    values[y.column] = 1
    return true
  }
}

/// A host of one layer and a host of the next.
public struct HostPair: Sendable {
  /// The positions of the two in the job's `hosts` of their layers.
  public let position: Int
  public let nextPosition: Int
  public let host: Int
  public let nextHost: Int
  /// The cost of the shortest route between them [s]; 0 on the same node.
  public let routeCost: Double
  /// The waiting time on entering the second one to compute [s]; 0 on the same node, and never negative.
  public let wait: Double
  /// Whether a plan of interest uses the pair.
  public let isKept: Bool

  public var stays: Bool { host == nextHost }
}
