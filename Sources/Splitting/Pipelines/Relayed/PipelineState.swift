/// A plan that a local search changes, with the loads of nodes and links.
struct PipelineState {
  let figures: PipelineFigures
  /// By layer; -1 for a layer that is taken out.
  var hosts: [Int]
  /// The links of stage k's route are `routes[k * stride..<k * stride + lengths[k]]`.
  private(set) var routes: [Int32]
  private(set) var lengths: [Int]
  /// The most links of a simple route.
  let stride: Int
  private(set) var nodeLoads: [Double]
  private(set) var linkLoads: [Double]
  private(set) var memory: [Double]
  /// By node: the largest activations of the layers that it hosts.
  private(set) var peaks: [Double]
  private let hasPeaks: Bool

  /// A plan without any layer or route.
  init(_ figures: PipelineFigures) {
    self.figures = figures
    hosts = Array(repeating: -1, count: figures.layerCount)
    stride = max(1, figures.nodeCount - 1)
    routes = Array(repeating: 0, count: (figures.layerCount + 1) * stride)
    lengths = Array(repeating: 0, count: figures.layerCount + 1)
    nodeLoads = Array(repeating: 0, count: figures.nodeCount)
    linkLoads = Array(repeating: 0, count: figures.linkCount)
    memory = nodeLoads
    peaks = nodeLoads
    hasPeaks = figures.activations.contains { $0 > 0 }
  }

  /// The loads of a plan whose routes consist of links.
  init(_ figures: PipelineFigures, _ plan: PipelinePlan, _ links: PipelineLinks) {
    self.init(figures)
    for (layer, host) in plan.hosts.enumerated() { place(layer, on: host) }
    for (stage, nodes) in plan.routes.enumerated() {
      setRoute(ofStage: stage, zip(nodes, nodes.dropFirst()).compactMap { links.link(from: $0, to: $1) })
    }
  }

  /// The node that stage k starts from, and the one that it leads to; -1 if that layer is taken out.
  func origin(ofStage stage: Int) -> Int { stage == 0 ? figures.source : hosts[stage - 1] }
  func destination(ofStage stage: Int) -> Int { stage == figures.layerCount ? figures.target : hosts[stage] }

  func uses(stage: Int, link: Int) -> Bool {
    for place in stage * stride..<stage * stride + lengths[stage] where Int(routes[place]) == link {
      return true
    }
    return false
  }

  mutating func place(_ layer: Int, on node: Int) {
    hosts[layer] = node
    nodeLoads[node] += figures.work[layer * figures.nodeCount + node]
    memory[node] += figures.memory[layer]
    if hasPeaks { peaks[node] = max(peaks[node], figures.activations[layer]) }
  }

  mutating func setRoute(ofStage stage: Int, _ links: [Int32]) {
    lengths[stage] = links.count
    for (place, link) in links.enumerated() {
      routes[stage * stride + place] = link
      linkLoads[Int(link)] += figures.crossing(stage, Int(link))
    }
  }

  /// Takes out the layers of a window, and the stages a...b around them.
  /// - Complexity: O(window), plus O(nodes + layers) if layers have activations.
  mutating func remove(_ window: Range<Int>) {
    for layer in window {
      let node = hosts[layer]
      nodeLoads[node] -= figures.work[layer * figures.nodeCount + node]
      memory[node] -= figures.memory[layer]
      hosts[layer] = -1
    }
    for stage in window.lowerBound...window.upperBound {
      for place in stage * stride..<stage * stride + lengths[stage] {
        linkLoads[Int(routes[place])] -= figures.crossing(stage, Int(routes[place]))
      }
      lengths[stage] = 0
    }
    if hasPeaks && !window.isEmpty { recomputePeaks() }
  }

  private mutating func recomputePeaks() {
    for node in peaks.indices { peaks[node] = 0 }
    for (layer, node) in hosts.enumerated() where node >= 0 {
      peaks[node] = max(peaks[node], figures.activations[layer])
    }
  }

  /// Adds the loads up anew, since those of many steps have rounding errors.
  /// - Complexity: O(layers (route length) + nodes + links).
  mutating func recompute() {
    for node in nodeLoads.indices { (nodeLoads[node], memory[node]) = (0, 0) }
    for link in linkLoads.indices { linkLoads[link] = 0 }
    for (layer, node) in hosts.enumerated() where node >= 0 {
      nodeLoads[node] += figures.work[layer * figures.nodeCount + node]
      memory[node] += figures.memory[layer]
    }
    for stage in lengths.indices {
      for place in stage * stride..<stage * stride + lengths[stage] {
        linkLoads[Int(routes[place])] += figures.crossing(stage, Int(routes[place]))
      }
    }
    if hasPeaks { recomputePeaks() }
  }

  /// The largest load; infinite if a node has too little memory.
  var value: Double {
    for node in memory.indices where memory[node] + peaks[node] > figures.memoryLimit[node] {
      return .infinity
    }
    return max(nodeLoads.max() ?? 0, linkLoads.max() ?? 0)
  }

  /// The plan, all layers of which have to be there.
  var plan: PipelinePlan {
    let stages = lengths.indices.map { stage in
      [origin(ofStage: stage)]
        + routes[stage * stride..<stage * stride + lengths[stage]].map { figures.heads[Int($0)] }
    }
    return PipelinePlan(hosts: hosts, routes: stages)
  }

  /// What a window holds, for the way back.
  struct Part {
    var window: Range<Int>
    var hosts: [Int]
    var routes: [[Int32]]
  }

  func part(_ window: Range<Int>) -> Part {
    Part(
      window: window, hosts: Array(hosts[window]),
      routes: (window.lowerBound...window.upperBound).map { stage in
        Array(routes[stage * stride..<stage * stride + lengths[stage]])
      })
  }

  /// Puts back what a window held, which has to be empty.
  mutating func insert(_ part: Part) {
    for (layer, node) in zip(part.window, part.hosts) { place(layer, on: node) }
    for (offset, route) in part.routes.enumerated() {
      setRoute(ofStage: part.window.lowerBound + offset, route)
    }
  }
}
