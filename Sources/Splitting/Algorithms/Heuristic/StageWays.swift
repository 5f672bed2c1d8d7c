import Graphs

/// What a tensor of one size pays on each link, and on small networks its shortest way between any two nodes.
struct StageWays: Sendable {
  /// In the order of the network's forward arcs [s]; infinite where it does not fit.
  let arcCosts: [Double]
  /// The length of the shortest way from node u to node v at `u * nodeCount + v` [s]; empty on large networks.
  private(set) var distance: [Double] = []
  /// The last arc of that way; -1 where there is none.
  private(set) var lastArc: [Int32] = []

  /// Up to so many nodes all pairs are cheaper than searches.
  static let mostNodesWithAllPairs = 64

  init(arcCosts: [Double], network: NetworkGraph) {
    self.arcCosts = arcCosts
    if network.nodeCount <= Self.mostNodesWithAllPairs { findAllPairs(network) }
  }

  /// Floyd and Warshall's algorithm (1962), O(N^3).
  private mutating func findAllPairs(_ network: NetworkGraph) {
    let count = network.nodeCount
    var distance = [Double](repeating: .infinity, count: count * count)
    var lastArc = [Int32](repeating: -1, count: count * count)
    for node in 0..<count { distance[node * count + node] = 0 }
    for arc in arcCosts.indices {
      let pair = Int(network.tails[arc]) * count + Int(network.forward.head[arc])
      if arcCosts[arc] < distance[pair] {
        distance[pair] = arcCosts[arc]
        lastArc[pair] = Int32(arc)
      }
    }
    distance.withUnsafeMutableBufferPointer { distance in
      lastArc.withUnsafeMutableBufferPointer { lastArc in
        for through in 0..<count {
          for from in 0..<count where distance[from * count + through] < .infinity && from != through {
            let first = distance[from * count + through]
            for to in 0..<count {
              let candidate = first + distance[through * count + to]
              if candidate < distance[from * count + to] {
                distance[from * count + to] = candidate
                lastArc[from * count + to] = lastArc[through * count + to]
              }
            }
          }
        }
      }
    }
    self.distance = distance
    self.lastArc = lastArc
  }
}
