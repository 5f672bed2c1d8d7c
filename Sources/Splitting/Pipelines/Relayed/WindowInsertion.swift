import Foundations

/// Which hosts and crossings a local search may use: those that probing at some limit leaves.
struct PipelineMask {
  /// At `layer * nodeCount + node`.
  var hosts: [Bool]
  /// At `stage * linkCount + link`.
  var crossings: [Bool]
}

/// The potential of loads: the sum over nodes and links of exp(steepness (load / reference - 1)), and a penalty for memory.
struct LoadPotential {
  var steepness = 10.0
  var reference = 1.0
  /// The penalty of a node with too little memory: a constant, and a factor of the part that is missing.
  var memoryConstant = 5.0
  var memoryFactor = 200.0
  /// By node and by link: exp(steepness (load / reference - 1)).
  private(set) var nodeFactors: [Double]
  private(set) var linkFactors: [Double]
  /// What a layer multiplies a node's factor by, at `layer * nodeCount + node`; infinite where it may not run.
  private(set) var layerGrowth: [Double]
  /// What a stage multiplies a link's factor by, at `stage * linkCount + link`; infinite where it may not cross.
  private(set) var stageGrowth: [Double]

  init(_ figures: PipelineFigures) {
    nodeFactors = Array(repeating: 0, count: figures.nodeCount)
    linkFactors = Array(repeating: 0, count: figures.linkCount)
    layerGrowth = Array(repeating: .infinity, count: figures.work.count)
    stageGrowth = Array(repeating: .infinity, count: figures.linkCount * (figures.layerCount + 1))
  }

  /// Tabulates the growths for the present steepness and reference.
  /// - Complexity: O(layers (nodes + links)).
  mutating func tabulate(_ figures: PipelineFigures, _ mask: PipelineMask?) {
    let scale = self.scale
    for index in layerGrowth.indices {
      let isAllowed = figures.work[index] < .infinity && mask?.hosts[index] ?? true
      layerGrowth[index] = isAllowed ? SteepExponential.value(scale * figures.work[index]) : .infinity
    }
    let linkCount = figures.linkCount
    for stage in 0...figures.layerCount {
      for link in 0..<linkCount {
        let index = stage * linkCount + link
        let isAllowed = mask?.crossings[index] ?? true
        stageGrowth[index] =
          isAllowed ? SteepExponential.value(scale * figures.crossing(stage, link)) : .infinity
      }
    }
  }

  /// Brings the factors up to date with the loads, and returns the potential.
  /// - Complexity: O(nodes + links).
  mutating func update(_ state: PipelineState) -> Double {
    let scale = self.scale
    var sum = 0.0
    for node in nodeFactors.indices {
      nodeFactors[node] = SteepExponential.value(scale * state.nodeLoads[node] - steepness)
      sum +=
        nodeFactors[node] + penalty(state.memory[node] + state.peaks[node], state.figures.memoryLimit[node])
    }
    for link in linkFactors.indices {
      linkFactors[link] = SteepExponential.value(scale * state.linkLoads[link] - steepness)
      sum += linkFactors[link]
    }
    return sum
  }

  /// Finite even for a reference near 0.
  private var scale: Double { min(steepness / reference, 1e100) }

  /// The penalty of a node that uses so much memory.
  @inline(__always)
  func penalty(_ used: Double, _ limit: Double) -> Double {
    guard used > limit else { return 0 }
    // Without the cut a node without memory would make every sum infinite.
    return memoryConstant + memoryFactor * min(used / limit - 1, 1000)
  }
}

/// Re-inserts a window of layers into a plan along a cheapest way through its stages, priced by the growth of a potential.
///
/// The way is a shortest path over (layer, node) with whole blocks of layers as steps, whose growth is exact; the links of the
/// stages count one by one.
struct WindowInsertion {
  private let links: PipelineLinks
  private let nodeCount: Int
  private let linkCount: Int
  // At (position in the window) * nodeCount + node: the least cost of having ended a block there, and of having arrived
  // by at least one link (or, in the first stage, of being there).
  private var ended: [Double]
  private var arrived: [Double]
  /// The position at which the block that ends here starts.
  private var blockStart: [Int32]
  /// The last link of the way to an arrival, and to a node that is passed; -1 without one.
  private var arrivalLink: [Int32]
  private var passingLink: [Int32]
  // Workspace of one stage.
  private var distance: [Double]
  private var origin: [Int32]
  private let open: OpenNodes
  private var route: [Int32] = []

  init(_ figures: PipelineFigures, _ links: PipelineLinks) {
    self.links = links
    (nodeCount, linkCount) = (figures.nodeCount, figures.linkCount)
    let count = (figures.layerCount + 1) * nodeCount
    ended = Array(repeating: .infinity, count: count)
    arrived = ended
    blockStart = Array(repeating: 0, count: count)
    arrivalLink = Array(repeating: -1, count: count)
    passingLink = arrivalLink
    distance = Array(repeating: .infinity, count: nodeCount)
    origin = Array(repeating: 0, count: nodeCount)
    open = OpenNodes(nodeCount: nodeCount)
  }

