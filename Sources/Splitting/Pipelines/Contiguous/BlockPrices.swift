import Foundations

/// Prices of the nodes and of the links that stages share, and the least priced paths through a block graph.
///
/// A block of node v costs p_v, and a crossing of link e by stage k costs tau_e times its share of the limit. A plan pays
/// at most the sum of all prices, as it uses each node once and no link beyond the limit. Therefore there is none below the
/// limit if the cheapest path, which may use nodes again, costs more; and none through a block or a crossing if the
/// cheapest path through it costs more. As a block costs the same however long it is, this bound is at least that of
/// prices for each layer on each node whose patterns are the blocks.
struct BlockPrices {
  /// By node, then by shared link: not negative, with the sum 1.
  var prices: [Double]
  /// At `k * nodes + v`: the cost of the rest when stage k has arrived at a node that may host.
  private(set) var arrived: [Double]
  /// At `k * nodes + v`: the cost of the rest when stage k is about to leave a node.
  private(set) var leaving: [Double]
  /// The end of the best block from stage k on a node, or -1; and the best link out of a node, or -1.
  private var bestEnd: [Int32]
  private var bestLink: [Int32]
  private var passes: [Bool]

  /// The allowance for rounding where a sum of prices is compared with 1.
  static let slack = 1 + 1e-9

  /// Equal prices of the nodes.
  init(_ graph: BlockGraph) {
    let count = (graph.layerCount + 1) * graph.nodeCount
    prices = Array(repeating: 0, count: graph.nodeCount + graph.sharedLinks.count)
    arrived = Array(repeating: .infinity, count: count)
    leaving = arrived
    bestEnd = Array(repeating: -1, count: count)
    bestLink = bestEnd
    passes = Array(repeating: false, count: count)
    let width = graph.layerCount + 1
    for node in 0..<graph.nodeCount
    where (0..<width).contains(where: { graph.ends[node * width + $0] > $0 }) { prices[node] = 1 }
    normalise()
  }

  /// Takes the prices of nodes and links from another limit, as far as they matter.
  mutating func take(_ known: [Double], _ graph: BlockGraph) {
    for node in 0..<graph.nodeCount where prices[node] > 0 { prices[node] = known[node] }
    for (position, link) in graph.sharedLinks.enumerated() {
      prices[graph.nodeCount + position] = known[graph.nodeCount + link]
    }
    normalise()
  }

  /// Sets the prices of all links to 0 but those of some, and computes the costs anew.
  mutating func keepLinks(_ kept: [Int], _ graph: BlockGraph) {
    guard kept.count < graph.sharedLinks.count else { return }
    for (position, link) in graph.sharedLinks.enumerated() where !kept.contains(link) {
      prices[graph.nodeCount + position] = 0
    }
    normalise()
    price(graph)
  }

  /// Writes the prices down for another limit.
  func give(_ known: inout [Double], _ graph: BlockGraph) {
    for node in 0..<graph.nodeCount { known[node] = prices[node] }
    for (position, link) in graph.sharedLinks.enumerated() {
      known[graph.nodeCount + link] = prices[graph.nodeCount + position]
    }
  }

  /// Scales the prices so that their sum is 1.
  mutating func normalise() {
    let sum = prices.reduce(0, +)
    for index in prices.indices { prices[index] = sum > 0 ? prices[index] / sum : 1 / Double(prices.count) }
  }

