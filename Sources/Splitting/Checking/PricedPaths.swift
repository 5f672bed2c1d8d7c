import Splitting

/// The cheapest way of a job where latency and resources have prices, by Dijkstra's algorithm copy by copy of its layered
/// graph.
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

  /// The least that the job pays on any way from its source to its target; infinite where there is none. Layers and
  /// stages that alone exceed a node's or a link's capacity are on no plan, and on no way.
  ///
  /// - Parameter latencyPrice: of a second of its latency.
  /// - Complexity: O(L (N + E) log N).
  func cost(ofJob job: Int, latencyPrice: Double) -> Double {
    let figures = JobFigures(instance, job: job)
    let count = instance.network.nodes.count
    let waits = (0..<count).map { latencyPrice * figures.wait($0) }
    // Going on where the last layer was computed waits again only under the policy `layer`.
    let waitsAgain = instance.options.waiting == .layer
    // By node: what it takes to be there with the stage at hand, and the same just after the last layer was computed there.
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
    // Nothing times infinite would be no number.
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
