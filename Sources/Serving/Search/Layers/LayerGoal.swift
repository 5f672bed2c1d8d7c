/// A value F that a search asks for, with weights that tell when too much is wasted.
///
/// In a plan of value F the machines at every layer weigh at least w (``PatternProof``), and a machine gives at most its
/// budget. What is left of the budgets and of the machines in use must suffice for the layers to come.
///
/// With a price on the ``HubRow`` flow weighs too, and a plan has the budget of that row beside those of machines. From
/// any layer on, paths visit leaves at most once more than hubs, so that no more than the price times the layers to come
/// and one is of use.
struct LayerGoal {
  let value: Double
  let layers: Int
  let leastWeight: Double
  /// The items in the order of price by rate.
  let item: [Int]
  let type: [Int]
  let held: [Int]
  let rate: [Double]
  let price: [Double]
  /// What flow weighs, and a machine with its flow by rate.
  let flowPrice: [Double]
  let ratio: [Double]
  /// By type.
  let budgets: [Double]
  let counts: [Int]
  /// Of the hub row.
  let hubPrice: Double
  let hubBudget: Double

  /// The least rate that counts as F: far more below F than sums are rounded.
  let enough: Double
  /// What a comparison of weights gives away, so that rounding never makes a "no".
  let margin: Double

  init(_ types: MachineTypes, _ proof: PatternProof, value: Double, layers: Int) {
    // Weights in units of w; without a useful weight nothing is cut off.
    let isUseful = proof.leastWeight > 1e-6 && proof.leastWeight < .infinity
    let scale = isUseful ? 1 / proof.leastWeight : 0
    leastWeight = isUseful ? 1 : 0
    self.value = value
    self.layers = layers
    let prices = proof.prices.map { $0 * scale }
    let flowPrices = proof.flowPrices?.map { $0 * scale } ?? Array(repeating: 0, count: prices.count)
    let ratios = prices.indices.map { prices[$0] / types.itemRate[$0] + flowPrices[$0] }
    item = types.itemRate.indices.sorted { (ratios[$0], $1) < (ratios[$1], $0) }
    type = item.map { types.itemType[$0] }
    held = item.map { types.itemHeld[$0] }
    rate = item.map { types.itemRate[$0] }
    price = item.map { prices[$0] }
    flowPrice = item.map { flowPrices[$0] }
    ratio = item.map { ratios[$0] }
    (hubPrice, hubBudget) = (proof.hubPrice * scale, proof.hubBudget * scale)
    budgets = types.budgets(prices)
    counts = types.counts
    enough = value * (1 - 1e-11)
    margin = 1e-9 * Double(layers)
  }

  /// What all machines can give.
  var wholeBudget: Double { zip(budgets, counts).reduce(0) { $0 + $1.0 * Double($1.1) } }
}

/// The end of a search for a plan of value F.
enum LayerAnswer {
  /// There is none: a proof.
  case no
  /// A machine of each class starts at a layer and holds a number of layers.
  case yes([(place: Int, first: Int, held: Int)])
  /// A limit struck.
  case unknown
}
