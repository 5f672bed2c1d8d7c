/// Whether machines can cover every layer with a rate of F together, layer by layer from the left.
///
/// With partial inference and links that never bind this decides whether a plan has the value F: what leaves a machine
/// at layer l finds room in the machines that hold the next layer, whose rates add up to at least F. Otherwise "no" is a
/// proof, and "yes" says nothing. Machines start only at a layer that lacks rate; one that sticks out at the end is
/// moved back.
struct CoveringSearch {
  private let goal: LayerGoal
  private var unused: [Int]
  private var starts: [(place: Int, first: Int, held: Int)] = []
  private var failed = Set<[UInt64]>()
  private var stepsLeft: Int
  private let isCancelled: () -> Bool
  /// The numbers that states which failed may take, 8 bytes each.
  private var wordsLeft = 40_000_000

  init(_ goal: LayerGoal, mostSteps: Int, isCancelled: @escaping () -> Bool) {
    self.goal = goal
    unused = goal.counts
    stepsLeft = mostSteps
    self.isCancelled = isCancelled
  }

  mutating func answer() -> LayerAnswer {
    let longest = goal.held.max() ?? 0
    let cover = [Double](repeating: 0, count: longest)
    guard visit(0, rates: cover, weights: cover, supply: goal.wholeBudget) else {
      return stepsLeft > 0 ? .no : .unknown
    }
    return .yes(starts.map { ($0.place, min($0.first, goal.layers - $0.held), $0.held) })
  }

  /// Whether the layers from `layer` on can be covered.
  /// - Parameters:
  ///   - rates: what machines in use pass at each of the next layers [1/s].
  ///   - weights: what they weigh there.
  ///   - supply: what unused machines and machines in use can still give.
  private mutating func visit(_ layer: Int, rates: [Double], weights: [Double], supply: Double) -> Bool {
    var (layer, rates, weights, supply) = (layer, rates, weights, supply)
    while layer < goal.layers, rates[0] >= goal.enough {
      supply -= weights[0]
      rates.removeFirst()
      weights.removeFirst()
      rates.append(0)
      weights.append(0)
      layer += 1
    }
    guard layer < goal.layers else { return true }
    guard supply + goal.margin >= goal.leastWeight * Double(goal.layers - layer) else { return false }
    var key = [UInt64(layer)]
    for count in unused { key.append(UInt64(count)) }
    for rate in rates where rate > 0 { key.append(min(rate, goal.value).bitPattern) }
    guard !failed.contains(key) else { return false }
    if fill(layer, from: 0, rates, weights, supply) { return true }
    if stepsLeft > 0, key.count <= wordsLeft {
      wordsLeft -= key.count
      failed.insert(key)
    }
    return false
  }

  /// Starts machines at a layer, from position `first` in the order of items, until it has enough.
  private mutating func fill(
    _ layer: Int, from first: Int, _ rates: [Double], _ weights: [Double], _ supply: Double
  ) -> Bool {
    if rates[0] >= goal.enough { return visit(layer, rates: rates, weights: weights, supply: supply) }
    stepsLeft -= 1
    if stepsLeft <= 0 { return false }
    if stepsLeft & 63 == 0, isCancelled() {
      stepsLeft = 0
      return false
    }
    for position in first..<goal.item.count {
      let type = goal.type[position]
      guard unused[type] > 0 else { continue }
      let length = min(goal.held[position], goal.layers - layer)
      let rest = supply - goal.budgets[type] + goal.price[position] * Double(length)
      let missing = max(0, goal.value - rates[0] - goal.rate[position])
      let weight = weights[0] + goal.price[position] + missing * goal.ratio[position]
      guard weight <= rest - goal.leastWeight * Double(goal.layers - layer - 1) + goal.margin else {
        continue
      }
      var (nextRates, nextWeights) = (rates, weights)
      for offset in 0..<length {
        nextRates[offset] += goal.rate[position]
        nextWeights[offset] += goal.price[position]
      }
      unused[type] -= 1
      starts.append((type, layer, goal.held[position]))
      if fill(layer, from: position, nextRates, nextWeights, rest) { return true }
      starts.removeLast()
      unused[type] += 1
      if stepsLeft <= 0 { return false }
    }
    return false
  }
}
