import Foundations
import Splitting
import TestSupport

@testable import SplittingAlgorithms

/// One job on four nodes, what others leave of the resources, and their prices.
struct SearchCase {
  /// What is scarce.
  enum Scarcity: String, CaseIterable, CustomStringConvertible {
    case nothing, memory, load, links
    var description: String { rawValue }
  }

  /// What of a query is set.
  struct Form: Sendable, CustomStringConvertible {
    var scarcity: Scarcity
    var hasPrices: Bool
    /// Whether the network is so large that paths are searched link by link, and not looked up.
    var isLarge: Bool

    var description: String {
      "\(scarcity) scarce\(hasPrices ? ", prices" : "")\(isLarge ? ", a large network" : "")"
    }

    static let all = Scarcity.allCases.flatMap { scarcity in
      [false, true].flatMap { hasPrices in
        [false, true].map { Form(scarcity: scarcity, hasPrices: hasPrices, isLarge: $0) }
      }
    }
  }

  let instance: Instance
  let resources: CouplingLimits
  let job: RoutingJob
  let query: LabelSearch.Query
  /// On the network without the nodes that nothing leads to.
  let routes: [EnumeratedRoutes.Route]

  init(_ form: Form, seed: UInt64, layers: Int) {
    let family = AdversarialFamily.allCases[Int(seed) % AdversarialFamily.allCases.count]
    var random = SplitMix64(seed: seed)
    var small = Instance.adversarial(family, seed: seed, side: 2, layers: layers)
    small.jobs = [small.jobs[0]]
    small.jobs[0].rate = 10
    small.jobs[0].weight = random.nextUnit() < 0.1 ? 0 : 1 + 2 * random.nextUnit()
    // The instance's own limits are not what the room is scarce by.
    small.relaxedLimits = small.limits.keeping(Set<CouplingConstraint>())
    var large = small.padded(by: form.isLarge ? 70 : 0)
    // Those of the small network are too few.
    large.relaxedLimits = nil
    large.relaxedLimits = large.limits.keeping(Set<CouplingConstraint>())
    let routing = ResidualRouting(large)
    routes = EnumeratedRoutes(small).all
    instance = large
    resources = routing.resources
    job = routing.jobs[0]
    var room = PerConstraint(repeating: Double.infinity, of: large)
    var prices = PerConstraint(repeating: 0.0, of: large)
    // All layers on one node, all stages over one link.
    let most = UseMeter(small).most
    for constraint in small.limits.constraints where most[constraint] > 0 {
      let isScarce =
        switch (constraint, form.scarcity) {
        case (.memory, .memory), (.computeLoad, .load), (.linkLoad, .links): random.nextUnit() < 0.8
        default: false
        }
      if isScarce { room[constraint] = most[constraint] * (0.2 + random.nextUnit()) }
      if form.hasPrices, random.nextUnit() < 0.5 {
        prices[constraint] = 0.1 * random.nextUnit() / most[constraint]
      }
    }
    let shared = 0..<resources.sharedCount
    var query = LabelSearch.Query(
      room: Array(room.values[shared]), prices: ResourcePrices(Array(prices.values[shared]), resources))
    query.width = 4096
    if random.nextUnit() < 0.3 { query.latencyLimit = job.shortestLatency * (1 + random.nextUnit()) }
    self.query = query
  }

  /// What a route costs, latency and prices [s]; after layer `from` alone if that is given.
  func cost(_ route: EnumeratedRoutes.Route, afterLayer from: Int? = nil) -> Double {
    let latency = route.latency - (from.map { route.latencies[$0] } ?? 0)
    let uses = from.map { route.uses[route.useCounts[$0]...] } ?? route.uses[...]
    return uses.reduce(job.weight * latency) { $0 + query.prices.perUnit[index($1.constraint)] * $1.amount }
  }

  /// Whether a route keeps the query's limits.
  func fits(_ route: EnumeratedRoutes.Route) -> Bool {
    var room = query.room
    for use in route.uses { room[index(use.constraint)] -= use.amount }
    return room.allSatisfy { $0 >= 0 } && route.latency <= query.latencyLimit
  }

  /// Whether each layer and each tensor of a route fits by itself.
  func fitsPiecewise(_ route: EnumeratedRoutes.Route) -> Bool {
    route.uses.allSatisfy { $0.amount <= query.room[index($0.constraint)] }
  }

  /// The enumerated route that takes the same path as one that was found.
  func twin(of route: JobPath) -> EnumeratedRoutes.Route? {
    let plan = route.plan(of: job)
    return routes.first { $0.plan == plan }
  }

  private func index(_ constraint: CouplingConstraint) -> Int { resources.index(of: constraint) }
}
