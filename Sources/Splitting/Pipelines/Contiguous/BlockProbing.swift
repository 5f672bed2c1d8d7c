import Foundations

/// The removal of blocks and crossings that no plan within the limit can use: those through which even the cheapest path
/// costs more than the sum of all prices (``BlockPrices``).
struct BlockProbing {
  /// At `k * nodes + v`: the cost of the way to a node where stage k arrives, and to one that it leaves after a block.
  private var arrived: [Double]
  private var leaving: [Double]

  /// Removes blocks and crossings from a graph with the prices that were computed for it.
  /// - Returns: the share of the blocks and crossings that was removed.
  /// - Complexity: O(nodes · layers · longest block + layers · links · passes).
  static func run(_ graph: inout BlockGraph, _ prices: BlockPrices) -> Double {
    var probing = BlockProbing(graph)
    var (removed, count) = (0, 1)
    var isKept = [Bool](repeating: true, count: graph.crossings.count)
    for stage in 0...graph.layerCount {
      probing.moveOn(graph, prices, stage)
      probing.markCrossings(graph, prices, stage, &isKept)
      probing.removeBlocks(&graph, prices, stage, &removed, &count)
    }
    count += graph.crossings.count
    removed += graph.crossings.count
    graph.keepCrossings(isKept)
    removed -= graph.crossings.count
    return Double(removed) / Double(count)
  }

  private init(_ graph: BlockGraph) {
    arrived = Array(repeating: .infinity, count: (graph.layerCount + 1) * graph.nodeCount)
    leaving = arrived
    arrived[graph.figures.source] = 0
  }

  /// The cost of the way to a node from which stage k can go over a link.
  private func departed(_ graph: BlockGraph, _ stage: Int, _ node: Int) -> Double {
    let index = stage * graph.nodeCount + node
    let isStart = stage == 0 && node == graph.figures.source
    return isStart || graph.figures.isRelay[node] ? min(arrived[index], leaving[index]) : leaving[index]
  }

  private func price(_ graph: BlockGraph, _ prices: BlockPrices, _ stage: Int, _ link: Int) -> Double {
    let shared = graph.sharedIndex[link]
    return shared < 0 ? 0 : graph.share(stage, link) * prices.prices[graph.nodeCount + shared]
  }

  /// Follows the links of a stage, by sweeps until nothing changes.
  private mutating func moveOn(_ graph: BlockGraph, _ prices: BlockPrices, _ stage: Int) {
    let base = stage * graph.nodeCount
    var isChanged = true
    while isChanged {
      isChanged = false
      for tail in 0..<graph.nodeCount {
        let cost = departed(graph, stage, tail)
        guard cost < .infinity else { continue }
        for position in graph.crossings(stage, from: tail) {
          let crossing = graph.crossings[position]
          let head = Int(crossing.head)
          let reached = cost + price(graph, prices, stage, Int(crossing.link))
          guard reached < arrived[base + head] else { continue }
          arrived[base + head] = reached
          if graph.figures.isRelay[head] { isChanged = true }
        }
      }
    }
  }

  private func markCrossings(_ graph: BlockGraph, _ prices: BlockPrices, _ stage: Int, _ isKept: inout [Bool])
  {
    for tail in 0..<graph.nodeCount {
      let cost = departed(graph, stage, tail)
      for position in graph.crossings(stage, from: tail) {
        let crossing = graph.crossings[position]
        let rest = prices.arrived[stage * graph.nodeCount + Int(crossing.head)]
        isKept[position] = cost + price(graph, prices, stage, Int(crossing.link)) + rest <= BlockPrices.slack
      }
    }
  }

  /// Removes blocks that start with a stage, and follows the others.
  private mutating func removeBlocks(
    _ graph: inout BlockGraph, _ prices: BlockPrices, _ stage: Int, _ removed: inout Int, _ count: inout Int
  ) {
    let width = graph.layerCount + 1
    for node in 0..<graph.nodeCount {
      let cost = arrived[stage * graph.nodeCount + node] + prices.prices[node]
      let last = graph.ends[node * width + stage]
      guard last > stage else { continue }
      for end in (stage + 1)...last where graph.hasBlock[graph.block(node, stage, end)] {
        count += 1
        let index = end * graph.nodeCount + node
        if cost + prices.leaving[index] > BlockPrices.slack {
          graph.hasBlock[graph.block(node, stage, end)] = false
          removed += 1
        } else {
          leaving[index] = min(leaving[index], cost)
        }
      }
    }
  }
}
