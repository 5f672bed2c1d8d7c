import Foundations

/// A row of stages of value F by price and dive: column generation over groups of machines with the same number of
/// layers, then one group after the other is fixed, each time with new prices for the machines that are left.
///
///     max sum_g h_g y_g   subject to   sum_g u_gk y_g <= machines of type k,   sum_g h_g y_g <= L
///
/// The linear program bounds how many layers a row fills; the dive fills L or fails.
struct RowDive {
  private let types: MachineTypes
  private let value: Double
  private let sizes: [Int]
  private let itemsOfSize: [[Int]]
  private var pool: [Group] = []
  private static let mostRounds = 60
  private static let stepsOfPricing = 2_000

  private struct Group {
    var held: Int
    var parts: [(item: Int, count: Int)]
  }

  init(_ types: MachineTypes, value: Double) {
    self.types = types
    self.value = value
    var itemsOfSize: [Int: [Int]] = [:]
    for item in 0..<types.itemCount { itemsOfSize[types.itemHeld[item], default: []].append(item) }
    sizes = itemsOfSize.keys.sorted()
    self.itemsOfSize = sizes.map { itemsOfSize[$0] ?? [] }
  }

  /// A row that fills so many layers exactly; `nil` if the dive finds none.
  mutating func row(layers: Int, random: inout SplitMix64, isCancelled: () -> Bool) -> StageRow? {
    var (left, rest) = (types.counts, layers)
    var row = StageRow()
    while rest > 0 {
      guard !isCancelled(), let group = nextGroup(left, layers: rest, &random) else { return nil }
      let times = max(1, min(group.times, rest / group.group.held))
      for _ in 0..<times {
        for part in group.group.parts { left[types.itemType[part.item]] -= part.count }
        row.stages.append(
          StageRow.Stage(
            held: group.group.held,
            machines: group.group.parts.map { (types.itemType[$0.item], $0.count) }))
      }
      rest -= times * group.group.held
    }
    return row
  }

  /// A group that the linear program for what is left uses, and how often without doubt.
  private mutating func nextGroup(
    _ left: [Int], layers: Int, _ random: inout SplitMix64
  ) -> (group: Group, times: Int)? {
    var simplex = PrimalSimplex(rightSides: left.map { Double($0) + 1e-7 } + [Double(layers)])
    var columns: [Group] = []
    func add(_ group: Group) {
      var used = [Int: Int]()
      for part in group.parts { used[types.itemType[part.item], default: 0] += part.count }
      guard group.held <= layers, used.allSatisfy({ $0.value <= left[$0.key] }) else { return }
      let held = Double(group.held)
      simplex.addColumn(
        cost: held, used.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) } + [(left.count, held)])
      columns.append(group)
    }
    for group in pool { add(group) }
    for _ in 0..<Self.mostRounds {
      guard simplex.maximise(mostIterations: 2_000) else { return nil }
      let prices = simplex.prices.map { max(0, $0) }
      let itemPrices = types.itemType.map { prices[$0] }
      let before = pool.count
      for (position, held) in sizes.enumerated() where held <= layers {
        let least = LeastPattern(
          types, items: itemsOfSize[position], counts: left, prices: itemPrices, value: value,
          mostSteps: Self.stepsOfPricing)
        guard let pattern = least.pattern, pattern.weight < Double(held) * (1 - prices[left.count]) - 1e-7
        else { continue }
        pool.append(Group(held: held, parts: pattern.parts))
        add(pool[pool.count - 1])
      }
      if pool.count == before { break }
    }
    guard simplex.value >= Double(layers) - 1e-6 else { return nil }
    // The group that is used most, or any other in proportion to its use, so that dives differ.
    let values = simplex.values
    var (chosen, best) = (-1, 0.0)
    for (column, use) in values.enumerated() where use > 1e-6 {
      let score = use * (0.5 + random.nextUnit())
      if score > best { (chosen, best) = (column, score) }
    }
    guard chosen >= 0 else { return nil }
    return (columns[chosen], Int((values[chosen] + 1e-6).rounded(.down)))
  }
}
