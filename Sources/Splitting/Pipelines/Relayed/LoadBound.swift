/// The bound that the work of all layers gives, links and memory aside: the nodes share the layers in fractions.
enum LoadBound {
  /// The largest bound found. For prices p >= 0 of nodes with the sum 1, every plan's largest load is at least
  ///
  ///     sum over l of min over v of p_v work_{l,v}
  ///
  /// since it is at least the mean of the loads that p weighs. The prices are improved by multiplicative weights: those of
  /// nodes that get more than the mean rise.
  /// - Complexity: O(rounds layers nodes).
  static func bound(_ figures: PipelineFigures, rounds: Int = 400, mustStop: () -> Bool) -> Double {
    let nodeCount = figures.nodeCount
    var prices = startingPrices(figures)
    guard !prices.isEmpty else { return 0 }
    var best = 0.0
    var loads = [Double](repeating: 0, count: nodeCount)
    for round in 0..<rounds where !mustStop() {
      let sum = prices.reduce(0, +)
      for node in 0..<nodeCount { (prices[node], loads[node]) = (prices[node] / sum, 0) }
      var value = 0.0
      for layer in 0..<figures.layerCount {
        var (host, least) = (0, Double.infinity)
        for node in 0..<nodeCount {
          let cost = prices[node] * figures.work[layer * nodeCount + node]
          // A node without a price is free, unless the layer may not run there.
          if cost < least { (host, least) = (node, cost) }
        }
        guard least < .infinity else { return best }
        value += least
        loads[host] += figures.work[layer * nodeCount + host]
      }
      best = max(best, value * (1 - 1e-12))
      guard value > 0 else { return best }
      let step = 0.3 / (1 + Double(round) / 20)
      for node in 0..<nodeCount {
        prices[node] *= SteepExponential.value(step * (min(loads[node] / value, 5) - 1))
      }
    }
    return best
  }

  /// In proportion to the speed: the sum of the layers' mean work over a node's.
  private static func startingPrices(_ figures: PipelineFigures) -> [Double] {
    (0..<figures.nodeCount).map { node in
      var (work, count) = (0.0, 0)
      for layer in 0..<figures.layerCount {
        let figure = figures.work[layer * figures.nodeCount + node]
        if figure < .infinity && figure > 0 { (work, count) = (work + figure, count + 1) }
      }
      return count > 0 ? Double(count) / work : 1
    }
  }
}
