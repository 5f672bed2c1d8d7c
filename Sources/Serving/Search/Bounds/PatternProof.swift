/// A proof that no plan has a value F, which holds for any prices, wherever they come from.
///
/// The machines that hold one layer pass F together. If every such pattern weighs at least w, and the machines can give
/// their layers less than L w in all, then some layer goes without. With a price m on the ``HubRow`` a pattern weighs m
/// times its share more, and the plan may use m times the row's limit more. Everything is rounded against the proof.
struct PatternProof {
  /// The price of each item, scaled so that a pattern weighs about 1.
  let prices: [Double]
  /// By item, the price of a unit of flow; `nil` without a hub row.
  let flowPrices: [Double]?
  /// The price of the hub row, and what a plan may use at this price, rounded up; 0 without the row.
  let hubPrice: Double
  let hubBudget: Double
  /// The least weight w of a pattern, rounded down.
  let leastWeight: Double
  /// What all machines can give, less what L layers need: below 0 no plan has the value. Rounded up.
  let slack: Double

  init(
    _ types: MachineTypes, prices: [Double], hubs: (row: HubRow, price: Double)? = nil, value: Double,
    layers: Int,
    mostSteps: Int = 2_000_000
  ) {
    self.prices = prices
    let flowPrices = hubs.map { $0.row.flowPrices($0.price, value: value) }
    self.flowPrices = flowPrices
    hubPrice = hubs?.price ?? 0
    hubBudget = hubs.map { ($0.price * $0.row.limit).nextUp } ?? 0
    leastWeight =
      LeastPattern(
        types, prices: prices, flowPrices: flowPrices, value: value, mostSteps: mostSteps
      ).lowerBound
    slack = Self.slack(
      types, prices, need: ((Double(layers) * leastWeight).nextDown - hubBudget).nextDown)
  }

  var holds: Bool { slack < 0 }

  /// What the machines can give in all, less a need; rounded up.
  static func slack(_ types: MachineTypes, _ prices: [Double], need: Double) -> Double {
    guard need < .infinity else { return -.infinity }
    var total = 0.0
    for (type, budget) in types.budgets(prices).enumerated() {
      total = (total + (Double(types.counts[type]) * budget).nextUp).nextUp
    }
    return (total - need).nextUp
  }
}
