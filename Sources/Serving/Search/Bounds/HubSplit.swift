import ServingFlows

/// Machines of which no two are linked, the *leaves*, and all others, the *hubs*.
///
/// A path from the source to the sink goes from a leaf to a hub or to the sink. So it visits leaves less often than
/// hubs, but for once if it starts in a leaf, and once more if it ends in one.
struct HubSplit {
  /// By machine; machines of no use count as hubs.
  let isHub: [Bool]
  let leafCount: Int
  /// The most flow that can start and end in leaves [1/s]; rounded up.
  private let startingInLeaves: Double
  private let endingInLeaves: Double

  /// The leaves by repeated choice of the machine with the fewest links to the machines that are left.
  ///
  /// - Parameter limits: the most that can flow through each machine, 0 for machines of no use [1/s].
  /// - Complexity: O(n^2 + links) for n machines.
  init(_ figures: ClusterFigures, limits: [Double]) {
    let count = figures.machineCount
    var neighbours: [[Int]] = Array(repeating: [], count: count)
    for tail in 0..<count where limits[tail] > 0 {
      for head in figures.linkHeads[figures.linkStarts[tail]..<figures.linkStarts[tail + 1]]
      where limits[head] > 0 {
        neighbours[tail].append(head)
        neighbours[head].append(tail)
      }
    }
    var degree = neighbours.map(\.count)
    var isLeft = limits.map { $0 > 0 }
    var isHub = [Bool](repeating: true, count: count)
    while let leaf = isLeft.indices.filter({ isLeft[$0] }).min(by: { degree[$0] < degree[$1] }) {
      (isHub[leaf], isLeft[leaf]) = (false, false)
      for hub in neighbours[leaf] where isLeft[hub] {
        isLeft[hub] = false
        for other in neighbours[hub] { degree[other] -= 1 }
      }
    }
    self.isHub = isHub
    let leaves = isHub.indices.filter { !isHub[$0] }
    leafCount = leaves.count
    startingInLeaves = leaves.reduce(0) { ($0 + min(limits[$1], figures.fromSource[$1])).nextUp }
    endingInLeaves = leaves.reduce(0) { ($0 + min(limits[$1], figures.toSink[$1])).nextUp }
  }

  /// Whether so many machines are leaves that flow between them decides: at least half of those of use.
  func isTelling(among used: Int) -> Bool { leafCount > 1 && 2 * leafCount >= used }

  /// The flow through all leaves less that through all hubs is at most so many times the value of a plan; rounded up.
  func excess(at value: Double) -> Double {
    let (start, end) = ((startingInLeaves / value).nextUp, (endingInLeaves / value).nextUp)
    return (min(1, start) + min(1, end) - 1).nextUp
  }
}

/// What links between leaves that are missing cost in the pattern program at a value F: layer by layer, flow through an
/// item is a share of a visit.
///
/// Let g be the flow through the items of a layer, and s = 1 for hubs, -1 for leaves. With the excess e of ``HubSplit``,
/// a machine's h layers sum up to
///
///     sum over layers and items of (1 - s/h) g/F  =  L - (flow through hubs - flow through leaves)/F  <=  L + e
struct HubRow {
  /// By item: 1 - s/h, rounded down.
  let share: [Double]
  /// L + e, rounded up.
  let limit: Double

  init(_ types: MachineTypes, _ hubs: HubSplit, value: Double, layers: Int) {
    let share = types.itemHeld.indices.map { item in
      let visit = 1 / Double(types.itemHeld[item])
      return types.isHub[types.itemType[item]]
        ? max(0, (1 - visit.nextUp).nextDown) : (1 + visit.nextDown).nextDown
    }
    self.share = share
    limit = max(0, (Double(layers) + hubs.excess(at: value)).nextUp)
  }

  /// The least share of a pattern whose machines pass F together, over all divisions of F among them.
  func share(of parts: [(item: Int, count: Int)], _ types: MachineTypes, value: Double) -> Double {
    var (missing, sum) = (value, 0.0)
    for part in parts.sorted(by: { share[$0.item] < share[$1.item] }) where missing > 0 {
      let flow = min(missing, Double(part.count) * types.itemRate[part.item])
      sum += share[part.item] * flow / value
      missing -= flow
    }
    return sum
  }

  /// By item, the price of a unit of flow if the row has a price; rounded down.
  func flowPrices(_ price: Double, value: Double) -> [Double] {
    share.map { max(0, ((price * $0).nextDown / value).nextDown) }
  }
}
