/// A pipeline under a limit of every load: which choices a plan within the limit may have, and which it must have.
struct RelayedPipeline {
  let limit: Double
  let figures: PipelineFigures
  let contraction: PipelineContraction
  let links: PipelineLinks
  /// At `layer * nodeCount + node`: whether the layer may run there.
  var hosts: [Bool]
  /// At `stage * linkCount + link`: whether the stage may cross the link.
  var crossings: [Bool]
  // What follows is derived from these two.
  /// Whether it is plain that there is no plan.
  private(set) var isEmpty = false
  /// By layer: its only host; -1 if it has several.
  private(set) var forcedHosts: [Int]
  /// At `stage * linkCount + link`: whether the stage has to cross the link.
  private(set) var forcedCrossings: [Bool]
  /// By node: what the layers take that have to run there.
  private(set) var used: [NodeUse]
  /// By link: the load of the stages that have to cross it.
  private(set) var linkLoads: [Double]
  /// At `layer * nodeCount + node`: the end of the longest block from the layer on that fits the node beside the layers
  /// that have to run there.
  private(set) var blockEnds: [Int]

  /// What some layers take of a node.
  struct NodeUse: Equatable {
    var work = 0.0
    var memory = 0.0
    var peak = 0.0
  }

  /// Rounding errors of sums of loads and memory must not make a plan look too large.
  static let slack = 1 + 1e-10

  var nodeCount: Int { figures.nodeCount }
  var layerCount: Int { figures.layerCount }
  var linkCount: Int { figures.linkCount }

  /// - Complexity: O(layers (nodes + links) + blocks), several times.
  init(_ original: PipelineFigures, _ links: PipelineLinks, limit: Double) {
    self.limit = limit
    self.links = links
    contraction = PipelineContraction(original, limit: limit)
    let figures = contraction.figures
    self.figures = figures
    hosts = figures.work.map { $0 < .infinity }
    crossings = Array(repeating: figures.linkCount > 0, count: (figures.layerCount + 1) * figures.linkCount)
    forcedHosts = Array(repeating: -1, count: figures.layerCount)
    forcedCrossings = Array(repeating: false, count: crossings.count)
    used = Array(repeating: NodeUse(), count: figures.nodeCount)
    linkLoads = Array(repeating: 0, count: figures.linkCount)
    blockEnds = Array(repeating: 0, count: hosts.count)
    propagate()
  }

  /// The part of the limit that a layer takes of a node, or a stage of a link; the limit is not 0.
  func share(ofLayer layer: Int, on node: Int) -> Double { figures.work[layer * nodeCount + node] / limit }
  func share(ofStage stage: Int, on link: Int) -> Double { figures.crossing(stage, link) / limit }

  /// Whether a node has room for a layer beside others.
  func fits(_ layer: Int, on node: Int, beside use: NodeUse) -> Bool {
    use.work + figures.work[layer * nodeCount + node] <= limit * Self.slack
      && use.memory + figures.memory[layer] + max(use.peak, figures.activations[layer])
        <= figures.memoryLimit[node] * Self.slack
  }

  /// What some layers take of a node, with one more.
  func adding(_ layer: Int, on node: Int, to use: NodeUse) -> NodeUse {
    NodeUse(
      work: use.work + figures.work[layer * nodeCount + node], memory: use.memory + figures.memory[layer],
      peak: max(use.peak, figures.activations[layer]))
  }

  // MARK: Propagation

  /// Draws the conclusions from the choices that are left: what must be, and what does not fit beside that.
  mutating func propagate() {
    var hasChanged = true
    while hasChanged && !isEmpty {
      hasChanged = forceHosts()
      if forceCrossings() { hasChanged = true }
      if removeWhatDoesNotFit() { hasChanged = true }
    }
    guard !isEmpty else { return }
    for node in 0..<nodeCount {
      for layer in 0..<layerCount { blockEnds[layer * nodeCount + node] = blockEnd(from: layer, on: node) }
    }
  }

  private mutating func forceHosts() -> Bool {
    var hasChanged = false
    for layer in 0..<layerCount where forcedHosts[layer] < 0 {
      var (count, host) = (0, -1)
      for node in 0..<nodeCount where hosts[layer * nodeCount + node] {
        count += 1
        host = node
      }
      if count == 0 { isEmpty = true }
      guard count == 1 else { continue }
      if !fits(layer, on: host, beside: used[host]) { isEmpty = true }
      forcedHosts[layer] = host
      used[host] = adding(layer, on: host, to: used[host])
      hasChanged = true
    }
    return hasChanged
  }

