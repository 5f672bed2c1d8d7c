/// The machines that hold one layer and pass F together.
struct Pattern {
  /// The items, each with the number of machines.
  var parts: [(item: Int, count: Int)]
  var weight: Double
}

/// The least weight of a pattern that passes F within the numbers of machines: a covering knapsack, depth first in the
/// order of price by rate.
///
/// Flow may have prices too: then a machine weighs its price and that of the flow that it takes, and F is divided among
/// the machines as weighs least. In a lightest pattern all machines but one take all that they pass, so that the price of
/// a machine and its full flow, by rate, is the order; and as it is at least the price of a unit of flow, machines beyond
/// those that pass F save nothing in this order.
///
/// Rates are added up with upward rounding and weights with downward rounding, so that ``lowerBound`` is never more than
/// the true least weight.
struct LeastPattern {
  /// No pattern weighs less; infinite if no machines pass F together.
  private(set) var lowerBound = Double.infinity
  /// The lightest pattern found.
  private(set) var pattern: Pattern?

  private let value: Double
  private let leastMachines: Int
  /// By position in the order of price by rate.
  private let order: [Int]
  private let rate: [Double]
  private let weight: [Double]
  private let ratio: [Double]
  private let flowPrice: [Double]
  /// Positions whose flow has a price, the dearest first.
  private let dearestFirst: [Int]
  private let leastWeightFrom: [Double]
  private let type: [Int]
  private var left: [Int]
  private var chosen: [Int]
  private var best = Double.infinity
  private var openBound = Double.infinity
  private var stepsLeft: Int

  /// The least weight of a pattern of all items.
  /// - Parameters:
  ///   - prices: the weight of a machine, by item, at least 0.
  ///   - flowPrices: the weight of a unit of flow, by item, at least 0; `nil` if flow weighs nothing.
  ///   - leastMachines: 1, or 2 for patterns of several machines.
  ///   - mostSteps: after so many steps what is open counts with its bound.
  init(
    _ types: MachineTypes, prices: [Double], flowPrices: [Double]? = nil, value: Double,
    leastMachines: Int = 1,
    mostSteps: Int = 200_000
  ) {
    self.init(
      types, items: Array(0..<types.itemCount), counts: types.counts, prices: prices, flowPrices: flowPrices,
      value: value, leastMachines: leastMachines, mostSteps: mostSteps)
  }

  /// The least weight of a pattern of some items, within numbers of machines by type.
  init(
    _ types: MachineTypes, items: [Int], counts: [Int], prices: [Double], flowPrices: [Double]? = nil,
    value: Double,
    leastMachines: Int = 1, mostSteps: Int
  ) {
    precondition(
      leastMachines == 1 || flowPrices == nil, "Machines beyond those that pass F count only at no flow.")
    self.value = value
    self.leastMachines = leastMachines
    let flowPrices = flowPrices ?? Array(repeating: 0, count: types.itemCount)
    // Never less than the price of flow, which the order rests on.
    let ratios = types.itemRate.indices.map { item in
      max(flowPrices[item], ((prices[item] / types.itemRate[item]).nextDown + flowPrices[item]).nextDown)
    }
    order = items.sorted { (ratios[$0], -types.itemRate[$0]) < (ratios[$1], -types.itemRate[$1]) }
    rate = order.map { types.itemRate[$0] }
    weight = order.map { item in
      flowPrices[item] > 0
        ? (prices[item] + (flowPrices[item] * types.itemRate[item]).nextDown).nextDown : prices[item]
    }
    ratio = order.map { ratios[$0] }
    let flowPrice = order.map { flowPrices[$0] }
    self.flowPrice = flowPrice
    dearestFirst = order.indices.filter { flowPrice[$0] > 0 }.sorted {
      (flowPrice[$1], $0) < (flowPrice[$0], $1)
    }
    type = order.map { types.itemType[$0] }
    var leastWeightFrom = [Double](repeating: .infinity, count: order.count + 1)
    for position in order.indices.reversed() {
      leastWeightFrom[position] = min(leastWeightFrom[position + 1], weight[position])
    }
    self.leastWeightFrom = leastWeightFrom
    left = counts
    chosen = Array(repeating: 0, count: order.count)
    stepsLeft = mostSteps
    extend(from: 0, weight: 0, rate: 0, machines: 0)
    lowerBound = max(0, min(best, openBound))
  }

  private mutating func extend(from position: Int, weight sum: Double, rate total: Double, machines: Int) {
    if total >= value, machines >= leastMachines {
      let sum = dearestFirst.isEmpty ? sum : (sum - weight(ofExcess: (total - value).nextUp)).nextDown
      if sum < best {
        best = sum
        let parts = order.indices.filter { chosen[$0] > 0 }.map { (item: order[$0], count: chosen[$0]) }
        pattern = Pattern(parts: parts, weight: sum)
      }
      return
    }
    guard position < order.count else { return }
    let missing = value - total
    let bound =
      missing > 0
      ? (sum + (missing.nextDown * ratio[position]).nextDown).nextDown : sum + leastWeightFrom[position]
    guard bound < best else { return }
    guard stepsLeft > 0 else {
      openBound = min(openBound, bound)
      return
    }
    stepsLeft -= 1
    let wanted = missing > 0 ? (missing / rate[position]).rounded(.up) : Double(leastMachines - machines)
    let most = Int(min(Double(left[type[position]]), max(wanted, Double(leastMachines - machines))))
    for count in stride(from: most, through: 0, by: -1) {
      left[type[position]] -= count
      chosen[position] = count
      let added = Double(count)
      extend(
        from: position + 1, weight: count == 0 ? sum : (sum + (added * weight[position]).nextDown).nextDown,
        rate: count == 0 ? total : (total + (added * rate[position]).nextUp).nextUp,
        machines: machines + count)
      left[type[position]] += count
    }
    chosen[position] = 0
  }

  /// What the machines chosen weigh less when the flow that they pass beyond F is taken from the dearest; rounded up.
  private func weight(ofExcess excess: Double) -> Double {
    var (left, sum) = (excess, 0.0)
    for position in dearestFirst where chosen[position] > 0 && left > 0 {
      let flow = min(left, (Double(chosen[position]) * rate[position]).nextUp)
      sum = (sum + (flow * flowPrice[position]).nextUp).nextUp
      left = flow < left ? (left - flow).nextUp : 0
    }
    return sum
  }
}
