/// The cheapest way of a pipeline through its network under prices, and the cheapest one through every choice.
///
/// A way runs blocks of layers that fit a node alone, and between two blocks crosses at least one link. Every plan within
/// the limit is such a way; a way may load a node or a link several times, which a plan within the limit cannot.
struct PricedChain {
  /// The price of a layer on a node, at `layer * nodeCount + node`, not negative. Layers with one host and crossings
  /// that must be are free, whatever their price.
  var hostPrices: [Double]
  /// The price of the whole limit of a link, not negative.
  var linkPrices: [Double]
  // At stage * nodeCount + node: the least cost from the source to the end of a block, to an arrival by a link (stage 0:
  // or being there), and to being able to leave.
  private var ended: [Double] = []
  private var arrived: [Double] = []
  private var leaving: [Double] = []
  // The least cost to the target: from the end of a block, from an arrival where a block begins, and from an arrival.
  private var fromEnd: [Double] = []
  private var fromBlock: [Double] = []
  private var fromArrival: [Double] = []
  private var sums: [Double] = []
  private var isOpen: [Bool] = []

  /// The chain without prices.
  init(_ pipeline: RelayedPipeline) {
    hostPrices = Array(repeating: 0, count: pipeline.hosts.count)
    linkPrices = Array(repeating: 0, count: pipeline.linkCount)
  }

  /// The cost of a cheapest way; infinite if there is none.
  /// - Complexity: O(layers (nodes^2 + links) + blocks).
  mutating func cheapest(_ pipeline: RelayedPipeline) -> Double {
    guard !pipeline.isEmpty else { return .infinity }
    let (n, count) = (pipeline.nodeCount, (pipeline.layerCount + 1) * pipeline.nodeCount)
    ended = Array(repeating: .infinity, count: count)
    arrived = ended
    leaving = ended
    isOpen = Array(repeating: false, count: n)
    ended[pipeline.figures.source] = 0
    sumPrices(pipeline)
    for stage in 0...pipeline.layerCount {
      crossForward(stage, pipeline)
      if stage == 0 { arrived[pipeline.figures.source] = 0 }
      guard stage < pipeline.layerCount else { break }
      for node in 0..<n where arrived[stage * n + node] < .infinity {
        let start = arrived[stage * n + node]
        let end = pipeline.blockEnds[stage * n + node]
        guard end > stage else { continue }
        for next in stage + 1...end {
          let cost = start + sum(stage..<next, node, n)
          if cost < ended[next * n + node] { ended[next * n + node] = cost }
        }
      }
    }
    let goal = pipeline.layerCount * n + pipeline.figures.target
    return min(ended[goal], arrived[goal])
  }

  /// By layer and node, prefix sums of the prices.
  private mutating func sumPrices(_ pipeline: RelayedPipeline) {
    let n = pipeline.nodeCount
    sums = Array(repeating: 0, count: (pipeline.layerCount + 1) * n)
    for index in hostPrices.indices {
      sums[index + n] = sums[index] + (pipeline.forcedHosts[index / n] < 0 ? hostPrices[index] : 0)
    }
  }

  private func sum(_ block: Range<Int>, _ node: Int, _ n: Int) -> Double {
    // Rounding must not make it negative.
    max(0, sums[block.upperBound * n + node] - sums[block.lowerBound * n + node])
  }

  private mutating func crossForward(_ stage: Int, _ pipeline: RelayedPipeline) {
    let (n, row) = (pipeline.nodeCount, stage * pipeline.nodeCount)
    for node in 0..<n {
      leaving[row + node] = ended[row + node]
      isOpen[node] = leaving[row + node] < .infinity
    }
    while true {
      var (node, least) = (-1, Double.infinity)
      for other in 0..<n where isOpen[other] && leaving[row + other] < least {
        (node, least) = (other, leaving[row + other])
      }
      guard node >= 0 else { return }
      isOpen[node] = false
      for place in pipeline.links.leavingStarts[node]..<pipeline.links.leavingStarts[node + 1] {
        let link = pipeline.links.leaving[place]
        guard pipeline.crossings[stage * pipeline.linkCount + link] else { continue }
        let head = pipeline.figures.heads[link]
        let cost = least + price(stage, link, pipeline)
        guard cost < arrived[row + head] else { continue }
        arrived[row + head] = cost
        if pipeline.figures.isRelay[head] && cost < leaving[row + head] {
          leaving[row + head] = cost
          isOpen[head] = true
        }
      }
    }
  }

  @inline(__always)
  private func price(_ stage: Int, _ link: Int, _ pipeline: RelayedPipeline) -> Double {
    let price = linkPrices[link]
    guard price > 0, !pipeline.forcedCrossings[stage * pipeline.linkCount + link] else { return 0 }
    return price * pipeline.share(ofStage: stage, on: link)
  }

