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

  fileprivate struct Label {
    var cost = 0.0
    var latency = 0.0
    /// The scarce hosts used before the current one, one bit for each.
    var usedHosts: UInt64 = 0
    /// The same after the stage leaves the current host, included only if the rest of the job could still fill it.
    var usedOnLeaving: UInt64 = 0
    /// The scarce links used; several links share a bit.
    var usedLinks: UInt64 = 0
    /// The job's use of the host where the label is, the largest activations apart; only recorded if the host is
    /// scarce.
    var memory = 0.0
    var peak = 0.0
    var load = 0.0
    var parent: Int32 = -1
    /// The arc by which the label came, or one of the marks below.
    var arc: Int32
    var node: Int32
    var isKept = true

    static let start: Int32 = -1
    /// The label's node has just computed a layer.
    static let computed: Int32 = -2
    /// The stage is about to leave the node that computed it.
    static let leaving: Int32 = -3

    /// Whether every completion of `other` is one of this label too, which is known to cost no more.
    func dominates(_ other: Label, _ comparesLatency: Bool) -> Bool {
      // Later layers raise both peaks to the same one, or one of them, or none.
      usedHosts & ~other.usedHosts == 0 && memory <= other.memory && load <= other.load
        && memory + peak <= other.memory + other.peak && (!comparesLatency || latency <= other.latency)
    }
  }

  private let resources: CouplingLimits
  private var toGo: CostToGo
  /// The use of each resource while a path is checked; zeros in between.
  private var taken: [Double]
  private var labels: [Label] = []
  // Up to `width` labels at a vertex, the cheapest first: of the hosts that computed the layer before a
  // stage, of those that compute the layer after it, and of the nodes that the stage passes.
  private var before = LabelLists()
  private var after = LabelLists()
  private var passing = LabelLists()
  private let heap = KeyHeap()
  /// The labels before a stage, host by host.
  private var movers: [Mover] = []
  private var arriving: [Int32] = []

  private struct Mover {
    var cost: Double
    var origin: Int32
    var label: Int32
  }

  // Data of the current query.
  private var memoryRoom: [Double] = []
  private var loadRoom: [Double] = []
  /// A bit for each host that the job alone could fill; 0 for the others.
  private var hostBits: [UInt64] = []
  private var comparesLatency = false
  private var linksAreScarce = false
  private var steps = 0

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

  private mutating func gatherMovers(_ job: RoutingJob, _ stage: Int) {
    movers.removeAll(keepingCapacity: true)
    for host in 0..<job.hostCount {
      for index in 0..<before.count(host) {
        let id = before[host, index]
        movers.append(Mover(cost: labels[Int(id)].cost, origin: Int32(host), label: id))
      }
    }
    while arriving.count < movers.count { arriving.append(0) }
  }

  /// Moves from every other host over the shortest path, and computes the layer.
  private mutating func move(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    let place = stage * job.hostCount + host
    let remaining = toGo.fromComputed[place + job.hostCount]
    guard remaining < .infinity else { return }
    let node = job.hosts[host]
    let wait = job.entryWaits[host]
    let step = job.weight * wait + toGo.layerCosts[place]
    // Most labels cost too much: a loop that does nothing else finds the others first.
    let limit = min(query.costLimit - remaining, after.worst(host, labels)) - step
    let distance = job.stagePaths[stage].distance
    if stage == 0 {
      let seconds = distance[job.source * resources.nodeCount + node]
      if seconds < .infinity { enter(job, query, stage, host, from: 0, seconds + wait) }
      return
    }
    let count = findArriving(
      job.pathCosts, first: (stage * job.hostCount + host) * job.hostCount, host, below: limit)
    for index in 0..<count {
      let mover = movers[Int(arriving[index])]
      let seconds = distance[job.hosts[Int(mover.origin)] * resources.nodeCount + node]
      if mover.cost + job.weight * seconds + step >= after.worst(host, labels) { continue }
      enter(job, query, stage, host, from: mover.label, seconds + wait)
    }
  }

  /// Writes the positions of the movers from other hosts that cost less than `limit` to `arriving`.
  private mutating func findArriving(
    _ pathCosts: [Double], first: Int, _ host: Int, below limit: Double
  ) -> Int {
    var count = 0
    pathCosts.withUnsafeBufferPointer { pathCosts in
      movers.withUnsafeBufferPointer { movers in
        arriving.withUnsafeMutableBufferPointer { arriving in
          for index in movers.indices {
            let mover = movers[index]
            arriving[count] = Int32(truncatingIfNeeded: index)
            let origin = Int(mover.origin)
            if mover.cost + pathCosts[first + origin] < limit && origin != host { count += 1 }
          }
        }
      }
    }
    return count
  }

  /// Enters a host with the labels that pass its node, and computes the layer.
  private mutating func enter(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    let node = job.hosts[host]
    for index in 0..<passing.count(node) where labels[Int(passing[node, index])].arc != Label.leaving {
      enter(job, query, stage, host, from: passing[node, index], job.entryWaits[host])
    }
  }

  private mutating func enter(
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

  // MARK: Over links

  /// Moves a stage over the links; returns the label that reaches the target in the last stage.
  private mutating func spread(_ job: RoutingJob, _ query: Query, _ stage: Int, _ budget: Budget) -> Int32? {
    passing.reset(count: resources.nodeCount, width: query.width)
    heap.removeAll()
    if stage == 0 {
      passing.append(0, at: job.source)
      heap.push(key: 0, label: 0)
    } else {
      for host in 0..<job.hostCount {
        let isRelay = job.network.forward.isRelay(job.hosts[host])
        for index in 0..<before.count(host) { leave(before[host, index], amongPassing: isRelay) }
      }
    }
    while let entry = heap.pop() {
      let label = labels[entry.label]
      guard label.isKept else { continue }
      if stage == job.layerCount && Int(label.node) == job.target { return Int32(entry.label) }
      // What came over a link leaves a node that is no relay only after it was computed there.
      if label.arc >= 0 && !job.network.forward.isRelay(Int(label.node)) { continue }
      steps &+= 1
      if steps & 1023 == 0 && budget.isExhausted { return nil }
      cross(job, query, stage, from: Int32(entry.label))
    }
    return nil
  }

  /// Lets a stage leave the host that computed it: as one of those that pass the node, if it may be passed.
  private mutating func leave(_ id: Int32, amongPassing: Bool) {
    var label = labels[Int(id)]
    label.usedHosts = label.usedOnLeaving
    (label.memory, label.peak, label.load) = (0, 0, 0)
    label.parent = id
    label.arc = Label.leaving
    if !amongPassing {
      // Those that only arrive here cannot take its place.
      heap.push(key: label.cost, label: labels.count)
      labels.append(label)
    } else if let id = passing.insert(label, at: Int(label.node), &labels, comparesLatency: comparesLatency) {
      heap.push(key: label.cost, label: Int(id))
    }
  }

  private mutating func cross(_ job: RoutingJob, _ query: Query, _ stage: Int, from id: Int32) {
    let origin = labels[Int(id)]
    let forward = job.network.forward
    let bits = job.bits[stage]
    for arc in forward.arcs(from: Int(origin.node)) {
      let head = Int(forward.head[arc])
      let seconds = job.stagePaths[stage].arcCosts[arc]
      let position = stage * resources.nodeCount + head
      guard seconds < .infinity else { continue }
      let link = resources.index(of: .linkLoad(Int(forward.origin[arc])))
      var label = origin
      label.latency += seconds
      label.cost += job.weight * seconds + query.prices.perUnit[link] * bits
      guard label.cost + toGo.fromTransit[position] < query.costLimit,
        label.latency + job.fromTransit[position] <= query.latencyLimit
      else { continue }
      if linksAreScarce && job.bitsAhead[0] > query.room[link] {
        let bit = UInt64(1) << UInt64(link & 63)
        let used = origin.usedLinks & bit == 0 ? 0 : usedBefore(job, arc, stage, id)
        if used + bits > query.room[link] { continue }
        label.usedLinks |= bit
      }
      label.parent = id
      label.arc = Int32(arc)
      label.node = Int32(head)
      if let id = passing.insert(label, at: head, &labels, comparesLatency: comparesLatency) {
        heap.push(key: label.cost, label: Int(id))
      }
    }
  }

  /// The load that the path to a label puts on a link.
  private func usedBefore(_ job: RoutingJob, _ arc: Int, _ stage: Int, _ id: Int32) -> Double {
    var (bits, stage, current) = (0.0, stage, id)
    while current >= 0 {
      let label = labels[Int(current)]
      if label.arc == Int32(arc) { bits += job.bits[stage] }
      if label.arc == Label.computed { stage -= 1 }
      current = label.parent
    }
    return bits
  }

  /// The best path that continues from a host of the last layer to the target.
  private func finish(_ job: RoutingJob, _ query: Query) -> JobPath? {
    // Without layers the only path is the one that did not fit.
    if job.layerCount == 0 { return nil }
    let distance = job.stagePaths[job.layerCount].distance
    var (best, goal) = (query.costLimit, Int32(-1))
    for host in 0..<job.hostCount {
      let seconds = distance[job.hosts[host] * resources.nodeCount + job.target]
      guard seconds < .infinity else { continue }
      for index in 0..<before.count(host) {
        let label = labels[Int(before[host, index])]
        let cost = label.cost + job.weight * seconds
        if cost < best && label.latency + seconds <= query.latencyLimit {
          (best, goal) = (cost, before[host, index])
        }
      }
    }
    return goal >= 0 ? path(to: goal, job) : nil
  }

  /// Follows the parents of a label in the last stage.
  private func path(to goal: Int32, _ job: RoutingJob) -> JobPath {
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

/// Up to `width` labels at each vertex of a copy, the cheapest first.
private struct LabelLists {
  private var width = 1
  private var counts: [Int32] = []
  private var ids: [Int32] = []

  mutating func reset(count: Int, width: Int) {
    self.width = width
    counts.removeAll(keepingCapacity: true)
    counts.append(contentsOf: repeatElement(0, count: count))
    if ids.count < count * width { ids = Array(repeating: -1, count: count * width) }
  }

  func count(_ vertex: Int) -> Int { Int(counts[vertex]) }
  subscript(vertex: Int, index: Int) -> Int32 { ids[vertex * width + index] }

  /// The cost that a label must be below to be kept.
  func worst(_ vertex: Int, _ labels: [LabelSearch.Label]) -> Double {
    count(vertex) < width ? .infinity : labels[Int(ids[vertex * width + width - 1])].cost
  }

  mutating func append(_ id: Int32, at vertex: Int) {
    ids[vertex * width + count(vertex)] = id
    counts[vertex] += 1
  }

  /// Keeps a label unless one in the list dominates it or `width` are cheaper; drops those that it dominates.
  ///
  /// - Returns: the label's position among `labels`.
  mutating func insert(
    _ label: LabelSearch.Label, at vertex: Int, _ labels: inout [LabelSearch.Label], comparesLatency: Bool
  ) -> Int32? {
    let base = vertex * width
    let count = Int(counts[vertex])
    var position = 0
    while position < count {
      let other = Int(ids[base + position])
      if labels[other].cost > label.cost { break }
      if labels[other].dominates(label, comparesLatency) { return nil }
      position += 1
    }
    if position == width { return nil }
    var kept = position
    for index in position..<count {
      let other = Int(ids[base + index])
      if label.dominates(labels[other], comparesLatency) {
        labels[other].isKept = false
      } else {
        ids[base + kept] = Int32(other)
        kept += 1
      }
    }
    if kept == width {
      labels[Int(ids[base + width - 1])].isKept = false
      kept -= 1
    }
    for index in stride(from: kept, to: position, by: -1) { ids[base + index] = ids[base + index - 1] }
    ids[base + position] = Int32(labels.count)
    counts[vertex] = Int32(kept + 1)
    labels.append(label)
    return Int32(labels.count - 1)
  }
}
