/// The bound that the largest block and the largest transfer give.
///
/// A plan within a limit cuts the chain only at stages that some link carries; each of its blocks fits its node alone, and each
/// transfer its links. Where no way through the network is like that, every plan exceeds the limit. More is possible at
/// a larger limit, so bisection finds the least one.
enum ThresholdBound {
  /// A limit that every plan reaches, up to rounding, and one with a way, not larger than that by 1e-7; both are infinite
  /// if there is no way at any limit. `nil` if it was stopped.
  /// - Complexity: 40 times that of ``PricedChain/cheapest(_:)``.
  static func bound(
    _ figures: PipelineFigures, _ links: PipelineLinks, mustStop: () -> Bool
  ) -> (lower: Double, upper: Double)? {
    let largest = largestLoad(figures)
    if hasWay(figures, links, 0) { return (0, 0) }
    guard hasWay(figures, links, largest) else { return (.infinity, .infinity) }
    var (lower, upper) = (0.0, largest)
    // Downwards by a factor first, since the least limit is far below the sum of everything.
    while upper > 0 && !mustStop() && hasWay(figures, links, upper / 4) { upper /= 4 }
    if mustStop() { return nil }
    lower = upper / 4
    while upper > lower * (1 + 1e-7) {
      if mustStop() { return (lower, upper) }
      let middle = (lower + upper) / 2
      if hasWay(figures, links, middle) { upper = middle } else { lower = middle }
    }
    return (lower, upper)
  }

  /// More than the load of any plan whose loads are finite.
  static func largestLoad(_ figures: PipelineFigures) -> Double {
    var sum = 0.0
    for layer in 0..<figures.layerCount {
      let row = figures.work[layer * figures.nodeCount..<(layer + 1) * figures.nodeCount]
      sum += row.filter { $0 < .infinity }.max() ?? 0
    }
    let most = figures.perBit.max() ?? 0
    return 2 * (sum + figures.bits.reduce(0, +) * most) + .leastNormalMagnitude
  }

  private static func hasWay(_ figures: PipelineFigures, _ links: PipelineLinks, _ limit: Double) -> Bool {
    let pipeline = RelayedPipeline(figures, links, limit: limit)
    var chain = PricedChain(pipeline)
    return chain.cheapest(pipeline) < .infinity
  }
}
