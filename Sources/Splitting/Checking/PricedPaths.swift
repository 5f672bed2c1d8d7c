import Splitting

/// The cheapest path of a job if latency and resources have prices, by Dijkstra's algorithm on one copy of
/// its layered graph after the other.
struct PricedPaths {
  private let instance: Instance
  private let prices: ResourcePrices
  private let links: LinkLists

  /// - Complexity: O(N + E).
  init(_ instance: Instance, _ prices: ResourcePrices) {
    self.instance = instance
    self.prices = prices
    links = .leaving(instance.network)
  }

  /// The cost of the job's cheapest path from its source to its target; infinite if there is none.
  ///
  /// Paths leave out the layers and stages that alone exceed the capacity of a node or a link, because no
  /// plan has them.
  ///
  /// - Parameter latencyPrice: the price of a second of its latency.
  /// - Complexity: O(L (N + E) log N).
  func cost(ofJob job: Int, latencyPrice: Double) -> Double {
    let figures = JobFigures(instance, job: job)
    let count = instance.network.nodes.count
    let waits = (0..<count).map { latencyPrice * figures.wait($0) }
    // Computing on the host of the last layer waits again only under the policy `layer`.
    let waitsAgain = instance.options.waiting == .layer
    // By node: the cost of reaching it with the current stage, and the cost just after it computed the last
    // layer.
    var reached = [Double](repeating: .infinity, count: count)
    var computed = reached
    reached[figures.job.source] = 0
    for layer in figures.layers.indices {
      spread(&reached, figures, bytes: figures.stageBytes[layer], latencyPrice)
      let times = figures.times(ofLayer: layer)
      for node in 0..<count {
        let ready = min(computed[node] + (waitsAgain ? waits[node] : 0), reached[node] + waits[node])
        computed[node] = ready + computeCost(figures, layer, times[node], on: node, latencyPrice)
      }
      reached = computed
    }
    spread(&reached, figures, bytes: figures.stageBytes[figures.layers.count], latencyPrice)
    return reached[figures.job.target]
  }

  private func computeCost(
    _ figures: JobFigures, _ layer: Int, _ seconds: Double, on node: Int, _ latencyPrice: Double
  ) -> Double {
    // 0 times infinity would be NaN.
    guard seconds < .infinity else { return .infinity }
    return latencyPrice * seconds + prices.memory[node] * figures.layers[layer].memory
      + prices.computeLoad[node] * figures.job.rate * seconds
  }

  private func spread(
    _ costs: inout [Double], _ figures: JobFigures, bytes: Double, _ latencyPrice: Double
  ) {
    let load = figures.load(bytes: bytes)
    links.spread(&costs) { link in
      let seconds = figures.seconds(onLink: link, bytes: bytes)
      return seconds < .infinity ? latencyPrice * seconds + prices.linkLoad[link] * load : .infinity
    }
  }
}
