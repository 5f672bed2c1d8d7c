/// The pattern program at a value F, solved by column generation (Gilmore and Gomory 1961):
///
///     V(F) = max sum_p x_p   subject to   sum_p p_i x_p <= h_i n_i for every item i,
///                                         sum of n_i over the items of a type <= its machines,   x, n >= 0
///
/// A plan of value F fills L layers with patterns, so that V(F) < L excludes it. The columns stay for other values.
/// One row more may say what else a plan keeps.
struct PatternProgram {
  /// The prices of the items at the end, with which ``PatternProof`` excludes F or tells how much may be wasted.
  struct Answer {
    var prices: [Double]
    /// The price of the ``HubRow``.
    var hubPrice: Double
    /// No more layers than this are filled; the quotient of the program's value and the lightest pattern.
    var mostLayers: Double
  }

  /// The row beside those of items and types.
  enum SideRow {
    case none
    /// At least one layer has a pattern of two or more machines.
    case severalMachines
    /// The patterns of all layers together keep to what links between leaves and hubs allow.
    case hubs(HubRow)
  }

  private let layers: Int
  private var pool: [[(item: Int, count: Int)]] = []
  private static let mostRounds = 400

  init(layers: Int) { self.layers = layers }

  /// Solves the program until it is clear on which side of L its value lies, or to the optimum if `isExact`.
  mutating func solve(
    _ types: MachineTypes, value: Double, isExact: Bool, side: SideRow = .none,
    mustStop: () -> Bool = { false }
  ) -> Answer {
    var program = Program(types, value: value, layers: Double(layers), side: side)
    for item in 0..<types.itemCount {
      let count = (value / types.itemRate[item]).rounded(.up)
      if count <= Double(types.counts[types.itemType[item]]) { program.add([(item, Int(count))], types) }
    }
    for parts in pool where Self.covers(parts, types, value) { program.add(parts, types) }
    var mostLayers = Double.infinity
    for _ in 0..<Self.mostRounds where !mustStop() {
      guard program.simplex.maximise() else { break }
      let prices = program.prices
      let found = program.simplex.value - program.bonus
      let least = LeastPattern(types, prices: prices, flowPrices: program.flowPrices, value: value)
      var isOptimal = least.lowerBound >= 1 - 1e-10
      if !program.needsSeveral, least.lowerBound > 0 {
        mostLayers = min(mostLayers, found / min(1, least.lowerBound))
      }
      if let pattern = least.pattern, pattern.weight < 1 - 1e-10 {
        pool.append(pattern.parts)
        program.add(pattern.parts, types)
      } else if !isOptimal {
        break
      }
      if program.needsSeveral {
        let most = LeastPattern(types, prices: prices, value: value, leastMachines: 2)
        let need = program.costOfSeveral - program.sidePrice
        if let pattern = most.pattern, pattern.weight < need - 1e-10 {
          program.addSeveral(pattern.parts, types)
          isOptimal = false
        }
      }
      if isOptimal || !isExact && (mostLayers < Double(layers) || found >= Double(layers)) { break }
    }
    return Answer(
      prices: program.prices, hubPrice: program.hubRow == nil ? 0 : program.sidePrice, mostLayers: mostLayers)
  }

  private static func covers(_ parts: [(item: Int, count: Int)], _ types: MachineTypes, _ value: Double)
    -> Bool
  {
    var (rate, used) = (0.0, [Int: Int]())
    for part in parts {
      guard part.item < types.itemCount else { return false }
      rate += Double(part.count) * types.itemRate[part.item]
      used[types.itemType[part.item], default: 0] += part.count
    }
    return rate >= value && used.allSatisfy { $0.value <= types.counts[$0.key] }
  }

  /// The rows: an item each, a type each, and the side row.
  private struct Program {
    var simplex: PrimalSimplex
    let costOfSeveral: Double
    private let itemCount: Int
    private let sideRow: Int
    private let value: Double
    let needsSeveral: Bool
    let hubRow: HubRow?

    init(_ types: MachineTypes, value: Double, layers: Double, side: SideRow) {
      itemCount = types.itemCount
      sideRow = types.itemCount + types.typeCount
      self.value = value
      // A bonus for one such pattern, more than all layers are worth.
      costOfSeveral = 1 + 2 * layers
      // Small right-hand sides keep the simplex method from standing still; prices are proved without it.
      var rightSides = (0..<types.itemCount).map { 1e-9 * (1 + Double($0 % 97) / 97) }
      rightSides += types.counts.map(Double.init)
      switch side {
      case .none: (needsSeveral, hubRow) = (false, nil)
      case .severalMachines:
        (needsSeveral, hubRow) = (true, nil)
        rightSides.append(1)
      case .hubs(let row):
        (needsSeveral, hubRow) = (false, row)
        rightSides.append(row.limit)
      }
      simplex = PrimalSimplex(rightSides: rightSides)
      for item in 0..<types.itemCount {
        simplex.addColumn(
          cost: 0,
          [(item, -Double(types.itemHeld[item])), (types.itemCount + types.itemType[item], 1)])
      }
    }

    /// What the row of several machines adds to the value.
    var bonus: Double { needsSeveral ? costOfSeveral - 1 : 0 }
    var sidePrice: Double { max(0, simplex.prices[sideRow]) }
    var flowPrices: [Double]? { hubRow?.flowPrices(sidePrice, value: value) }
    var prices: [Double] { simplex.prices.prefix(itemCount).map { max(0, $0) } }

    mutating func add(_ parts: [(item: Int, count: Int)], _ types: MachineTypes) {
      let share = hubRow.map { [(sideRow, $0.share(of: parts, types, value: value))] } ?? []
      simplex.addColumn(cost: 1, parts.map { ($0.item, Double($0.count)) } + share)
    }

    mutating func addSeveral(_ parts: [(item: Int, count: Int)], _ types: MachineTypes) {
      simplex.addColumn(cost: costOfSeveral, parts.map { ($0.item, Double($0.count)) } + [(sideRow, 1)])
    }
  }
}
