import Splitting

/// The cheapest path of a job if latency and resources have prices, by Dijkstra's algorithm on one copy of its
/// layered graph after the other.
struct PricedPaths {
  private let instance: Instance
  private let prices: PerConstraint
  // Those of compute load by node and of link load by link.
  private let computePrices: [Double]
  private let linkPrices: [Double]
  private let surcharges: [LayerSurcharges]
  private let links: LinkLists

  /// - Parameters:
  ///   - prices: those of the resources; that of a deadline is the price of a second of the job's latency. Weights
  ///     have a price only where one job alone runs the DNN.
  ///   - surcharges: what else the layers of each job cost.
  /// - Complexity: O(N + E).
  init(_ instance: Instance, _ prices: PerConstraint, surcharges: [LayerSurcharges]) {
    self.instance = instance
    self.prices = prices
    self.surcharges = surcharges
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
    let sharesWeights = instance.sharesWeights(ofJob: job)
    func spread(_ costs: inout [Double], stage: Int) {
      let bytes = figures.stageBytes[stage]
      let load = figures.load(bytes: bytes)
      links.spread(&costs, relays: figures.relays) { link in
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
      let bytes = description.memory + (sharesWeights ? 0 : description.weights)
      for (node, seconds) in figures.times(ofLayer: layer).enumerated() {
        let ready = min(
          computed[node] + (figures.waitsForEachLayer ? waits[node] : 0), reached[node] + waits[node])
        // 0 times infinity would be NaN.
        computed[node] =
          seconds == .infinity
          ? .infinity
          : ready
            + (latencyPrice * seconds + memoryPrices[node] * bytes
              + computePrices[node] * figures.job.rate * seconds)
      }
      for (node, surcharge) in surcharges[job][layer] ?? [] { computed[node] += surcharge }
      reached = computed
    }
    spread(&reached, stage: figures.layers.count)
    return reached[figures.job.target]
  }
}

/// What a job pays for layers on nodes beside the prices of resources [s], by layer.
typealias LayerSurcharges = [Int: [(node: Int, cost: Double)]]

extension Instance {
  /// Whether another job runs the same DNN, so that the two hold its weights together.
  func sharesWeights(ofJob job: Int) -> Bool {
    jobs.indices.contains { $0 != job && jobs[$0].dnn == jobs[job].dnn }
  }
}
