import Foundations
import Graphs
import Splitting

/// Searches one job's cheapest path within the capacities that the other jobs leave, by labels that record their
/// use of resources.
///
/// It is Dijkstra's algorithm on the layered graph, one copy after the other, with up to `width` labels at a vertex
/// instead of one. Label a dominates label b if a costs no more and the scarce hosts used by a are a subset of those
/// used by b; dominated labels are dropped (Irnich and Desaulniers, "Shortest path problems with resource
/// constraints", 2005). The search is a heuristic: a narrow `width`, scarce links and a latency limit each make it
/// miss paths. A path that it returns always fits. The search owns its buffers: keep one and run it often.
struct LabelSearch {
  struct Query {
    /// The remaining capacity of each resource.
    var room: [Double]
    var prices: ResourcePrices
    /// The weights that each layer brings to its host, by layer and host [byte]; empty if the job shares none with
    /// others, or no memory is scarce.
    var weights: [Double] = []
    /// What each layer pays the price of memory for, by layer and host [byte]; empty if that is its own memory.
    var charges: [Double] = []
    /// Only paths that cost less are of interest [s of weighted latency and prices].
    var costLimit = Double.infinity
    /// Only paths with at most this latency are of interest [s].
    var latencyLimit = Double.infinity
    /// The number of labels kept at a vertex.
    var width = 3
  }

  let resources: CouplingLimits
  var toGo: CostToGo
  /// The use of each resource while a path is checked; zeros in between.
  private var taken: [Double]
  var labels: [Label] = []
  // Up to `width` labels at a vertex, the cheapest first: of the hosts that computed the layer before a
  // stage, of those that compute the layer after it, and of the nodes that the stage passes.
  var before = LabelLists()
  var after = LabelLists()
  var passing = LabelLists()
  let heap = KeyHeap()
  /// The labels before a stage, host by host.
  var movers: [Mover] = []
  var arriving: [Int32] = []

  // Data of the current query.
  private var memoryRoom: [Double] = []
  private var loadRoom: [Double] = []
  /// A bit for each host that the job alone could fill; 0 for the others.
  private var hostBits: [UInt64] = []
  var comparesLatency = false
  var linksAreScarce = false
  var steps = 0

  init(_ resources: CouplingLimits) {
    self.resources = resources
    toGo = CostToGo(resources)
    taken = Array(repeating: 0, count: resources.sharedCount)
  }

  /// The cheapest path that was found.
  ///
  /// - Returns: `nil` if none is found, or if the budget is exhausted.
  /// - Complexity: O(L (N + E) K log E) for K labels at a vertex, each compared with K others; O(L H^2 K^2)
  ///   for H hosts if links are neither scarce nor priced and the network is small.
  mutating func run(_ job: RoutingJob, _ query: Query, _ budget: Budget) -> JobPath? {
    guard job.weight * job.shortestLatency < query.costLimit, job.shortestLatency <= query.latencyLimit else {
      return nil
    }
    toGo.setLayerCosts(job, query)
    if job.knowsAllPairs && !query.prices.pricesLinks {
      let least = toGo.findOverPairs(job)
      guard least < query.costLimit else { return nil }
      let relaxed = JobPath(steps: toGo.pathOverPairs(job), of: job, resources)
      if relaxed.latency <= query.latencyLimit && fits(relaxed, job, query, from: 0) { return relaxed }
      let firstLink = resources.index(of: .linkLoad(0))
      let linksCarry = fits(relaxed, job, query, from: firstLink)
      prepare(job, query)
      // The best path without the limits of links, if it keeps them.
      if linksCarry {
        guard let found = search(job, query, least: least, overAllPairs: true, budget) else { return nil }
        if !linksAreScarce || fits(found, job, query, from: firstLink) { return found }
      }
    }
    let least = toGo.findOverLinks(job, query, budget)
    guard least < query.costLimit else { return nil }
    let relaxed = JobPath(steps: toGo.pathOverLinks(job), of: job, resources)
    if relaxed.latency <= query.latencyLimit && fits(relaxed, job, query, from: 0) { return relaxed }
    prepare(job, query)
    return search(job, query, least: least, overAllPairs: false, budget)
  }