  private mutating func forceCrossings() -> Bool {
    var hasChanged = false
    for stage in 0...layerCount {
      let origin = stage == 0 ? figures.source : forcedHosts[stage - 1]
      let destination = stage == layerCount ? figures.target : forcedHosts[stage]
      if origin >= 0 && origin == destination {
        if forbidAll(stage) { hasChanged = true }
        continue
      }
      let mustLeave = origin >= 0 && (destination >= 0 || !hosts[stage * nodeCount + origin])
      let mustEnter =
        destination >= 0 && (origin >= 0 || !hosts[(stage - 1) * nodeCount + destination])
      if mustLeave && follow(stage, from: origin, to: destination) { hasChanged = true }
      if mustEnter && lastLink(stage, to: destination) { hasChanged = true }
    }
    return hasChanged
  }

  private mutating func forbidAll(_ stage: Int) -> Bool {
    var hasChanged = false
    for index in stage * linkCount..<(stage + 1) * linkCount where crossings[index] {
      crossings[index] = false
      hasChanged = true
    }
    return hasChanged
  }

  /// Forces the links of a route from its start on, as long as there is only one way.
  private mutating func follow(_ stage: Int, from origin: Int, to destination: Int) -> Bool {
    var (node, previous, hasChanged) = (origin, -1, false)
    while node != destination {
      // Beyond the first link the next layer may run where the route has arrived.
      if previous >= 0 && (stage == layerCount || hosts[stage * nodeCount + node]) { return hasChanged }
      var (count, next) = (0, -1)
      for link in links.leaving[node] {
        guard crossings[stage * linkCount + link], figures.heads[link] != previous else { continue }
        count += 1
        next = link
      }
      if count == 0 { isEmpty = true }
      // A walk of the length of the network has a circle.
      guard count == 1, force(stage, next) else { return hasChanged }
      hasChanged = true
      (node, previous) = (figures.heads[next], node)
    }
    return hasChanged
  }

  /// Forces the last link of a route if there is only one.
  private mutating func lastLink(_ stage: Int, to destination: Int) -> Bool {
    var (count, last) = (0, -1)
    for link in links.entering[destination] where crossings[stage * linkCount + link] {
      count += 1
      last = link
    }
    if count == 0 { isEmpty = true }
    return count == 1 && force(stage, last)
  }

  /// Returns false if the stage had to cross the link before.
  private mutating func force(_ stage: Int, _ link: Int) -> Bool {
    guard !forcedCrossings[stage * linkCount + link] else { return false }
    forcedCrossings[stage * linkCount + link] = true
    linkLoads[link] += figures.crossing(stage, link)
    if linkLoads[link] > limit * Self.slack { isEmpty = true }
    return true
  }

  private mutating func removeWhatDoesNotFit() -> Bool {
    var hasChanged = false
    for layer in 0..<layerCount where forcedHosts[layer] < 0 {
      for node in 0..<nodeCount
      where hosts[layer * nodeCount + node] && !fits(layer, on: node, beside: used[node]) {
        hosts[layer * nodeCount + node] = false
        hasChanged = true
      }
    }
    for stage in 0...layerCount {
      for link in 0..<linkCount {
        let index = stage * linkCount + link
        guard crossings[index], !forcedCrossings[index] else { continue }
        guard linkLoads[link] + figures.crossing(stage, link) > limit * Self.slack else { continue }
        crossings[index] = false
        hasChanged = true
      }
    }
    return hasChanged
  }

  private func blockEnd(from start: Int, on node: Int) -> Int {
    var use = used[node]
    var end = start
    while end < layerCount && hosts[end * nodeCount + node] {
      if forcedHosts[end] < 0 {
        guard fits(end, on: node, beside: use) else { break }
        use = adding(end, on: node, to: use)
      }
      end += 1
    }
    return end
  }
}

extension RelayedPipeline {
  /// The remaining choices as those of the original pipeline: a local search may not separate merged layers either.
  var mask: PipelineMask {
    let starts = contraction.starts
    var mask = PipelineMask(
      hosts: Array(repeating: false, count: starts[layerCount] * nodeCount),
      crossings: Array(repeating: false, count: (starts[layerCount] + 1) * linkCount))
    for group in 0..<layerCount {
      for layer in starts[group]..<starts[group + 1] {
        for node in 0..<nodeCount { mask.hosts[layer * nodeCount + node] = hosts[group * nodeCount + node] }
      }
    }
    for stage in 0...layerCount {
      let original = stage < layerCount ? starts[stage] : starts[layerCount]
      for link in 0..<linkCount {
        mask.crossings[original * linkCount + link] = crossings[stage * linkCount + link]
      }
    }
    return mask
  }
}
