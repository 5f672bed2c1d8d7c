import ServingFlows

/// One pipeline of all machines, in their order, with layers in proportion to throughput, as several serving systems
/// place them: the sizes that sum to L with the least squares of differences from a machine's share.
///
/// A machine's share of the layers is that of its largest product of layers and rate.
public struct EvenShares {
  /// Nothing is placed if no sizes sum to L.
  public private(set) var placement: Placement

  /// The largest table of machines by layers.
  private static let mostCells = 20_000_000

  /// - Complexity: O(machines x L x options).
  public init(_ figures: ClusterFigures) {
    placement = Placement(machineCount: figures.machineCount)
    let machines = (0..<figures.machineCount).filter { !figures.options(ofMachine: $0).isEmpty }
    let work = machines.map { machine in
      figures.options(ofMachine: machine).reduce(0) { max($0, Double(figures.held[$1]) * figures.rates[$1]) }
    }
    let total = work.reduce(0, +)
    let layers = figures.layers
    guard total > 0, total < .infinity, layers <= Self.mostCells / (machines.count + 1) else { return }
    // By number of machines and layers: the least sum of squares, and the size of the last machine.
    var cost = [Double](repeating: .infinity, count: layers + 1)
    cost[0] = 0
    var sizes: [[Int32]] = []
    for (position, machine) in machines.enumerated() {
      let share = Double(layers) * work[position] / total
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
      sizes.append(size)
    }
    guard cost[layers] < .infinity else { return }
    var end = layers
    for (position, machine) in machines.enumerated().reversed() {
      let held = Int(sizes[position][end])
      end -= held
      if held > 0 { (placement.first[machine], placement.held[machine]) = (end, held) }
    }
  }
}
