import ServingFlows

/// One pipeline of all machines, in their order, with layers in proportion to throughput, as several serving systems
/// place them: the sizes that sum to L with the least squares of differences from a machine's share.
///
/// A machine's share of the layers is that of its largest product of layers and rate. For very many layers, sums of
/// sizes that differ much from the shares are dropped.
public struct EvenShares {
  /// Nothing is placed if no sizes sum to L.
  public private(set) var placement: Placement

  /// The largest table of machines by layers.
  private static let mostCells = 20_000_000
  /// The most sums of sizes that are kept after each machine where there are more layers.
  private static let mostSums = 20_000

  /// - Complexity: O(machines x L x options).
  public init(_ figures: ClusterFigures) {
    placement = Placement(machineCount: figures.machineCount)
    let machines = (0..<figures.machineCount).filter { !figures.options(ofMachine: $0).isEmpty }
    let work = machines.map { machine in
      figures.options(ofMachine: machine).reduce(0) { max($0, Double(figures.held[$1]) * figures.rates[$1]) }
    }
    let total = work.reduce(0, +)
    let layers = figures.layers
    guard total > 0, total < .infinity else { return }
    let shares = work.map { Double(layers) * $0 / total }
    let sizes =
      layers <= Self.mostCells / (machines.count + 1)
      ? Self.sizes(figures, machines, shares) : Self.sizesOfFewSums(figures, machines, shares)
    var end = layers
    for (machine, held) in zip(machines, sizes).reversed() where held > 0 {
      end -= held
      (placement.first[machine], placement.held[machine]) = (end, held)
    }
  }

  /// The sizes by a table of all sums; empty if none sum to L.
  private static func sizes(_ figures: ClusterFigures, _ machines: [Int], _ shares: [Double]) -> [Int] {
    let layers = figures.layers
    // By number of machines and layers: the least sum of squares, and the size of the last machine.
    var cost = [Double](repeating: .infinity, count: layers + 1)
    cost[0] = 0
    var lastSizes: [[Int32]] = []
    for (machine, share) in zip(machines, shares) {
      // A machine may also stay out.
      var next = cost.map { $0 + share * share }
      var size = [Int32](repeating: 0, count: layers + 1)
      for option in figures.options(ofMachine: machine) {
        let held = figures.held[option]
        let square = (Double(held) - share) * (Double(held) - share)
        for end in held...layers where cost[end - held] + square < next[end] {
          next[end] = cost[end - held] + square
          size[end] = Int32(held)
        }
      }
      cost = next
      lastSizes.append(size)
    }
    guard cost[layers] < .infinity else { return [] }
    var end = layers
    let sizes = lastSizes.reversed().map { size in
      let held = Int(size[end])
      end -= held
      return held
    }
    return sizes.reversed()
  }

  /// The sizes by the sums that can be reached, of which the ones of least squares are kept after each machine; empty if
  /// none of these leads to L.
  private static func sizesOfFewSums(_ figures: ClusterFigures, _ machines: [Int], _ shares: [Double])
    -> [Int]
  {
    var costs = [0: 0.0]
    var lastSizes: [[Int: Int]] = []
    // What later machines cannot fill is of no use.
    var most = machines.reduce(0) { $0 + (figures.held[figures.options(ofMachine: $1)].max() ?? 0) }
    for (machine, share) in zip(machines, shares) {
      let held = figures.held[figures.options(ofMachine: machine)]
      most -= held.max() ?? 0
      var (next, size) = ([Int: Double](), [Int: Int]())
      for (end, cost) in costs {
        for held in [0] + held where end + held <= figures.layers && end + held + most >= figures.layers {
          let square = (Double(held) - share) * (Double(held) - share)
          guard cost + square < next[end + held] ?? .infinity else { continue }
          (next[end + held], size[end + held]) = (cost + square, held)
        }
      }
      if next.count > mostSums {
        let kept = next.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(mostSums)
        next = Dictionary(uniqueKeysWithValues: Array(kept))
      }
      costs = next
      lastSizes.append(size)
    }
    guard costs[figures.layers] != nil else { return [] }
    var end = figures.layers
    let sizes = lastSizes.reversed().map { size in
      let held = size[end] ?? 0
      end -= held
      return held
    }
    return sizes.reversed()
  }
}