  /// Inserts a window that is empty.
  /// - Parameter noise: every cost is multiplied by 1 + U[0, noise].
  /// - Returns: false if there is no way, and then nothing has changed.
  /// - Complexity: O(w^2 nodes + w (nodes^1.5 + links)) for w layers.
  mutating func insert(
    _ window: Range<Int>, into state: inout PipelineState, _ potential: LoadPotential, noise: Double,
    _ random: inout SplitMix64
  ) -> Bool {
    let count = window.count
    for index in 0..<(count + 1) * nodeCount { (ended[index], arrived[index]) = (.infinity, .infinity) }
    let first = state.origin(ofStage: window.lowerBound)
    let last = state.destination(ofStage: window.upperBound)
    ended[first] = 0
    for position in 0...count {
      cross(position, window, last, state.figures, potential, noise, &random)
      if position == 0 && arrived[first] > 0 {
        arrived[first] = 0
        arrivalLink[first] = -1
      }
      if position < count { run(position, window, state, potential, noise, &random) }
    }
    let goal = count * nodeCount + last
    guard min(ended[goal], arrived[goal]) < .infinity else { return false }
    trace(window, last, &state)
    return true
  }

  /// The stage before the layer at a position: Dijkstra's search from all nodes where a block has ended.
  ///
  /// Most of the time of a local search is spent here, hence the pointers.
  private mutating func cross(
    _ position: Int, _ window: Range<Int>, _ goal: Int, _ figures: PipelineFigures,
    _ potential: LoadPotential,
    _ noise: Double, _ random: inout SplitMix64
  ) {
    let row = position * nodeCount
    let stageRow = (window.lowerBound + position) * linkCount
    for node in 0..<nodeCount {
      distance[node] = ended[row + node]
      open.open(node, at: ended[row + node])
      origin[node] = Int32(node)
      passingLink[row + node] = -1
    }
    let (leaving, heads, open) = (links.leaving, links.heads, open)
    // In the last stage only the host behind the window counts.
    let isLast = position == window.count
    distance.withUnsafeMutableBufferPointer { distance in
      origin.withUnsafeMutableBufferPointer { origin in
        arrived.withUnsafeMutableBufferPointer { arrived in
          potential.stageGrowth.withUnsafeBufferPointer { growths in
            while let (node, least) = open.next() {
              if isLast && least >= arrived[row + goal] { return open.removeAll() }
              for place in leaving.starts[node]..<leaving.starts[node + 1] {
                let link = leaving.links[place]
                let head = heads[link]
                let growth = growths[stageRow + link]
                // A route does not come back to where it starts.
                guard growth < .infinity, origin[node] != Int32(head) else { continue }
                var cost = potential.linkFactors[link] * (growth - 1)
                if noise > 0 { cost *= 1 + noise * random.nextUnit() }
                let candidate = least + cost
                guard candidate < arrived[row + head] else { continue }
                arrived[row + head] = candidate
                arrivalLink[row + head] = Int32(link)
                if candidate < distance[head] && figures.isRelay[head] {
                  distance[head] = candidate
                  origin[head] = origin[node]
                  passingLink[row + head] = Int32(link)
                  open.open(head, at: candidate)
                }
              }
            }
          }
        }
      }
    }
  }

  /// All blocks that start with the layer at a position.
  private mutating func run(
    _ position: Int, _ window: Range<Int>, _ state: PipelineState, _ potential: LoadPotential,
    _ noise: Double,
    _ random: inout SplitMix64
  ) {
    for node in 0..<nodeCount where arrived[position * nodeCount + node] < .infinity {
      let start = arrived[position * nodeCount + node]
      let factor = potential.nodeFactors[node]
      let limit = state.figures.memoryLimit[node]
      var (memory, peak) = (state.memory[node], state.peaks[node])
      let before = potential.penalty(memory + peak, limit)
      var growth = 1.0
      for end in position + 1...window.count {
        let layer = window.lowerBound + end - 1
        growth *= potential.layerGrowth[layer * nodeCount + node]
        // Beyond that a longer block is of no use.
        guard growth < 1e100 else { break }
        memory += state.figures.memory[layer]
        peak = max(peak, state.figures.activations[layer])
        var cost = factor * (growth - 1) + potential.penalty(memory + peak, limit) - before
        if noise > 0 { cost *= 1 + noise * random.nextUnit() }
        if start + cost < ended[end * nodeCount + node] {
          ended[end * nodeCount + node] = start + cost
          blockStart[end * nodeCount + node] = Int32(position)
        }
      }
    }
  }

  /// Follows the way back from the end of the window.
  private mutating func trace(_ window: Range<Int>, _ last: Int, _ state: inout PipelineState) {
    var (position, node) = (window.count, last)
    while true {
      let row = position * nodeCount
      route.removeAll(keepingCapacity: true)
      // At both ends of the window a stage may have no links: the block goes on.
      let mayStay = position == window.count || position == 0
      if !(mayStay && stays(position, node, window.count)) {
        var link = arrivalLink[row + node]
        while link >= 0 {
          route.append(link)
          node = state.figures.tails[Int(link)]
          link = passingLink[row + node]
        }
        route.reverse()
      }
      state.setRoute(ofStage: window.lowerBound + position, route)
      guard position > 0 else { return }
      let start = Int(blockStart[row + node])
      for layer in window.lowerBound + start..<window.lowerBound + position { state.place(layer, on: node) }
      position = start
    }
  }

  private func stays(_ position: Int, _ node: Int, _ count: Int) -> Bool {
    let index = position * nodeCount + node
    return position == 0 && count > 0 ? arrivalLink[index] < 0 : ended[index] <= arrived[index]
  }
}
