import Foundations
import Splitting

/// What couples jobs, numbered: the memory of each node [byte], the compute load of each node [s of work a second],
/// the load of each link [bit/s]. Amounts, capacities and prices are arrays in this order.
struct CoupledResources: Sendable {
  let nodeCount: Int
  let linkCount: Int
  /// Infinite where no row is in force; what the contract's tolerance allows is included.
  let capacity: [Double]

  init(_ instance: Instance, _ rows: CouplingRows) {
    nodeCount = instance.network.nodes.count
    linkCount = instance.network.links.count
    capacity = (rows.memory + rows.computeLoad + rows.linkLoad).map { ($0 ?? .infinity) * CouplingRows.slack }
  }

  var count: Int { capacity.count }
  func memory(of node: Int) -> Int { node }
  func computeLoad(of node: Int) -> Int { nodeCount + node }
  func load(ofLink link: Int) -> Int { 2 * nodeCount + link }

  /// Whether the resource can run out and can be used at all.
  func isScarce(_ resource: Int) -> Bool { capacity[resource] > 0 && capacity[resource] < .infinity }
}

/// What the use of each resource costs a job [s of weighted latency for a unit of the resource].
struct ResourcePrices: Sendable {
  private(set) var perUnit: [Double]
  /// Whether any node's or any link's price is not 0.
  private(set) var pricesNodes = false
  private(set) var pricesLinks = false

  init(free resources: CoupledResources) { perUnit = Array(repeating: 0, count: resources.count) }

  init(_ perUnit: [Double], _ resources: CoupledResources) {
    self.perUnit = perUnit
    let firstLink = 2 * resources.nodeCount
    pricesNodes = perUnit[..<firstLink].contains { $0 > 0 }
    pricesLinks = perUnit[firstLink...].contains { $0 > 0 }
  }

  var isFree: Bool { !pricesNodes && !pricesLinks }

  /// Every price times a random number: half of them below 1, and a few in the hundreds, which all but forbids the
  /// resource. Small changes seldom lead to other plans where what does not fit has to leave as a whole.
  func varied(_ random: inout SplitMix64) -> ResourcePrices {
    var varied = self
    for resource in perUnit.indices where perUnit[resource] > 0 {
      let share = random.nextUnit()
      varied.perUnit[resource] *= share < 0.5 ? 2 * share : 0.5 / ((1.02 - share) * (1.02 - share))
    }
    return varied
  }
}
