/// The most valuable set of layers that fits a node beside the layers that have to run there: a knapsack with two
/// resources, of which one has a peak.
///
///     maximise   sum of value_l over l in S
///     subject to sum of work_l <= 1, sum of memory_l + largest activations_l <= 1        (in parts of the node's limits)
///
/// Depth-first branch and bound (Horowitz and Sahni, 1974) in the order of value per mixture of both resources, with the
/// mixture whose fractional relaxation is the tightest.
struct RelayedPatternPricing {
  struct Item {
    let layer: Int
    let value: Double
    let work: Double
    let memory: Double
    let peak: Double
    /// The resource of the mixture that it takes.
    var mixture = 0.0
  }

  struct Pattern {
    /// Ascending.
    var layers: [Int] = []
    var value = 0.0
    /// No set is more valuable than that; it is the value, unless the search was cut off.
    var bound = 0.0
  }

  /// The most nodes of one search.
  private let most: Int
  private var items: [Item] = []
  private var start = RelayedPipeline.NodeUse()
  private var share = 0.0
  private var visited = 0
  private var chosen: [Int] = []
  private var best = Pattern()
  private let capacity = RelayedPipeline.slack

  init(most: Int = 20_000) { self.most = most }

  /// - Parameter prices: the value of each layer on each node, at `layer * nodeCount + node`.
  mutating func best(on node: Int, _ pipeline: RelayedPipeline, prices: [Double]) -> Pattern {
    best = Pattern()
    collect(node, pipeline, prices)
    guard !items.isEmpty else { return best }
    let bound = orderByMixture()
    visited = 0
    chosen.removeAll(keepingCapacity: true)
    visit(0, 0, start.work, start.memory, start.peak)
    best.bound = visited <= most ? best.value : max(best.value, bound)
    extend(node, pipeline)
    return best
  }

  private mutating func collect(_ node: Int, _ pipeline: RelayedPipeline, _ prices: [Double]) {
    items.removeAll(keepingCapacity: true)
    let limit = pipeline.figures.memoryLimit[node]
    let unit = limit > 0 && limit < .infinity ? limit : .infinity
    let use = pipeline.used[node]
    start = RelayedPipeline.NodeUse(
      work: use.work / pipeline.limit, memory: use.memory / unit, peak: use.peak / unit)
    for layer in 0..<pipeline.layerCount {
      let index = layer * pipeline.nodeCount + node
      guard pipeline.hosts[index], pipeline.forcedHosts[layer] < 0, prices[index] > 0 else { continue }
      items.append(
        Item(
          layer: layer, value: prices[index], work: pipeline.share(ofLayer: layer, on: node),
          memory: pipeline.figures.memory[layer] / unit, peak: pipeline.figures.activations[layer] / unit))
    }
  }

  /// Sorts the items by the mixture of least fractional bound, which is returned.
  private mutating func orderByMixture() -> Double {
    var least = (bound: Double.infinity, share: 0.0)
    for quarter in 0...4 {
      let share = Double(quarter) / 4
      order(share)
      let room = share * (capacity - start.work) + (1 - share) * (capacity - start.memory - start.peak)
      let bound = fractionalBound(from: 0, room)
      if bound < least.bound { least = (bound, share) }
    }
    order(least.share)
    return least.bound
  }

  private mutating func order(_ share: Double) {
    self.share = share
    for index in items.indices {
      items[index].mixture = share * items[index].work + (1 - share) * items[index].memory
    }
    items.sort { ($0.value * $1.mixture, $1.layer) > ($1.value * $0.mixture, $0.layer) }
  }

  private func fractionalBound(from start: Int, _ room: Double) -> Double {
    var (room, sum) = (room, 0.0)
    for index in start..<items.count {
      let item = items[index]
      if item.mixture > room { return sum + item.value * room / item.mixture }
      room -= item.mixture
      sum += item.value
    }
    return sum
  }

  private mutating func visit(_ index: Int, _ value: Double, _ work: Double, _ memory: Double, _ peak: Double)
  {
    visited += 1
    if value > best.value {
      best.value = value
      best.layers = chosen
    }
    guard index < items.count, visited <= most else { return }
    let room = share * (capacity - work) + (1 - share) * (capacity - memory - peak)
    guard value + fractionalBound(from: index, room) > best.value * (1 + 1e-12) else { return }
    let item = items[index]
    if work + item.work <= capacity && memory + item.memory + max(peak, item.peak) <= capacity {
      chosen.append(item.layer)
      visit(index + 1, value + item.value, work + item.work, memory + item.memory, max(peak, item.peak))
      chosen.removeLast()
    }
    visit(index + 1, value, work, memory, peak)
  }

  /// Adds layers without a value that fit as well: the set may help where prices change.
  private mutating func extend(_ node: Int, _ pipeline: RelayedPipeline) {
    var use = pipeline.used[node]
    for layer in best.layers { use = pipeline.adding(layer, on: node, to: use) }
    for layer in 0..<pipeline.layerCount
    where pipeline.hosts[layer * pipeline.nodeCount + node] && pipeline.forcedHosts[layer] < 0
      && !best.layers.contains(layer) && pipeline.fits(layer, on: node, beside: use)
    {
      use = pipeline.adding(layer, on: node, to: use)
      best.layers.append(layer)
    }
    best.layers.sort()
  }
}