  /// Searches with cost limits a little above the lower bound first: they usually suffice, with far fewer labels.
  private mutating func search(
    _ job: RoutingJob, _ query: Query, least: Double, overAllPairs: Bool, _ budget: Budget
  ) -> JobPath? {
    for factor in [1.01, 1.1] where least * factor < query.costLimit {
      var narrow = query
      narrow.costLimit = least * factor
      if let found = search(job, narrow, overAllPairs: overAllPairs, budget) { return found }
    }
    return search(job, query, overAllPairs: overAllPairs, budget)
  }

  /// Whether a path fits the remaining capacities of the resources from `first` on.
  private mutating func fits(_ path: JobPath, _ job: RoutingJob, _ query: Query, from first: Int) -> Bool {
    if job.isContiguous && path.returnsToHost { return false }
    let brought = query.weights.isEmpty ? [] : path.holdings.filter { query.weights[Int($0.place)] > 0 }
    for use in path.uses { taken[Int(use.resource)] += use.amount }
    for holding in brought { taken[Int(holding.resource)] += holding.amount }
    func isWithinRoom(_ resource: Int32) -> Bool {
      let resource = Int(resource)
      return resource < first || taken[resource] <= query.room[resource]
    }
    let fits =
      path.uses.allSatisfy { isWithinRoom($0.resource) } && brought.allSatisfy { isWithinRoom($0.resource) }
    for use in path.uses { taken[Int(use.resource)] = 0 }
    for holding in brought { taken[Int(holding.resource)] = 0 }
    return fits
  }

  private mutating func prepare(_ job: RoutingJob, _ query: Query) {
    comparesLatency = query.latencyLimit < .infinity && (!query.prices.isFree || job.weight == 0)
    memoryRoom.removeAll(keepingCapacity: true)
    loadRoom.removeAll(keepingCapacity: true)
    hostBits.removeAll(keepingCapacity: true)
    var nextBit: UInt64 = 1
    for (host, node) in job.hosts.enumerated() {
      let memory = query.room[resources.index(of: .memory(node))]
      let load = query.room[resources.index(of: .computeLoad(node))]
      memoryRoom.append(memory)
      loadRoom.append(load)
      let isScarce = job.mostMemory > memory || job.loadAhead[host] > load
      hostBits.append(isScarce ? nextBit : 0)
      if isScarce { nextBit = nextBit == 1 << 63 ? 1 : nextBit << 1 }
    }
    let linkRoom = query.room[resources.index(of: .linkLoad(0))...]
    linksAreScarce = job.bitsAhead[0] > 0 && linkRoom.contains { job.bitsAhead[0] > $0 }
  }

  private mutating func search(
    _ job: RoutingJob, _ query: Query, overAllPairs: Bool, _ budget: Budget
  ) -> JobPath? {
    labels.removeAll(keepingCapacity: true)
    labels.append(Label(arc: Label.start, node: Int32(job.source)))
    before.reset(count: job.hostCount, width: query.width)
    for stage in 0...job.layerCount {
      if budget.isExhausted { return nil }
      if !overAllPairs, let goal = spread(job, query, stage, budget) { return path(to: goal, job) }
      if stage == job.layerCount { break }
      after.reset(count: job.hostCount, width: query.width)
      if overAllPairs { gatherMovers(job, stage) }
      for host in 0..<job.hostCount where toGo.layerCosts[stage * job.hostCount + host] < .infinity {
        stay(job, query, stage, host)
        if overAllPairs { move(job, query, stage, host) } else { enter(job, query, stage, host) }
      }
      swap(&before, &after)
    }
    return overAllPairs ? finish(job, query) : nil
  }

  /// Computes the layer on the host of the layer before.
  private mutating func stay(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    for index in 0..<before.count(host) {
      let id = before[host, index]
      compute(job, query, stage, host, from: id, labels[Int(id)])
    }
  }

