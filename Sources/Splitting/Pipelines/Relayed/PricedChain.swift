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
  /// From the source, and, against the links, from the target.
  private var forward = Sweep()
  private var backward = Sweep()
  private var sums: [Double] = []
  private let open: OpenNodes

  /// The least costs of a search, at stage * nodeCount + node.
  private struct Sweep {
    /// Where a block has ended, or, against the links, where it begins: a route starts there.
    var starts: [Double] = []
    /// Where a route may go on: it starts there, or has arrived at a relay.
    var passes: [Double] = []
    /// Where a route of at least one link has arrived.
    var arrivals: [Double] = []

    mutating func clear(_ count: Int) {
      starts = Array(repeating: .infinity, count: count)
      passes = starts
      arrivals = starts
    }

    /// Dijkstra's search through a stage.
    /// - Parameters:
    ///   - lists: the links at each node in the direction of the search, and `ends` where they lead.
    ///   - prices: by link; infinite if the stage may not cross it.
    mutating func cross(
      _ stage: Int, _ lists: PipelineLinks.Lists, ends: [Int], prices: [Double], isRelay: [Bool],
      _ open: OpenNodes
    ) {
      let row = stage * isRelay.count
      for node in isRelay.indices {
        passes[row + node] = starts[row + node]
        open.open(node, at: starts[row + node])
      }
      while let (node, least) = open.next() {
        for place in lists.starts[node]..<lists.starts[node + 1] {
          let link = lists.links[place]
          let end = ends[link]
          let cost = least + prices[link]
          guard cost < arrivals[row + end] else { continue }
          arrivals[row + end] = cost
          if isRelay[end] && cost < passes[row + end] {
            passes[row + end] = cost
            open.open(end, at: cost)
          }
        }
      }
    }
  }

  /// The chain without prices.
  init(_ pipeline: RelayedPipeline) {
    hostPrices = Array(repeating: 0, count: pipeline.hosts.count)
    linkPrices = Array(repeating: 0, count: pipeline.linkCount)
    open = OpenNodes(nodeCount: pipeline.nodeCount)
  }

  /// The cost of a cheapest way; infinite if there is none.
  /// - Complexity: O(layers (nodes^1.5 + links) + blocks).
  mutating func cheapest(_ pipeline: RelayedPipeline) -> Double {
    guard !pipeline.isEmpty else { return .infinity }
    let (n, count) = (pipeline.nodeCount, (pipeline.layerCount + 1) * pipeline.nodeCount)
    forward.clear(count)
    forward.starts[pipeline.figures.source] = 0
    sumPrices(pipeline)
    for stage in 0...pipeline.layerCount {
      forward.cross(
        stage, pipeline.links.leaving, ends: pipeline.figures.heads, prices: prices(ofStage: stage, pipeline),
        isRelay: pipeline.figures.isRelay, open)
      if stage == 0 { forward.arrivals[pipeline.figures.source] = 0 }
      guard stage < pipeline.layerCount else { break }
      for node in 0..<n where forward.arrivals[stage * n + node] < .infinity {
        let start = forward.arrivals[stage * n + node]
        let end = pipeline.blockEnds[stage * n + node]
        guard end > stage else { continue }
        for next in stage + 1...end {
          let cost = start + sum(stage..<next, node, n)
          if cost < forward.starts[next * n + node] { forward.starts[next * n + node] = cost }
        }
      }
    }
    let goal = pipeline.layerCount * n + pipeline.figures.target
    return min(forward.starts[goal], forward.arrivals[goal])
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

  /// By link; infinite if the stage may not cross it.
  private func prices(ofStage stage: Int, _ pipeline: RelayedPipeline) -> [Double] {
    let row = stage * pipeline.linkCount
    return (0..<pipeline.linkCount).map { link in
      guard pipeline.crossings[row + link] else { return .infinity }
      let price = linkPrices[link]
      guard price > 0, !pipeline.forcedCrossings[row + link] else { return 0 }
      return price * pipeline.share(ofStage: stage, on: link)
    }
  }

  /// Forbids every choice for which the cheapest way through it costs more than `most`; call after ``cheapest(_:)``.
  /// - Returns: the number of choices that are forbidden.
  /// - Complexity: O(layers (nodes^1.5 + links) + blocks).
  mutating func forbid(above most: Double, _ pipeline: inout RelayedPipeline) -> Int {
    searchBackward(pipeline)
    let count = forbidCrossings(above: most, &pipeline) + forbidHosts(above: most, &pipeline)
    if count > 0 { pipeline.propagate() }
    return count
  }

  private mutating func searchBackward(_ pipeline: RelayedPipeline) {
    let (n, count) = (pipeline.nodeCount, (pipeline.layerCount + 1) * pipeline.nodeCount)
    backward.clear(count)
    let goal = pipeline.layerCount * n + pipeline.figures.target
    backward.starts[goal] = 0
    for stage in stride(from: pipeline.layerCount, through: 0, by: -1) {
      if stage < pipeline.layerCount {
        for node in 0..<n {
          let end = pipeline.blockEnds[stage * n + node]
          var least = Double.infinity
          for next in stage + 1..<max(end, stage) + 1 {
            least = min(least, sum(stage..<next, node, n) + backward.arrivals[next * n + node])
          }
          backward.starts[stage * n + node] = least
        }
      }
      backward.cross(
        stage, pipeline.links.entering, ends: pipeline.figures.tails,
        prices: prices(ofStage: stage, pipeline),
        isRelay: pipeline.figures.isRelay, open)
      if stage == pipeline.layerCount { backward.arrivals[goal] = 0 }
    }
  }

  private func forbidCrossings(above most: Double, _ pipeline: inout RelayedPipeline) -> Int {
    let n = pipeline.nodeCount
    var count = 0
    for stage in 0...pipeline.layerCount {
      let prices = prices(ofStage: stage, pipeline)
      for link in 0..<pipeline.linkCount where prices[link] < .infinity {
        let (tail, head) = (pipeline.figures.tails[link], pipeline.figures.heads[link])
        let cost = forward.passes[stage * n + tail] + prices[link] + backward.passes[stage * n + head]
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
      for start in 0..<pipeline.layerCount where forward.arrivals[start * n + node] < .infinity {
        let end = pipeline.blockEnds[start * n + node]
        // The cheapest block that starts here and reaches beyond a layer.
        var least = Double.infinity
        for next in stride(from: end, to: start, by: -1) {
          let cost =
            forward.arrivals[start * n + node] + sum(start..<next, node, n)
            + backward.arrivals[next * n + node]
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
