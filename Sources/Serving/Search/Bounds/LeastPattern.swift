/// The machines that hold one layer and pass F together.
struct Pattern {
  /// The items, each with the number of machines.
  var parts: [(item: Int, count: Int)]
  var weight: Double
}

/// The least weight of a pattern that passes F within the numbers of machines: a covering knapsack, depth first in the
/// order of price by rate.
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
  ///   - leastMachines: 1, or 2 for patterns of several machines.
  ///   - mostSteps: after so many steps what is open counts with its bound.
  init(
    _ types: MachineTypes, prices: [Double], value: Double, leastMachines: Int = 1, mostSteps: Int = 200_000
  ) {
    self.init(
      types, items: Array(0..<types.itemCount), counts: types.counts, prices: prices, value: value,
      leastMachines: leastMachines, mostSteps: mostSteps)
  }

  /// The least weight of a pattern of some items, within numbers of machines by type.
  init(
    _ types: MachineTypes, items: [Int], counts: [Int], prices: [Double], value: Double,
    leastMachines: Int = 1,
    mostSteps: Int
  ) {
    self.value = value
    self.leastMachines = leastMachines
    let ratios = types.itemRate.indices.map { (prices[$0] / types.itemRate[$0]).nextDown }
    order = items.sorted { (ratios[$0], -types.itemRate[$0]) < (ratios[$1], -types.itemRate[$1]) }
    rate = order.map { types.itemRate[$0] }
    weight = order.map { prices[$0] }
    ratio = order.map { max(0, ratios[$0]) }
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
}
