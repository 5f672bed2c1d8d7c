import Foundations
import Networks
import Splitting

/// A claim that no path of a job that keeps the job's own limits costs less than a value, with prices of these limits
/// that help to check it.
struct PathClaim {
  /// [s]
  let value: Double
  /// By node: the price of a byte, and of a second of work a second.
  var memory: [Double]
  var computeLoad: [Double]
  /// The price of a second of latency.
  var deadline = 0.0
  /// What all of these limits are worth at their prices [s].
  var offset = 0.0

  init(_ value: Double, nodeCount: Int) {
    self.value = value
    memory = Array(repeating: 0, count: nodeCount)
    computeLoad = memory
  }
}

/// The cheapest path of a job that keeps the limits that the job has alone, up to a claimed cost: all of its blocks on a
/// node fit there together, the path is as fast as its deadline, and a contiguous job does not return to a node.
///
/// Paths grow backward from the target, block by block, as labels that remember what they use of each node (Irnich and
/// Desaulniers, "Shortest path problems with resource constraints", 2005), in the order of a bound on the cost of the
/// whole path: the cost so far and that of the cheapest way from the source by ``PricedBlocks``. Prices of the limits give
/// another bound: a path that keeps the limits pays at most what they are worth.
struct LimitedPaths {
  /// The costs of steps, with the least costs from the source and of routes. The largest value of interest limits both.
  private struct View {
    let blocks: PricedBlocks
    let arrivals: [[Arrivals]]
    let limit: Double
    /// By stage and node to which the stage goes: the least cost by node from which it comes; empty if not yet known.
    var routes: [[Double]]

    init(_ blocks: PricedBlocks, limit: Double) {
      self.blocks = blocks
      self.limit = limit
      arrivals = blocks.arrivals()
      routes = Array(repeating: [], count: arrivals.count * arrivals[0].count)
    }

    var least: Double { arrivals[arrivals.count - 1][blocks.figures.job.target].cost }
  }

  /// The end of a path, from the block on that begins with a stage on a node.
  private struct Label {
    let stage: Int
    let node: Int
    /// By view.
    let values: [Double]
    /// By node, ascending: what matters of its limits from here on.
    let uses: [Use]
  }

  private struct Use {
    let node: Int
    /// Without activations [byte].
    var memory = 0.0
    var activations = 0.0
    var load = 0.0
  }

  private let instance: Instance
  private let figures: JobFigures
  private let claim: PathClaim
  private let reversed: LinkLists
  /// At the prices, then at those with the own limits' if there are any, then latencies if there is a deadline.
  private var views: [View]
  private let hasPriced: Bool
  private let hasLatencies: Bool
  /// The memory [byte] of the layers before each, and their largest activations.
  private var memoryBefore = [0.0]
  private var activationsBefore = [0.0]
  /// By layer and node: the load of the layers before it.
  private var loadBefore: [[Double]]

  private var labels: [Label] = []
  private var queue = ValueQueue()
  /// By stage and node: the labels that no other dominates.
  private var kept: [[Int]]

  // Rounding must not keep a plan's path from fitting.
  private static let slack = Tolerance.slack * (1 + 1e-12)
  /// The number of labels after which the least bound of what is left has to do.
  private static let mostLabels = 200_000

  init(
    _ plain: PricedBlocks, _ priced: PricedBlocks?, latencies: PricedBlocks?, _ claim: PathClaim,
    _ reversed: LinkLists
  ) {
    (instance, figures) = (plain.instance, plain.figures)
    (self.claim, self.reversed) = (claim, reversed)
    (hasPriced, hasLatencies) = (priced != nil, latencies != nil)
    views = [View(plain, limit: claim.value)]
    if let priced { views.append(View(priced, limit: claim.value + claim.offset)) }
    let deadline = figures.job.deadline ?? .infinity
    if let latencies { views.append(View(latencies, limit: deadline * Self.slack)) }
    let nodes = instance.network.nodes.count
    loadBefore = [Array(repeating: 0, count: nodes)]
    for (layer, description) in figures.layers.enumerated() {
      memoryBefore.append(memoryBefore[layer] + description.memory + description.weights)
      activationsBefore.append(max(activationsBefore[layer], description.activations))
      loadBefore.append(zip(loadBefore[layer], plain.loads[layer]).map { $1 < .infinity ? $0 + $1 : $0 })
    }
    kept = Array(repeating: [], count: (figures.layers.count + 1) * nodes)
  }

  /// The least cost of a path, or the claimed one if that is less; if the search ends early, a bound below both.
  mutating func leastCost() -> Double {
    let bound = max(views[0].least, hasPriced ? views[1].least - claim.offset : 0)
    if bound >= claim.value { return claim.value }
    // One route and no block.
    if figures.layers.isEmpty { return min(views[0].least, claim.value) }
    let end = Label(
      stage: figures.layers.count, node: figures.job.target, values: views.map { _ in 0 }, uses: [])
    extend(end)
    while let (key, index, _) = queue.pop() {
      let label = labels[index]
      if label.stage == 0 { return min(key, claim.value) }
      if labels.count > Self.mostLabels { return max(key, bound) }
      if kept[label.stage * instance.network.nodes.count + label.node].contains(index) { extend(label) }
    }
    return claim.value
  }

