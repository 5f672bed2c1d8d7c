import Foundations
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
  private let cuts: [[CutBlocks.Price]]
  private let links: LinkLists

  /// - Parameters:
  ///   - prices: those of the resources; that of a deadline is the price of a second of the job's latency. Weights
  ///     have a price only where one job alone runs the DNN.
  ///   - surcharges: what else the layers of each job cost.
  ///   - cuts: what blocks cost each job.
  /// - Complexity: O(N + E).
  init(
    _ instance: Instance, _ prices: PerConstraint, surcharges: [LayerSurcharges], cuts: [[CutBlocks.Price]]
  ) {
    self.instance = instance
    self.prices = prices
    self.surcharges = surcharges
    self.cuts = cuts
    computePrices = Array(prices.computeLoad)
    linkPrices = Array(prices.linkLoad)
    links = LinkLists(instance.network, at: \.tail, other: \.head)
  }

  /// What the steps of a job's paths cost, by layer and node, by node, and by stage and link; infinite if they cannot be.
  private struct Costs {
    let layers: [[Double]]
    /// For entering a node, or for every layer if the job waits for each.
    let waits: [Double]
    let link: (_ stage: Int, _ link: Int) -> Double
  }

  /// The cost of the job's cheapest path from its source to its target; infinite if there is none.
  ///
  /// Paths leave out the layers and stages that alone exceed the capacity of a node or a link, because no plan
  /// has them; with `blocks` also runs of layers on one node that do, see ``PricedBlocks``.
  ///
  /// - Complexity: O(L (N + E) log N), and O(L^2 N) more with blocks.
  func cost(ofJob job: Int, blocks: Bool) -> Double {
    let figures = JobFigures(instance, job: job)
    let costs = costs(figures, job)
    if blocks {
      let arrivals = self.blocks(figures, costs, cuts: cuts[job]).arrivals()
      return arrivals[arrivals.count - 1][figures.job.target].cost
    }
    func spread(_ values: inout [Double], stage: Int) {
      links.spread(&values, relays: figures.relays) { costs.link(stage, $0) }
    }
    // By node: the cost of reaching it with the current stage, and the cost just after it computed the last layer.
    var reached = [Double](repeating: .infinity, count: costs.waits.count)
    var computed = reached
    reached[figures.job.source] = 0
    for (layer, layerCosts) in costs.layers.enumerated() {
      spread(&reached, stage: layer)
      for node in reached.indices {
        let ready = min(
          computed[node] + (figures.waitsForEachLayer ? costs.waits[node] : 0),
          reached[node] + costs.waits[node])
        computed[node] = ready + layerCosts[node]
      }
      reached = computed
    }
    spread(&reached, stage: figures.layers.count)
    return reached[figures.job.target]
  }

  /// The cost of the job's cheapest path that keeps the limits that the job has alone, or the cost that is claimed for it
  /// if that is less: see ``LimitedPaths``.
  func cost(ofJob job: Int, _ claim: PathClaim) -> Double {
    let figures = JobFigures(instance, job: job)
    let plain = blocks(figures, costs(figures, job), cuts: cuts[job])
    let priced = claim.offset > 0 ? blocks(figures, costs(figures, job, claim), cuts: cuts[job]) : nil
    var latencies: PricedBlocks?
    if figures.job.deadline != nil {
      let link = { figures.seconds(onLink: $1, bytes: figures.stageBytes[$0]) }
      let layers = figures.layers.indices.map { figures.times(ofLayer: $0) }
      latencies = blocks(figures, Costs(layers: layers, waits: figures.waits, link: link), cuts: [])
    }
    let reversed = LinkLists(instance.network, at: \.head, other: \.tail)
    var paths = LimitedPaths(plain, priced, latencies: latencies, claim, reversed)
    return paths.leastCost()
  }

  private func blocks(_ figures: JobFigures, _ costs: Costs, cuts: [CutBlocks.Price]) -> PricedBlocks {
    PricedBlocks(
      instance, figures, links, costs: costs.layers, waits: costs.waits, cuts: cuts, linkCost: costs.link)
  }

  /// What steps cost; with a claim also at the prices of its own limits.
  private func costs(_ figures: JobFigures, _ job: Int, _ claim: PathClaim? = nil) -> Costs {
    let latencyPrice = prices[.deadline(job)] + (claim?.deadline ?? 0)
    let sharesWeights = instance.sharesWeights(ofJob: job)
    let layers = figures.layers.enumerated().map { layer, description in
      let bytes = description.memory + (sharesWeights ? 0 : description.weights)
      let ownBytes = description.memory + description.weights
      var costs = figures.times(ofLayer: layer).enumerated().map { node, seconds in
        // 0 times infinity would be NaN.
        seconds == .infinity
          ? .infinity
          : latencyPrice * seconds + prices.memory[node] * bytes + (claim?.memory[node] ?? 0) * ownBytes
            + (computePrices[node] + (claim?.computeLoad[node] ?? 0)) * figures.job.rate * seconds
      }
      for (node, surcharge) in surcharges[job][layer] ?? [] { costs[node] += surcharge }
      return costs
    }
    return Costs(layers: layers, waits: figures.waits.map { latencyPrice * $0 }) { [linkPrices] stage, link in
      let bytes = figures.stageBytes[stage]
      let seconds = figures.seconds(onLink: link, bytes: bytes)
      return seconds < .infinity
        ? latencyPrice * seconds + linkPrices[link] * figures.load(bytes: bytes) : .infinity
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
