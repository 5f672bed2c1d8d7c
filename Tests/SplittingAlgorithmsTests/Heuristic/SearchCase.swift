import Foundations
import Networks
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
    /// Whether another job shares weights, layers have activations, and some nodes are no relays.
    var describesMachines: Bool

    var description: String {
      "\(scarcity) scarce\(hasPrices ? ", prices" : "")\(isLarge ? ", a large network" : "")"
        + (describesMachines ? ", machines as they are" : "")
    }

    static let all = [false, true].flatMap { describesMachines in
      Scarcity.allCases.flatMap { scarcity in
        [false, true].flatMap { hasPrices in
          [false, true].map {
            Form(
              scarcity: scarcity, hasPrices: hasPrices, isLarge: $0, describesMachines: describesMachines)
          }
        }
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
    if form.describesMachines { small.describeMachines(&random) }
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
      let most = most[constraint] / Double(small.jobs.count)
      let isScarce =
        switch (constraint, form.scarcity) {
        case (.memory, .memory), (.computeLoad, .load), (.linkLoad, .links): random.nextUnit() < 0.8
        default: false
        }
      if isScarce { room[constraint] = most * (0.2 + random.nextUnit()) }
      if form.hasPrices, random.nextUnit() < 0.5 {
        prices[constraint] = 0.1 * random.nextUnit() / most
      }
    }
    let shared = 0..<resources.sharedCount
    var query = LabelSearch.Query(
      room: Array(room.values[shared]), prices: ResourcePrices(Array(prices.values[shared]), resources))
    query.width = 4096
    if form.describesMachines {
      // Others hold some of the weights; what is charged for need not be related to what is taken.
      query.weights = routing.jobs[0].weightsByPlace.map { random.nextUnit() < 0.4 ? 0 : $0 }
      query.charges = query.weights.map { _ in 1e7 * random.nextUnit() }
    }
    if random.nextUnit() < 0.3 { query.latencyLimit = job.shortestLatency * (1 + random.nextUnit()) }
    self.query = query
  }

  /// What a route costs, latency and prices [s]; after layer `from` alone if that is given.
  func cost(_ route: EnumeratedRoutes.Route, afterLayer from: Int? = nil) -> Double {
    let latency = route.latency - (from.map { route.latencies[$0] } ?? 0)
    let uses = from.map { route.uses[route.useCounts[$0]...] } ?? route.uses[...]
    let charged = query.charges.isEmpty ? 0..<0 : (from ?? -1) + 1..<route.plan.hosts.count
    let charges = charged.reduce(0) { sum, layer in
      let node = route.plan.hosts[layer]
      return sum + query.prices.perUnit[index(.memory(node))] * query.charges[place(layer, node)]
    }
    return uses.reduce(job.weight * latency + charges) { sum, use in
      if !query.charges.isEmpty && use.constraint.family == .memory { return sum }
      return sum + query.prices.perUnit[index(use.constraint)] * use.amount
    }
  }

  /// Whether a route keeps the query's limits.
  func fits(_ route: EnumeratedRoutes.Route) -> Bool {
    var (room, peaks) = (query.room, [Int: Double]())
    for use in route.uses { room[index(use.constraint)] -= use.amount }
    for (layer, node) in route.plan.hosts.enumerated() {
      room[index(.memory(node))] -= weights(layer, node)
      peaks[node] = max(peaks[node] ?? 0, layers[layer].activations)
    }
    for (node, peak) in peaks { room[index(.memory(node))] -= peak }
    return room.allSatisfy { $0 >= 0 } && route.latency <= query.latencyLimit
  }

  /// Whether each layer and each tensor of a route fits by itself.
  func fitsPiecewise(_ route: EnumeratedRoutes.Route) -> Bool {
    route.uses.allSatisfy { $0.amount <= query.room[index($0.constraint)] }
      && route.plan.hosts.enumerated().allSatisfy { layer, node in
        layers[layer].memory + weights(layer, node) + layers[layer].activations
          <= query.room[index(.memory(node))]
      }
  }

  private var layers: [Layer] { instance.dnn(ofJob: 0).layers }

  /// The weights that a layer brings to a node [byte].
  private func weights(_ layer: Int, _ node: Int) -> Double {
    query.weights.isEmpty ? 0 : query.weights[place(layer, node)]
  }

  private func place(_ layer: Int, _ node: Int) -> Int { layer * job.hostCount + job.hostIndex(of: node) }

  /// The enumerated route that takes the same path as one that was found.
  func twin(of route: JobPath) -> EnumeratedRoutes.Route? {
    let plan = route.plan(of: job)
    return routes.first { $0.plan == plan }
  }

  private func index(_ constraint: CouplingConstraint) -> Int { resources.index(of: constraint) }
}

extension RoutingJob {
  /// The shared weights of each layer, by layer and host [byte].
  fileprivate var weightsByPlace: [Double] {
    sharedWeights.flatMap { Array(repeating: $0, count: hostCount) }
  }
}

extension Instance {
  /// Adds weights that a second job shares, activations, and nodes that forward nothing.
  fileprivate mutating func describeMachines(_ random: inout SplitMix64) {
    jobs.append(jobs[0])
    jobs[1].id = "twin"
    for node in network.nodes.indices { network.nodes[node].isRelay = random.nextUnit() < 0.6 }
    for layer in dnns[0].layers.indices {
      if random.nextUnit() < 0.8 { dnns[0].layers[layer].weights = 3e7 * random.nextUnit() }
      if random.nextUnit() < 0.8 { dnns[0].layers[layer].activations = 5e7 * random.nextUnit() }
      if random.nextUnit() < 0.5 { dnns[0].layers[layer].memory *= 0.1 }
    }
  }
}
