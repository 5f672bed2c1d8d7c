import Foundations
import Splitting

/// The cheapest path of a job at prices among those whose blocks fit: a block is a run of layers that a node computes
/// one after the other, and takes no more of its memory and time than the node has.
///
/// Every plan consists of such paths, and there are fewer of them than of all paths, so that they prove more. Two blocks of
/// one node need not fit there together; ``LimitedPaths`` see to that.
struct PricedBlocks {
  let instance: Instance
  let figures: JobFigures
  private let links: LinkLists
  /// By layer and node: what it costs to compute the layer there; infinite if that cannot be.
  let costs: [[Double]]
  /// What a stage costs on a link.
  let linkCost: (_ stage: Int, _ link: Int) -> Double
  /// By layer and node: the load of the layer [s of work a second].
  let loads: [[Double]]
  private let waits: [Double]
  /// By node.
  private let cuts: [[CutBlocks.Price]]

  /// - Parameters:
  ///   - costs: by layer and node, infinite if the node cannot run the layer, without waits.
  ///   - waits: by node, the cost of entering it, or of every layer if the job waits for each.
  ///   - cuts: what blocks cost beside their layers.
  init(
    _ instance: Instance, _ figures: JobFigures, _ links: LinkLists, costs: [[Double]], waits: [Double],
    cuts: [CutBlocks.Price], linkCost: @escaping (_ stage: Int, _ link: Int) -> Double
  ) {
    self.instance = instance
    self.figures = figures
    self.links = links
    self.costs = costs
    self.waits = waits
    self.linkCost = linkCost
    var cutsOfNode = [[CutBlocks.Price]](repeating: [], count: waits.count)
    for price in cuts { cutsOfNode[price.node].append(price) }
    self.cuts = cutsOfNode
    loads = figures.layers.indices.map { layer in
      figures.times(ofLayer: layer).map { $0 < .infinity ? figures.job.rate * $0 : .infinity }
    }
  }

  /// By stage from 0 to L, and by node: the cheapest ways from the source to the node, on which the last block is on
  /// another node than it.
  ///
  /// - Complexity: O(L (N + E) log N + L^2 (N + C)) for C prices of blocks.
  func arrivals() -> [[Arrivals]] {
    let (layers, nodes) = (figures.layers.count, instance.network.nodes.count)
    // By stage and node: the cost just after a block that ends there.
    var computed = [[Double]](repeating: Array(repeating: .infinity, count: nodes), count: layers + 1)
    computed[0][figures.job.source] = 0
    var arrivals: [[Arrivals]] = []
    for stage in 0...layers {
      // The source has computed nothing, so that the first block may be there.
      let reached = links.spreadByOrigin(
        computed[stage], relays: figures.relays, hasOrigins: stage > 0, cost: { linkCost(stage, $0) })
      arrivals.append(reached)
      for node in 0..<nodes where stage < layers {
        let start = reached[node].cost(notFrom: node)
        if start < .infinity { compute(from: stage, on: node, start, &computed) }
      }
    }
    return arrivals
  }

  /// Computes blocks of every length that fit, from a stage that has come to a node.
  private func compute(from stage: Int, on node: Int, _ start: Double, _ computed: inout [[Double]]) {
    // Rounding must not make a block of a plan too large.
    let slack = Tolerance.slack * (1 + 1e-12)
    let memoryLimit = (instance.network.nodes[node].memory ?? .infinity) * slack
    var cost = start
    var (memory, largest, load) = (0.0, 0.0, 0.0)
    for layer in stage..<figures.layers.count {
      let description = figures.layers[layer]
      memory += description.memory + description.weights
      largest = max(largest, description.activations)
      load += loads[layer][node]
      guard costs[layer][node] < .infinity, memory + largest <= memoryLimit, load <= slack else { return }
      cost += costs[layer][node]
      let total = cost + entry(node, stage...layer, memory: memory + largest)
      computed[layer + 1][node] = min(computed[layer + 1][node], total)
    }
  }

  /// What a block that takes so much memory costs beside its layers.
  func entry(_ node: Int, _ block: ClosedRange<Int>, memory: Double) -> Double {
    var cost = figures.waitsForEachLayer ? waits[node] * Double(block.count) : waits[node]
    for price in cuts[node]
    where block.lowerBound <= price.layers.lowerBound && block.upperBound >= price.layers.upperBound
      && memory >= price.memory
    {
      cost += price.cost
    }
    return cost
  }
}

/// The two cheapest ways to a node that start at different nodes.
struct Arrivals {
  private(set) var cost = Double.infinity
  private var origin = -1
  private var secondCost = Double.infinity
  private var secondOrigin = -1

  func cost(notFrom node: Int) -> Double { origin == node ? secondCost : cost }

  /// Takes a way into account; returns whether it is one of the two.
  mutating func add(_ new: Double, from start: Int) -> Bool {
    if origin == start {
      if new >= cost { return false }
      cost = new
    } else if new < cost {
      (secondCost, secondOrigin) = (cost, origin)
      (cost, origin) = (new, start)
    } else {
      if new >= secondCost { return false }
      (secondCost, secondOrigin) = (new, start)
    }
    return true
  }

  func has(_ value: Double, from start: Int) -> Bool {
    start == origin && value == cost || start == secondOrigin && value == secondCost
  }
}