  /// Computes the costs of the rest from all nodes at all stages.
  /// - Returns: the cost of the cheapest path from the source; infinite if there is none.
  /// - Complexity: O(nodes · layers · longest block + layers · links · sweeps).
  @discardableResult
  mutating func price(_ graph: BlockGraph) -> Double {
    let (nodes, layers) = (graph.nodeCount, graph.layerCount)
    for stage in stride(from: layers, through: 0, by: -1) {
      let base = stage * nodes
      let row = base..<base + nodes
      leaving.withUnsafeMutableBufferPointer { $0[row].update(repeating: .infinity) }
      arrived.withUnsafeMutableBufferPointer { $0[row].update(repeating: .infinity) }
      bestLink.withUnsafeMutableBufferPointer { $0[row].update(repeating: -1) }
      bestEnd.withUnsafeMutableBufferPointer { $0[row].update(repeating: -1) }
      passes.withUnsafeMutableBufferPointer { $0[row].update(repeating: false) }
      if stage == layers {
        leaving[base + graph.figures.target] = 0
        arrived[base + graph.figures.target] = 0
      } else {
        priceBlocks(graph, stage)
      }
      priceLinks(graph, stage)
    }
    let source = graph.figures.source
    return min(arrived[source], leaving[source])
  }

  private mutating func priceBlocks(_ graph: BlockGraph, _ stage: Int) {
    let (nodes, width) = (graph.nodeCount, graph.layerCount + 1)
    graph.ends.withUnsafeBufferPointer { ends in
      graph.hasBlock.withUnsafeBufferPointer { hasBlock in
        leaving.withUnsafeBufferPointer { leaving in
          for node in 0..<nodes {
            let end = ends[node * width + stage]
            guard end > stage else { continue }
            let flags = graph.blockStarts[node * width + stage] - stage - 1
            var (best, bestAt) = (Double.infinity, -1)
            for last in (stage + 1)...end where hasBlock[flags + last] && leaving[last * nodes + node] <= best
            {
              (best, bestAt) = (leaving[last * nodes + node], last)
            }
            guard bestAt > 0, best < .infinity else { continue }
            arrived[stage * nodes + node] = best + prices[node]
            bestEnd[stage * nodes + node] = Int32(bestAt)
          }
        }
      }
    }
  }

  /// The cheapest ways over links in one stage, by sweeps over all links until nothing changes; one sweep where no node
  /// relays.
  private mutating func priceLinks(_ graph: BlockGraph, _ stage: Int) {
    let nodes = graph.nodeCount
    let base = stage * nodes
    graph.crossings.withUnsafeBufferPointer { crossings in
      graph.sharedIndex.withUnsafeBufferPointer { sharedIndex in
        var isChanged = true
        while isChanged {
          isChanged = false
          for tail in 0..<nodes {
            var (best, bestLink) = (leaving[base + tail], Int32(-1))
            for position in graph.crossings(stage, from: tail) {
              let crossing = crossings[position]
              var cost = arrived[base + Int(crossing.head)]
              guard cost < best else { continue }
              let shared = sharedIndex[Int(crossing.link)]
              if shared >= 0 { cost += graph.share(stage, Int(crossing.link)) * prices[nodes + shared] }
              if cost < best { (best, bestLink) = (cost, crossing.link) }
            }
            guard bestLink >= 0 else { continue }
            leaving[base + tail] = best
            self.bestLink[base + tail] = bestLink
            if graph.figures.isRelay[tail], best < arrived[base + tail] {
              arrived[base + tail] = best
              passes[base + tail] = true
              isChanged = true
            }
          }
        }
      }
    }
  }

  /// The blocks and links of the cheapest path.
  func path(_ graph: BlockGraph) -> BlockPath {
    var path = BlockPath()
    var (stage, node) = (0, graph.figures.source)
    // The source may send stage 0 on even if it is no relay.
    var isLeaving = leaving[node] < arrived[node]
    while stage < graph.layerCount || node != graph.figures.target {
      let index = stage * graph.nodeCount + node
      if isLeaving || passes[index] {
        let link = Int(bestLink[index])
        guard link >= 0 else { break }
        path.crossings.append((stage, link))
        node = graph.figures.heads[link]
        isLeaving = false
      } else {
        let end = Int(bestEnd[index])
        guard end > stage else { break }
        path.blocks.append((node, stage, end))
        (stage, isLeaving) = (end, true)
      }
    }
    return path
  }
}
