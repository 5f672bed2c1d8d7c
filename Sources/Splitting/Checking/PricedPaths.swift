import Splitting

/// The cheapest path of a job if latency and resources have prices, by Dijkstra's algorithm on one copy of its
/// layered graph after the other.
struct PricedPaths {
  private let instance: Instance
  private let prices: PerConstraint
  // Those of compute load by node and of link load by link.
  private let computePrices: [Double]
  private let linkPrices: [Double]
  private let links: LinkLists

  /// - Parameter prices: those of the resources; that of a deadline is the price of a second of the job's latency.
  /// - Complexity: O(N + E).
  init(_ instance: Instance, _ prices: PerConstraint) {
    self.instance = instance
    self.prices = prices
    computePrices = Array(prices.computeLoad)
    linkPrices = Array(prices.linkLoad)
    links = LinkLists(instance.network, at: \.tail, other: \.head)
  }

  /// The cost of the job's cheapest path from its source to its target; infinite if there is none.
  ///
  /// Paths leave out the layers and stages that alone exceed the capacity of a node or a link, because no plan
  /// has them.
  ///
  /// - Complexity: O(L (N + E) log N).
  func cost(ofJob job: Int) -> Double {
    let figures = JobFigures(instance, job: job)
    let latencyPrice = prices[.deadline(job)]
    let memoryPrices = prices.memory
    let waits = figures.waits.map { latencyPrice * $0 }
    func spread(_ costs: inout [Double], stage: Int) {
      let bytes = figures.stageBytes[stage]
      let load = figures.load(bytes: bytes)
      links.spread(&costs) { link in
        let seconds = figures.seconds(onLink: link, bytes: bytes)
        return seconds < .infinity ? latencyPrice * seconds + linkPrices[link] * load : .infinity
      }
    }
    // By node: the cost of reaching it with the current stage, and the cost just after it computed the last layer.
    var reached = [Double](repeating: .infinity, count: waits.count)
    var computed = reached
    reached[figures.job.source] = 0
    for (layer, description) in figures.layers.enumerated() {
      spread(&reached, stage: layer)
      for (node, seconds) in figures.times(ofLayer: layer).enumerated() {
        let ready = min(
          computed[node] + (figures.waitsForEachLayer ? waits[node] : 0), reached[node] + waits[node])
        // 0 times infinity would be NaN.
        computed[node] =
          seconds == .infinity
          ? .infinity
          : ready
            + (latencyPrice * seconds + memoryPrices[node] * description.memory
              + computePrices[node] * figures.job.rate * seconds)
      }
      reached = computed
    }
    spread(&reached, stage: figures.layers.count)
    return reached[figures.job.target]
  }
}