  /// Forbids every choice for which the cheapest way through it costs more than `most`; call after ``cheapest(_:)``.
  /// - Returns: the number of choices that are forbidden.
  /// - Complexity: O(layers (nodes^2 + links) + blocks).
  mutating func forbid(above most: Double, _ pipeline: inout RelayedPipeline) -> Int {
    searchBackward(pipeline)
    let count = forbidCrossings(above: most, &pipeline) + forbidHosts(above: most, &pipeline)
    if count > 0 { pipeline.propagate() }
    return count
  }

  private mutating func searchBackward(_ pipeline: RelayedPipeline) {
    let (n, count) = (pipeline.nodeCount, (pipeline.layerCount + 1) * pipeline.nodeCount)
    fromEnd = Array(repeating: .infinity, count: count)
    fromBlock = fromEnd
    fromArrival = fromEnd
    let goal = pipeline.layerCount * n + pipeline.figures.target
    fromBlock[goal] = 0
    for stage in stride(from: pipeline.layerCount, through: 0, by: -1) {
      if stage < pipeline.layerCount {
        for node in 0..<n {
          let end = pipeline.blockEnds[stage * n + node]
          var least = Double.infinity
          for next in stage + 1..<max(end, stage) + 1 {
            least = min(least, sum(stage..<next, node, n) + fromEnd[next * n + node])
          }
          fromBlock[stage * n + node] = least
        }
      }
      crossBackward(stage, pipeline)
      if stage == pipeline.layerCount { fromEnd[goal] = 0 }
    }
  }

  private mutating func crossBackward(_ stage: Int, _ pipeline: RelayedPipeline) {
    let (n, row) = (pipeline.nodeCount, stage * pipeline.nodeCount)
    for node in 0..<n {
      fromArrival[row + node] = fromBlock[row + node]
      isOpen[node] = fromArrival[row + node] < .infinity
    }
    while true {
      var (node, least) = (-1, Double.infinity)
      for other in 0..<n where isOpen[other] && fromArrival[row + other] < least {
        (node, least) = (other, fromArrival[row + other])
      }
      guard node >= 0 else { return }
      isOpen[node] = false
      for place in pipeline.links.enteringStarts[node]..<pipeline.links.enteringStarts[node + 1] {
        let link = pipeline.links.entering[place]
        guard pipeline.crossings[stage * pipeline.linkCount + link] else { continue }
        let tail = pipeline.figures.tails[link]
        let cost = least + price(stage, link, pipeline)
        guard cost < fromEnd[row + tail] else { continue }
        fromEnd[row + tail] = cost
        if pipeline.figures.isRelay[tail] && cost < fromArrival[row + tail] {
          fromArrival[row + tail] = cost
          isOpen[tail] = true
        }
      }
    }
  }

  private func forbidCrossings(above most: Double, _ pipeline: inout RelayedPipeline) -> Int {
    let n = pipeline.nodeCount
    var count = 0
    for stage in 0...pipeline.layerCount {
      for link in 0..<pipeline.linkCount where pipeline.crossings[stage * pipeline.linkCount + link] {
        let (tail, head) = (pipeline.figures.tails[link], pipeline.figures.heads[link])
        let cost =
          leaving[stage * n + tail] + price(stage, link, pipeline) + fromArrival[stage * n + head]
        if cost > most {
          pipeline.crossings[stage * pipeline.linkCount + link] = false
          count += 1
        }
      }
    }
    return count
  }

  private func forbidHosts(above most: Double, _ pipeline: inout RelayedPipeline) -> Int {
    let n = pipeline.nodeCount
    var count = 0
    var through = [Double](repeating: .infinity, count: pipeline.layerCount)
    for node in 0..<n {
      for layer in through.indices { through[layer] = .infinity }
      for start in 0..<pipeline.layerCount where arrived[start * n + node] < .infinity {
        let end = pipeline.blockEnds[start * n + node]
        // The cheapest block that starts here and reaches beyond a layer.
        var least = Double.infinity
        for next in stride(from: end, to: start, by: -1) {
          let cost = arrived[start * n + node] + sum(start..<next, node, n) + fromEnd[next * n + node]
          least = min(least, cost)
          through[next - 1] = min(through[next - 1], least)
        }
      }
      for layer in 0..<pipeline.layerCount where pipeline.hosts[layer * n + node] && through[layer] > most {
        pipeline.hosts[layer * n + node] = false
        count += 1
      }
    }
    return count
  }
}

extension RelayedPipeline {
  /// Forbids what no way reaches.
  /// - Returns: false if there is no way at all.
  mutating func trim() -> Bool {
    var chain = PricedChain(self)
    while chain.cheapest(self) < .infinity {
      if chain.forbid(above: 0, &self) == 0 { return true }
    }
    return false
  }
}