  /// Puts blocks of every length that fit before the end of a path, on every node from which its stage can come.
  private mutating func extend(_ label: Label) {
    let nodes = instance.network.nodes.count
    let routes = views.indices.map { self.routes($0, to: label.node, stage: label.stage) }
    for node in 0..<nodes where label.stage == figures.layers.count || node != label.node {
      let place = label.uses.firstIndex { $0.node == node }
      if figures.job.isContiguous && place != nil { continue }
      let values = views.indices.map { label.values[$0] + routes[$0][node] }
      guard values.allSatisfy({ $0 < .infinity }) else { continue }
      let used = place.map { label.uses[$0] } ?? Use(node: node)
      compute(on: node, values, used, label)
    }
  }

  /// Puts the blocks on one node before the end of a path.
  private mutating func compute(on node: Int, _ values: [Double], _ used: Use, _ label: Label) {
    let memoryLimit = (instance.network.nodes[node].memory ?? .infinity) * Self.slack
    var sums = values
    var block = Use(node: node)
    for first in (0..<label.stage).reversed() {
      let layer = figures.layers[first]
      block.memory += layer.memory + layer.weights
      block.activations = max(block.activations, layer.activations)
      block.load += views[0].blocks.loads[first][node]
      let use = Use(
        node: node, memory: used.memory + block.memory, activations: max(used.activations, block.activations),
        load: used.load + block.load)
      guard use.memory + use.activations <= memoryLimit, use.load <= Self.slack else { return }
      for view in views.indices { sums[view] += views[view].blocks.costs[first][node] }
      guard sums[0] < .infinity else { return }
      let memory = block.memory + block.activations
      let totals = views.indices.map {
        sums[$0] + views[$0].blocks.entry(node, first...label.stage - 1, memory: memory)
      }
      let bounds = views.indices.map { totals[$0] + views[$0].arrivals[first][node].cost(notFrom: node) }
      guard views.indices.allSatisfy({ bounds[$0] <= views[$0].limit }) else { continue }
      let isWhole = first == 0
      add(
        Label(stage: first, node: node, values: totals, uses: uses(label.uses, with: use, before: first)),
        key: hasPriced && !isWhole ? max(bounds[0], bounds[1] - claim.offset) : bounds[0])
    }
  }

  /// The uses with that of one node replaced, without those that matter no more because all layers before a stage fit.
  private func uses(_ uses: [Use], with use: Use, before stage: Int) -> [Use] {
    let place = uses.firstIndex { $0.node >= use.node } ?? uses.count
    let isThere = place < uses.count && uses[place].node == use.node
    let all = uses[..<place] + [use] + uses[(isThere ? place + 1 : place)...]
    if figures.job.isContiguous { return Array(all) }
    return all.filter {
      let memory = $0.memory + memoryBefore[stage] + max($0.activations, activationsBefore[stage])
      return memory > instance.network.nodes[$0.node].memory ?? .infinity
        || $0.load + loadBefore[stage][$0.node] > 1
    }
  }

  private mutating func add(_ label: Label, key: Double) {
    let place = label.stage * instance.network.nodes.count + label.node
    if kept[place].contains(where: { dominates(labels[$0], label) }) { return }
    kept[place] = kept[place].filter { !dominates(label, labels[$0]) } + [labels.count]
    queue.push(key, labels.count, -1)
    labels.append(label)
  }

  /// Whether a label at the same stage and node is as good as another for every way from the source.
  private func dominates(_ one: Label, _ other: Label) -> Bool {
    guard one.values[0] <= other.values[0],
      !hasLatencies || one.values[views.count - 1] <= other.values[views.count - 1]
    else { return false }
    var rest = other.uses[...]
    for use in one.uses {
      while let next = rest.first, next.node < use.node { rest = rest.dropFirst() }
      guard let next = rest.first, next.node == use.node, use.memory <= next.memory,
        use.activations <= next.activations, use.load <= next.load
      else { return false }
    }
    return true
  }

  /// By node: the least cost of routes from there to a node at which a stage arrives.
  private mutating func routes(_ view: Int, to node: Int, stage: Int) -> [Double] {
    let nodes = instance.network.nodes.count
    let place = stage * nodes + node
    if views[view].routes[place].isEmpty {
      var values = [Double](repeating: .infinity, count: nodes)
      values[node] = 0
      let linkCost = views[view].blocks.linkCost
      reversed.spread(&values, relays: figures.relays) { linkCost(stage, $0) }
      views[view].routes[place] = values
    }
    return views[view].routes[place]
  }
}