  /// Enters a host with the labels that pass its node, and computes the layer.
  private mutating func enter(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    let node = job.hosts[host]
    for index in 0..<passing.count(node) where labels[Int(passing[node, index])].arc != Label.leaving {
      enter(job, query, stage, host, from: passing[node, index], job.entryWaits[host])
    }
  }

  mutating func enter(
    _ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int, from id: Int32, _ delay: Double
  ) {
    if job.isContiguous && hasComputed(on: job.hosts[host], id) { return }
    var label = labels[Int(id)]
    label.cost += job.weight * delay
    label.latency += delay
    label.usedHosts = label.usedOnLeaving & ~hostBits[host]
    let isBack = label.usedOnLeaving & hostBits[host] != 0
    (label.memory, label.peak, label.load) = isBack ? usedBefore(job, host, id) : (0, 0, 0)
    compute(job, query, stage, host, from: id, label)
  }

  /// Computes a layer and keeps the label if it fits, can still be within the limits, and is not dominated.
  private mutating func compute(
    _ job: RoutingJob, _ query: Query, _ layer: Int, _ host: Int, from id: Int32, _ entered: Label
  ) {
    let place = layer * job.hostCount + host
    let cost = entered.cost + toGo.layerCosts[place]
    let latency = entered.latency + job.computeCosts[place]
    guard cost + toGo.fromComputed[place + job.hostCount] < query.costLimit,
      latency + job.fromComputed[place + job.hostCount] <= query.latencyLimit
    else { return }
    var label = Label(
      cost: cost, latency: latency, usedHosts: entered.usedHosts, usedOnLeaving: entered.usedHosts,
      usedLinks: entered.usedLinks, parent: id, arc: Label.computed, node: Int32(job.hosts[host]))
    if hostBits[host] != 0 {
      label.memory = entered.memory + job.memory[layer]
      if !query.weights.isEmpty { label.memory += query.weights[place] }
      label.peak = max(entered.peak, job.activations[layer])
      label.load = entered.load + job.load[place]
      guard label.memory + label.peak <= memoryRoom[host], label.load <= loadRoom[host] else { return }
      let mostMemory = label.memory + job.memoryAhead[layer + 1] + max(label.peak, job.peakAhead[layer + 1])
      if mostMemory > memoryRoom[host]
        || label.load + job.loadAhead[place + job.hostCount] > loadRoom[host]
      {
        label.usedOnLeaving |= hostBits[host]
      }
    }
    _ = after.insert(label, at: host, &labels, comparesLatency: comparesLatency)
  }

  /// Whether the path that leads to a label computed a layer on a node.
  private func hasComputed(on node: Int, _ id: Int32) -> Bool {
    var current = id
    while current >= 0 {
      let label = labels[Int(current)]
      if label.arc == Label.computed && Int(label.node) == node { return true }
      current = label.parent
    }
    return false
  }

  /// A label's use of a host by the path that leads to it.
  private func usedBefore(
    _ job: RoutingJob, _ host: Int, _ id: Int32
  ) -> (memory: Double, peak: Double, load: Double) {
    let node = Int32(job.hosts[host])
    var current = id
    while current >= 0 {
      let label = labels[Int(current)]
      // The use of a label on a scarce host includes earlier visits.
      if label.arc == Label.computed && label.node == node { return (label.memory, label.peak, label.load) }
      current = label.parent
    }
    return (0, 0, 0)
  }

  /// Follows the parents of a label in the last stage.
  func path(to goal: Int32, _ job: RoutingJob) -> JobPath {
    var steps: [Int32] = []
    var stage = job.layerCount
    var node = Int32(job.target)
    var current = goal
    while current >= 0 {
      let label = labels[Int(current)]
      if label.node != node {
        let first = steps.count
        job.appendPath(from: Int(label.node), to: Int(node), stage: stage, &steps)
        steps[first...].reverse()
      }
      node = label.node
      if label.arc >= 0 {
        steps.append(label.arc)
        node = job.network.tails[Int(label.arc)]
      } else if label.arc == Label.computed {
        steps.append(-1 - label.node)
        stage -= 1
      }
      current = label.parent
    }
    return JobPath(steps: steps.reversed(), of: job, resources)
  }
}
