import ServingFlows

/// Machines that no bound tells apart at a value F: one table, cut to F and to what the machine's links can pass, and
/// all hubs or all leaves if machines are split into these.
///
/// An *item* is a type with a number of layers that its machines can hold, and the rate that they then pass.
struct MachineTypes {
  /// The type of each machine; -1 for a machine of no use.
  private(set) var typeOfMachine: [Int]
  /// The number of machines of each type.
  private(set) var counts: [Int] = []
  /// Whether the machines of a type are hubs; all are without a ``HubSplit``.
  private(set) var isHub: [Bool] = []
  /// The first item of each type, and the number of all items.
  private(set) var itemStarts = [0]
  private(set) var itemType: [Int] = []
  private(set) var itemHeld: [Int] = []
  /// The rate of each item, at most F [1/s].
  private(set) var itemRate: [Double] = []

  /// - Parameter limits: the most that can flow through each machine, as ``AreaBound`` has it [1/s].
  init(_ figures: ClusterFigures, limits: [Double], value: Double, hubs: HubSplit? = nil) {
    struct Key: Hashable {
      var table: Int
      var limit: Double
      var isHub: Bool
    }
    var typeOfKey: [Key: Int] = [:]
    typeOfMachine = Array(repeating: -1, count: figures.machineCount)
    for machine in 0..<figures.machineCount where limits[machine] > 0 {
      let table = figures.tableOfMachine[machine]
      let key = Key(
        table: table, limit: min(limits[machine], value, figures.topRate(ofMachine: machine)),
        isHub: hubs?.isHub[machine] ?? true)
      if let type = typeOfKey[key] {
        typeOfMachine[machine] = type
        counts[type] += 1
        continue
      }
      typeOfKey[key] = counts.count
      typeOfMachine[machine] = counts.count
      for option in figures.options(ofTable: table) {
        itemType.append(counts.count)
        itemHeld.append(figures.held[option])
        itemRate.append(min(figures.rates[option], key.limit))
      }
      itemStarts.append(itemType.count)
      counts.append(1)
      isHub.append(key.isHub)
    }
  }

  var typeCount: Int { counts.count }
  var itemCount: Int { itemType.count }

  func items(ofType type: Int) -> Range<Int> { itemStarts[type]..<itemStarts[type + 1] }

  /// The machines of each type.
  var machines: [[Int]] {
    var lists = [[Int]](repeating: [], count: typeCount)
    for (machine, type) in typeOfMachine.enumerated() where type >= 0 { lists[type].append(machine) }
    return lists
  }

  /// By type, the most that its machine can contribute at the prices of items: the largest h phi; rounded up.
  func budgets(_ prices: [Double]) -> [Double] {
    (0..<typeCount).map { type in
      items(ofType: type).reduce(0) { max($0, (Double(itemHeld[$1]) * prices[$1]).nextUp) }
    }
  }
}
