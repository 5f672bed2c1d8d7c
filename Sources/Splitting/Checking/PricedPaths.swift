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
  /// has them; with `blocks` also runs of layers on one node that do, see ``PricedBlocks``.
  ///
  /// - Complexity: O(L (N + E) log N), and O(L^2 N) more with blocks.
  func cost(ofJob job: Int, blocks: Bool) -> Double {
    let figures = JobFigures(instance, job: job)
    let latencyPrice = prices[.deadline(job)]
    let waits = figures.waits.map { latencyPrice * $0 }
    let costs = layerCosts(figures, job)
    func linkCost(_ stage: Int, _ link: Int) -> Double {
      let bytes = figures.stageBytes[stage]
      let seconds = figures.seconds(onLink: link, bytes: bytes)
      return seconds < .infinity
        ? latencyPrice * seconds + linkPrices[link] * figures.load(bytes: bytes) : .infinity
    }
    if blocks {
      return PricedBlocks(instance, figures, links, costs: costs, waits: waits).cost(linkCost)
    }
    func spread(_ costs: inout [Double], stage: Int) {
      links.spread(&costs, relays: figures.relays) { linkCost(stage, $0) }
    }
    // By node: the cost of reaching it with the current stage, and the cost just after it computed the last layer.
    var reached = [Double](repeating: .infinity, count: waits.count)
    var computed = reached
    reached[figures.job.source] = 0
    for (layer, costs) in costs.enumerated() {
      spread(&reached, stage: layer)
      for node in reached.indices {
        let ready = min(
          computed[node] + (figures.waitsForEachLayer ? waits[node] : 0), reached[node] + waits[node])
        computed[node] = ready + costs[node]
      }
      reached = computed
    }
    spread(&reached, stage: figures.layers.count)
    return reached[figures.job.target]
  }

  /// What it costs to compute each layer on each node, without waits; infinite if that cannot be.
  private func layerCosts(_ figures: JobFigures, _ job: Int) -> [[Double]] {
    let (latencyPrice, memoryPrices) = (prices[.deadline(job)], prices.memory)
    let sharesWeights = instance.sharesWeights(ofJob: job)
    return figures.layers.enumerated().map { layer, description in
      let bytes = description.memory + (sharesWeights ? 0 : description.weights)
      var costs = figures.times(ofLayer: layer).enumerated().map { node, seconds in
        // 0 times infinity would be NaN.
        seconds == .infinity
          ? .infinity
          : latencyPrice * seconds + memoryPrices[node] * bytes
            + computePrices[node] * figures.job.rate * seconds
      }
      for (node, surcharge) in surcharges[job][layer] ?? [] { costs[node] += surcharge }
      return costs
    }
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
