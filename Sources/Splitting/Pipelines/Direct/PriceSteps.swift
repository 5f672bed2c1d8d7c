/// What a way through the rest of the pipeline takes of each node, in parts of the limit and of the memory.
struct Demand {
  private(set) var work: [Double]
  private(set) var memory: [Double]
  /// Whether each node has that much left.
  private(set) var fits = true

  init(_ state: ChainState, _ rest: [Int]) {
    let limited = state.limited
    let (n, stride, first) = (limited.figures.nodeCount, limited.stages.count, state.hosts.count)
    work = [Double](repeating: 0, count: n)
    memory = work
    var peak = state.peak
    for (index, node) in rest.enumerated() {
      let piece = first + index
      work[node] += limited.workBefore[node * stride + piece + 1] - limited.workBefore[node * stride + piece]
      memory[node] += limited.memoryBefore[piece + 1] - limited.memoryBefore[piece]
      peak[node] = max(peak[node], limited.activations[piece])
    }
    for node in 0..<n {
      let room = limited.figures.memoryLimit[node]
      fits =
        fits && state.busy[node] + work[node] <= limited.limit
        && state.memory[node] + memory[node] + peak[node] <= room
      work[node] /= limited.limit
      memory[node] = room > 0 && room < .infinity ? memory[node] / room : 0
    }
  }
}

/// Projected subgradient steps for the prices of nodes, with Polyak's step length towards the value that refutes.
struct PriceSteps {
  private(set) var prices: BlockWindows.Prices
  private(set) var best: BlockWindows.Prices
  private var least = Double.infinity
  private var factor = 1.0
  private var stalls = 0
  /// The steps since the shortfall last fell by a hundredth, and what it was then.
  private var (stepsSince, reference) = (0, Double.infinity)
  private static let patience = 20

  init(_ prices: BlockWindows.Prices) {
    self.prices = prices
    best = prices
  }

  /// Moves the prices against a way that costs `shortfall` less than what is left; false if that does not change
  /// them, or steps have not helped for a while.
  mutating func step(_ state: ChainState, _ demand: Demand, shortfall: Double) -> Bool {
    if shortfall < least {
      (least, best, stalls) = (shortfall, prices, 0)
    } else {
      stalls += 1
      if stalls == 5 { (stalls, factor) = (0, factor * 0.6) }
    }
    stepsSince += 1
    if least < reference - 0.01 * abs(reference) || reference == .infinity {
      (stepsSince, reference) = (0, least)
    }
    guard stepsSince < Self.patience else { return false }
    var square = 0.0
    for node in state.isUsable.indices where state.isUsable[node] {
      let (work, memory) = difference(state, demand, node)
      square += work * work + memory * memory
    }
    guard square > 1e-18 else { return false }
    let length = factor * max(shortfall, 1e-6) / square
    for node in state.isUsable.indices where state.isUsable[node] {
      let (work, memory) = difference(state, demand, node)
      prices.work[node] = max(0, prices.work[node] + length * work)
      prices.memory[node] = max(0, prices.memory[node] + length * memory)
    }
    prices.normalise()
    return true
  }

  /// What the way takes beyond what is left. Memory without a limit has no price.
  private func difference(_ state: ChainState, _ demand: Demand, _ node: Int) -> (
    work: Double, memory: Double
  ) {
    let room = state.limited.figures.memoryLimit[node]
    return (
      demand.work[node] - state.workLeft(node),
      room < .infinity && room > 0 ? demand.memory[node] - state.memoryLeft(node) : 0
    )
  }
}
