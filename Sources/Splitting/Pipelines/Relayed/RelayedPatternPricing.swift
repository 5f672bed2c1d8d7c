/// The most valuable set of layers that fits a node beside the layers that have to run there, by ``PatternKnapsack``.
enum RelayedPatternPricing {
  struct Pattern {
    /// Ascending.
    var layers: [Int]
    /// No set is more valuable than that.
    let bound: Double
  }

  /// - Parameter prices: the value of each layer on each node, at `layer * nodeCount + node`.
  static func best(on node: Int, _ pipeline: RelayedPipeline, prices: [Double]) -> Pattern {
    let limit = pipeline.figures.memoryLimit[node]
    let unit = limit > 0 && limit < .infinity ? limit : .infinity
    let use = pipeline.used[node]
    let items = (0..<pipeline.layerCount).compactMap { layer -> PatternKnapsack.Item? in
      let index = layer * pipeline.nodeCount + node
      guard pipeline.hosts[index], pipeline.forcedHosts[layer] < 0, prices[index] > 0 else { return nil }
      return PatternKnapsack.Item(
        index: layer, value: prices[index], work: pipeline.share(ofLayer: layer, on: node),
        memory: pipeline.figures.memory[layer] / unit, peak: pipeline.figures.activations[layer] / unit)
    }
    guard !items.isEmpty else { return Pattern(layers: [], bound: 0) }
    let room = RelayedPipeline.slack
    let answer = PatternKnapsack.best(
      items, work: room - use.work / pipeline.limit, memory: room - use.memory / unit, peak: use.peak / unit)
    return Pattern(layers: extended(answer.indices, on: node, pipeline), bound: answer.bound)
  }

  /// Adds layers without a value that fit as well: the set may help where prices change.
  private static func extended(_ layers: [Int], on node: Int, _ pipeline: RelayedPipeline) -> [Int] {
    var (layers, use) = (layers, pipeline.used[node])
    for layer in layers { use = pipeline.adding(layer, on: node, to: use) }
    for layer in 0..<pipeline.layerCount
    where pipeline.hosts[layer * pipeline.nodeCount + node] && pipeline.forcedHosts[layer] < 0
      && !layers.contains(layer) && pipeline.fits(layer, on: node, beside: use)
    {
      use = pipeline.adding(layer, on: node, to: use)
      layers.append(layer)
    }
    return layers.sorted()
  }
}
