import Foundations

/// The blocks and transfers that are possible in plans whose loads are at most a limit: the layered graph in which every
/// plan of contiguous blocks is a path.
///
/// A tensor of stage k arrives at a node, which runs a block of layers k..<b if it is free and the block fits its memory
/// and the limit; then stage b leaves. Limits are relaxed by 1e-11, so that rounding cannot exclude a plan.
struct BlockGraph {
  let network: BlockNetwork
  let limit: Double
  /// At `node * (L + 1) + k`: the end of the longest block of a node that starts with layer k; k if there is none.
  let ends: [Int]
  /// At `node * (L + 1) + k`: where the flags of the blocks of a node from layer k begin, ordered by their ends.
  let blockStarts: [Int]
  /// Whether a block can be part of a plan.
  var hasBlock: [Bool]
  /// The crossings that can be part of a plan. Those of stage k from node v are at the positions from
  /// `crossingStarts[k * nodes + v]` on.
  private(set) var crossings: [BlockNetwork.Crossing]
  private(set) var crossingStarts: [Int]
  /// The links that several stages together could overload.
  let sharedLinks: [Int]
  /// By link: its position in `sharedLinks`, or -1.
  let sharedIndex: [Int]

  static let slack = 1 + 1e-11

  /// After a cancellation the graph lacks crossings, and proves nothing.
  /// - Complexity: O(nodes · layers · longest block + layers · links).
  init(_ network: BlockNetwork, limit: Double, cancellation: Cancellation) {
    self.network = network
    self.limit = limit
    let figures = network.figures
    let links = figures.linkCount
    let width = figures.layerCount + 1
    ends = Self.longestBlocks(figures, cap: limit * Self.slack)
    var starts = [Int](repeating: 0, count: figures.nodeCount * width)
    var count = 0
    for index in starts.indices {
      starts[index] = count
      count += ends[index] - index % width
    }
    blockStarts = starts
    hasBlock = Array(repeating: true, count: count)
    (crossings, crossingStarts) = Self.crossings(network, cap: limit * Self.slack, cancellation)
    sharedLinks = Self.linksToShare(network, limit: limit)
    var index = [Int](repeating: -1, count: links)
    for (position, link) in sharedLinks.enumerated() { index[link] = position }
    sharedIndex = index
  }

  var figures: PipelineFigures { network.figures }
  var nodeCount: Int { network.figures.nodeCount }
  var layerCount: Int { network.figures.layerCount }

  /// The flag of the block of layers `start..<end` on a node.
  func block(_ node: Int, _ start: Int, _ end: Int) -> Int {
    blockStarts[node * (layerCount + 1) + start] + end - start - 1
  }

  private static func longestBlocks(_ figures: PipelineFigures, cap: Double) -> [Int] {
    let (nodes, layers) = (figures.nodeCount, figures.layerCount)
    var ends = [Int](repeating: 0, count: nodes * (layers + 1))
    for node in 0..<nodes {
      let room = figures.memoryLimit[node]
      for start in 0...layers {
        var (end, load, memory, peak) = (start, 0.0, 0.0, 0.0)
        while end < layers {
          load += figures.work[end * nodes + node]
          memory += figures.memory[end]
          peak = max(peak, figures.activations[end])
          if load == .infinity || load > cap || memory + peak > room { break }
          end += 1
        }
        ends[node * (layers + 1) + start] = end
      }
    }
    return ends
  }

  /// The share of the limit that a stage takes of a link that it can cross.
  func share(_ stage: Int, _ link: Int) -> Double { Self.share(figures.crossing(stage, link), of: limit) }

  private static func share(_ load: Double, of limit: Double) -> Double { load == 0 ? 0 : load / limit }

  /// The positions of the crossings of a stage from a node.
  func crossings(_ stage: Int, from node: Int) -> Range<Int> {
    let index = stage * nodeCount + node
    return crossingStarts[index]..<crossingStarts[index + 1]
  }

  /// Keeps some of the crossings only, by their positions.
  mutating func keepCrossings(_ isKept: [Bool]) {
    var (kept, position) = (0, 0)
    for index in 0..<(crossingStarts.count - 1) {
      let end = crossingStarts[index + 1]
      crossingStarts[index] = kept
      while position < end {
        if isKept[position] {
          crossings[kept] = crossings[position]
          kept += 1
        }
        position += 1
      }
    }
    crossingStarts[crossingStarts.count - 1] = kept
    crossings.removeLast(crossings.count - kept)
  }

  private static func crossings(
    _ network: BlockNetwork, cap: Double, _ cancellation: Cancellation
  ) -> ([BlockNetwork.Crossing], [Int]) {
    let figures = network.figures
    var crossings: [BlockNetwork.Crossing] = []
    var starts: [Int] = []
    starts.reserveCapacity((figures.layerCount + 1) * figures.nodeCount + 1)
    for stage in 0...figures.layerCount {
      let isCancelled = cancellation.isCancelled
      for node in 0..<figures.nodeCount {
        starts.append(crossings.count)
        if isCancelled { continue }
        crossings.append(contentsOf: network.links(from: node, stage: stage, limit: cap))
      }
    }
    return (crossings, starts + [crossings.count])
  }

  /// The links on which the largest transfers, as many as can cross, are more than the limit.
  private static func linksToShare(_ network: BlockNetwork, limit: Double) -> [Int] {
    let figures = network.figures
    let descending = figures.bits.sorted(by: >)
    return (0..<figures.linkCount).filter { link in
      guard network.crossings[link] > 1 else { return false }
      let possible = descending.lazy.map { $0 * figures.perBit[link] }.filter { $0 <= limit * slack }
      return possible.prefix(network.crossings[link]).reduce(0, +) > limit
    }
  }
}
