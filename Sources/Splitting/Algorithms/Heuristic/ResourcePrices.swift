import Foundations
import Splitting

extension CouplingLimits {
  /// The number of constraints of nodes and links, which jobs share; they come before the deadlines.
  var sharedCount: Int { 2 * nodeCount + linkCount }

  /// Whether a constraint's resource is limited but not absent.
  func isScarce(_ index: Int) -> Bool { values[index] > 0 && values[index] < .infinity }

  /// The same limits with the tolerance included.
  var withTolerance: CouplingLimits {
    var limits = self
    for index in values.indices { limits.values[index] *= Tolerance.slack }
    return limits
  }
}

/// The cost of using each resource [s of weighted latency for a unit of the resource].
struct ResourcePrices: Sendable {
  private(set) var perUnit: [Double]
  /// Whether any node's or any link's price is not 0.
  private(set) var pricesNodes = false
  private(set) var pricesLinks = false
  /// What layers are charged for at prices of memory; `nil` if that is their own memory.
  private(set) var shares: MemoryShares?

  init(free resources: CouplingLimits) { perUnit = Array(repeating: 0, count: resources.sharedCount) }

  init(_ perUnit: [Double], _ resources: CouplingLimits, shares: MemoryShares? = nil) {
    self.perUnit = perUnit
    self.shares = shares
    let firstLink = resources.index(of: .linkLoad(0))
    pricesNodes = perUnit[..<firstLink].contains { $0 > 0 }
    pricesLinks = perUnit[firstLink...].contains { $0 > 0 }
  }

  var isFree: Bool { !pricesNodes && !pricesLinks }

  /// What each layer of a job is charged for [byte]: see ``MemoryShares/charges(ofJob:_:weights:)``.
  func charges(ofJob index: Int, _ job: RoutingJob, weights brought: [Double]) -> [Double] {
    pricesNodes ? shares?.charges(ofJob: index, job, weights: brought) ?? [] : []
  }

  /// Every price times a random number: half of these are below 1, and a few in the hundreds, which almost forbid.
  ///
  /// Small changes seldom lead to other plans if a layer or a tensor can only leave as a whole.
  func varied(_ random: inout SplitMix64) -> ResourcePrices {
    var varied = self
    for resource in perUnit.indices where perUnit[resource] > 0 {
      let share = random.nextUnit()
      varied.perUnit[resource] *= share < 0.5 ? 2 * share : 0.5 / ((1.02 - share) * (1.02 - share))
    }
    return varied
  }
}
