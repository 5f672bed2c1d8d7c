import Graphs

/// The time of a tensor of one size over each link, and on small networks its shortest paths between all nodes.
struct StagePaths: Sendable {
  /// The time over each of the network's forward arcs [s], in their order; infinite if the tensor does not fit.
  let arcCosts: [Double]
  /// The length of the shortest path from node u to node v at `u * nodeCount + v` [s], which passes relays alone; empty
  /// on large networks.
  let distance: [Double]
  /// The last arc of that path; -1 if there is none.
  let lastArc: [Int32]

  /// The largest number of nodes for which the paths of all pairs are cheaper than searches.
  private static let mostNodesWithAllPairs = 64

  init(arcCosts: [Double], network: NetworkGraph) {
    self.arcCosts = arcCosts
    let isSmall = network.nodeCount <= Self.mostNodesWithAllPairs
    (distance, lastArc) = isSmall ? Self.allPairs(arcCosts, network) : ([], [])
  }

  /// The algorithm of Floyd and Warshall (1962), which takes O(N^3).
  private static func allPairs(_ arcCosts: [Double], _ network: NetworkGraph) -> ([Double], [Int32]) {
    let count = network.nodeCount
    var distance = [Double](repeating: .infinity, count: count * count)
    var lastArc = [Int32](repeating: -1, count: count * count)
    for node in 0..<count { distance[node * count + node] = 0 }
    for arc in arcCosts.indices {
      let pair = Int(network.tails[arc]) * count + Int(network.forward.head[arc])
      if arcCosts[arc] < distance[pair] { (distance[pair], lastArc[pair]) = (arcCosts[arc], Int32(arc)) }
    }
    distance.withUnsafeMutableBufferPointer { distance in
      lastArc.withUnsafeMutableBufferPointer { lastArc in
        for through in 0..<count where network.forward.isRelay(through) {
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
    return (distance, lastArc)
  }
}
