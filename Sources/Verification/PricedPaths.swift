import Instances

/// The cheapest way of a job where latency and resources have prices, by Dijkstra's algorithm copy by copy of its layered
/// graph. It is written for checking alone, and shares nothing with the searches whose results it checks.
struct PricedPaths {
  private let instance: Instance
  private let prices: ResourcePrices
  /// Links by the node they leave: those of node u at `firstLink[u] ..< firstLink[u + 1]` of `linkOrder`.
  private var firstLink: [Int]
  private var linkOrder: [Int]

  /// - Complexity: O(N + E).
  init(_ instance: Instance, _ prices: ResourcePrices) {
    self.instance = instance
    self.prices = prices
    let links = instance.network.links
    firstLink = Array(repeating: 0, count: instance.network.nodes.count + 1)
    for link in links { firstLink[link.tail + 1] += 1 }
    for node in instance.network.nodes.indices { firstLink[node + 1] += firstLink[node] }
    var next = firstLink
    linkOrder = Array(repeating: 0, count: links.count)
    for (index, link) in links.enumerated() {
      linkOrder[next[link.tail]] = index
      next[link.tail] += 1
    }
  }

  /// The least that the job pays on any way from its source to its target; infinite where there is none. Layers and
  /// stages that alone exceed a node's or a link's capacity are on no plan, and on no way.
  ///
  /// - Parameter latencyPrice: of a second of its latency.
  /// - Complexity: O(L (N + E) log N).
  func cost(ofJob job: Int, latencyPrice: Double) -> Double {
    let dnn = instance.dnns[instance.jobs[job].dnn]
    let count = instance.network.nodes.count
    // By node: what it takes to be there with the stage at hand, and the same just after the last layer was computed there.
    var reached = [Double](repeating: .infinity, count: count)
    var computed = reached
    reached[instance.jobs[job].source] = 0
    for (layer, figures) in dnn.layers.enumerated() {
      spread(&reached, job: job, bytes: layer == 0 ? dnn.input : dnn.layers[layer - 1].output, latencyPrice)
      let times = times(of: figures, at: layer, job: job)
      for node in 0..<count {
        let ready = min(
          computed[node] + returnWait(node, latencyPrice), reached[node] + firstWait(node, latencyPrice))
        computed[node] = ready + computeCost(figures, times[node], on: node, job: job, latencyPrice)
      }
      reached = computed
    }
    spread(&reached, job: job, bytes: dnn.layers.last?.output ?? dnn.input, latencyPrice)
    return reached[instance.jobs[job].target]
  }

  // MARK: Computing

  /// Entering a node to compute waits for its backlog, under either policy.
  private func firstWait(_ node: Int, _ latencyPrice: Double) -> Double {
    let figures = instance.network.nodes[node]
    return figures.backlog == 0 ? 0 : latencyPrice * figures.backlog / figures.compute
  }

  /// Going on where the last layer was computed waits again only under the policy `layer`.
  private func returnWait(_ node: Int, _ latencyPrice: Double) -> Double {
    instance.options.waiting == .layer ? firstWait(node, latencyPrice) : 0
  }

  /// Seconds of a layer on each node; infinite where it cannot or may not run.
  private func times(of figures: Layer, at layer: Int, job: Int) -> [Double] {
    let nodes = instance.network.nodes
    var times = [Double](repeating: .infinity, count: nodes.count)
    if figures.work != nil || figures.times.isEmpty {
      for (index, node) in nodes.enumerated() where node.compute > 0 {
        times[index] = (figures.work ?? 0) / node.compute
      }
    }
    for measured in figures.times { times[measured.node] = measured.seconds }
    let rules = instance.jobs[job].hosts
    guard let rule = rules.first(where: { $0.layer == layer }) ?? rules.first(where: { $0.layer == nil })
    else {
      return times
    }
    let allowed = Set(rule.nodes)
    for node in times.indices where !allowed.contains(node) { times[node] = .infinity }
    return times
  }

  private func computeCost(
    _ figures: Layer, _ seconds: Double, on node: Int, job: Int, _ latencyPrice: Double
  ) -> Double {
    let load = instance.jobs[job].rate * seconds
    guard seconds < .infinity, load <= Self.slack else { return .infinity }
    if let limit = instance.network.nodes[node].memory, figures.memory > limit * Self.slack {
      return .infinity
    }
    return latencyPrice * seconds + prices.memory[node] * figures.memory + prices.computeLoad[node] * load
  }

  private static let slack = 1 + 1e-6

  // MARK: Moving

  /// Lowers every node's cost to that of the cheapest way to it over links.
  private func spread(_ costs: inout [Double], job: Int, bytes: Double, _ latencyPrice: Double) {
    var queue = CostQueue()
    for (node, cost) in costs.enumerated() where cost < .infinity { queue.push(cost, node) }
    while let (cost, node) = queue.pop() {
      if cost > costs[node] { continue }
      for position in firstLink[node]..<firstLink[node + 1] {
        let link = instance.network.links[linkOrder[position]]
        let next = cost + linkCost(linkOrder[position], link, job: job, bytes: bytes, latencyPrice)
        if next < costs[link.head] {
          costs[link.head] = next
          queue.push(next, link.head)
        }
      }
    }
  }

  private func linkCost(
    _ index: Int, _ link: Link, job: Int, bytes: Double, _ latencyPrice: Double
  ) -> Double {
    let load = 8 * instance.jobs[job].rate * bytes
    guard load <= link.bandwidth * Self.slack else { return .infinity }
    let seconds = 8 * bytes / link.bandwidth + link.latency + 8 * link.backlog / link.bandwidth
    return latencyPrice * seconds + prices.linkLoad[index] * load
  }
}

/// A binary heap, the least cost first.
private struct CostQueue {
  private var entries: [(cost: Double, node: Int)] = []

  mutating func push(_ cost: Double, _ node: Int) {
    entries.append((cost, node))
    var child = entries.count - 1
    while child > 0, entries[(child - 1) / 2].cost > cost {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> (Double, Int)? {
    guard let least = entries.first else { return nil }
    let last = entries.removeLast()
    if entries.isEmpty { return least }
    entries[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= entries.count { return least }
      if child + 1 < entries.count, entries[child + 1].cost < entries[child].cost { child += 1 }
      if entries[child].cost >= last.cost { return least }
      entries.swapAt(parent, child)
      parent = child
    }
  }
}
