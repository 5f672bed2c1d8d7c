import Foundations
import Graphs
import LinearModels
import Splitting

/// One job's cheapest way through what others leave of the network, by labels that know what they used.
///
/// Dijkstra's algorithm on the layered graph, one copy after the other, with up to `width` labels a vertex instead of
/// one. A label is dropped where another is as cheap and has used no scarce host that it has not used; see Irnich and
/// Desaulniers, "Shortest path problems with resource constraints" (2005). Exact as long as no vertex has more such
/// labels than `width`; a heuristic otherwise, and where links are scarce. What is found always fits.
///
/// The search owns its buffers: keep one and run it often.
struct LabelSearch {
  /// What a search looks for.
  struct Query {
    /// What is left of each resource.
    var room: [Double]
    var prices: ResourcePrices
    /// Only what costs less [s of weighted latency and prices] ...
    var costLimit = Double.infinity
    /// ... and takes at most that long [s].
    var latencyLimit = Double.infinity
    /// Labels kept at a vertex.
    var width = 3
  }

  fileprivate struct Label {
    var cost: Double
    var latency: Double
    /// Scarce hosts used before the current one, a bit each.
    var usedHosts: UInt64
    /// The same once the stage leaves this one, which counts only if the rest of the job could still fill it.
    var usedOnLeaving: UInt64
    /// Scarce links used, a bit each; several links share a bit.
    var usedLinks: UInt64
    /// What the job takes of the host where the label is: only where that is scarce.
    var memory: Double
    var load: Double
    var parent: Int32
    /// The arc by which the label came, or a mark.
    var arc: Int32
    var node: Int32
    var isKept = true

    static let start: Int32 = -1
    /// The label's node has just computed a layer.
    static let computed: Int32 = -2
    /// The stage is about to leave the node that computed it.
    static let leaving: Int32 = -3
  }

  private let resources: CouplingLimits
  private var toGo: CostToGo
  /// Zeros between searches.
  private var taken: [Double]
  private var labels: [Label] = []
  // Up to `width` labels a vertex, the cheapest first: of the hosts that computed the layer before a stage, of those
  // that compute the one after, and of the nodes that the stage passes.
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

  // Of the query at hand.
  private var memoryRoom: [Double] = []
  private var loadRoom: [Double] = []
  /// A bit for each host that the job alone could fill; 0 for others.
  private var hostBits: [UInt64] = []
  private var comparesLatency = false
  private var linksAreScarce = false
  private var steps = 0

  init(_ resources: CouplingLimits) {
    self.resources = resources
    toGo = CostToGo(resources)
    taken = Array(repeating: 0, count: resources.sharedCount)
  }

  /// - Returns: `nil` where nothing is found, or once the budget has expired.
  /// - Complexity: O(L (N + E) K log E) for K labels a vertex, each compared with K others; O(L H^2 K^2) for H hosts
  ///   where links are neither scarce nor priced and the network is small.
  mutating func run(_ job: RoutingJob, _ query: Query, _ budget: Budget) -> JobRoute? {
    guard job.weight * job.shortestLatency < query.costLimit, job.shortestLatency <= query.latencyLimit else {
      return nil
    }
    toGo.setLayerCosts(job, query)
    if job.knowsAllPairs && !query.prices.pricesLinks {
      let least = toGo.findOverPairs(job)
      guard least < query.costLimit else { return nil }
      let relaxed = JobRoute(steps: toGo.routeOverPairs(job), of: job, resources)
      if relaxed.latency <= query.latencyLimit && fits(relaxed, query.room, from: 0) { return relaxed }
      let linksCarry = fits(relaxed, query.room, from: resources.index(of: .linkLoad(0)))
      prepare(job, query)
      // The best way that ignores what links can carry, if they can carry it.
      if linksCarry {
        guard let found = search(job, query, least: least, overAllPairs: true, budget) else { return nil }
        if !linksAreScarce || fits(found, query.room, from: resources.index(of: .linkLoad(0))) { return found }
      }
    }
    let least = toGo.findOverLinks(job, query, budget)
    guard least < query.costLimit else { return nil }
    let relaxed = JobRoute(steps: toGo.routeOverLinks(job), of: job, resources)
    if relaxed.latency <= query.latencyLimit && fits(relaxed, query.room, from: 0) { return relaxed }
    prepare(job, query)
    return search(job, query, least: least, overAllPairs: false, budget)
  }

  /// Labels that cost a little more than the bound are usually enough, and far fewer.
  private mutating func search(
    _ job: RoutingJob, _ query: Query, least: Double, overAllPairs: Bool, _ budget: Budget
  ) -> JobRoute? {
    for factor in [1.01, 1.1] where least * factor < query.costLimit {
      var narrow = query
      narrow.costLimit = least * factor
      if let found = search(job, narrow, overAllPairs: overAllPairs, budget) { return found }
    }
    return search(job, query, overAllPairs: overAllPairs, budget)
  }

  /// Whether a way fits what is left of the resources from `first` on.
  private mutating func fits(_ route: JobRoute, _ room: [Double], from first: Int) -> Bool {
    var fits = true
    for use in route.uses where Int(use.resource) >= first {
      let resource = Int(use.resource)
      taken[resource] += use.amount
      if taken[resource] > room[resource] { fits = false }
    }
    for use in route.uses { taken[Int(use.resource)] = 0 }
    return fits
  }

  // MARK: Preparing

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
      if job.memoryAhead[0] > memory || job.loadAhead[host] > load {
        hostBits.append(nextBit)
        nextBit = nextBit == 1 << 63 ? 1 : nextBit << 1
      } else {
        hostBits.append(0)
      }
    }
    let firstLink = resources.index(of: .linkLoad(0))
    linksAreScarce =
      job.bitsAhead[0] > 0
      && (0..<resources.linkCount).contains { job.bitsAhead[0] > query.room[firstLink + $0] }
  }

  // MARK: Searching

  private mutating func search(
    _ job: RoutingJob, _ query: Query, overAllPairs: Bool, _ budget: Budget
  ) -> JobRoute? {
    labels.removeAll(keepingCapacity: true)
    before.reset(count: job.hostCount, width: query.width)
    let start = Label(
      cost: 0, latency: 0, usedHosts: 0, usedOnLeaving: 0, usedLinks: 0, memory: 0, load: 0, parent: -1,
      arc: Label.start,
      node: Int32(job.source))
    labels.append(start)
    for stage in 0...job.layerCount {
      if budget.isExhausted { return nil }
      let isLast = stage == job.layerCount
      if !overAllPairs, let goal = spread(job, query, stage, budget) { return route(to: goal, job) }
      if isLast { break }
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

  /// Computes the layer on the host where the one before was computed.
  private mutating func stay(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    for index in 0..<before.count(host) {
      let id = before[host, index]
      let label = labels[Int(id)]
      compute(
        job, query, stage, host, from: id, cost: label.cost, latency: label.latency,
        usedHosts: label.usedHosts,
        memory: label.memory, load: label.load)
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

  /// Comes from every other host by the shortest way, and computes the layer.
  private mutating func move(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    let place = stage * job.hostCount + host
    let remaining = toGo.fromComputed[place + job.hostCount]
    guard remaining < .infinity else { return }
    let node = job.hosts[host]
    let wait = job.entryWaits[host]
    let step = job.weight * wait + toGo.layerCosts[place]
    // Most come too dear: what is worth a closer look is found first, in a loop that does nothing else.
    let limit = min(query.costLimit - remaining, after.worst(host, labels)) - step
    let distance = job.ways[stage].distance
    if stage == 0 {
      let way = distance[job.source * resources.nodeCount + node]
      if way < .infinity { enter(job, query, stage, host, from: 0, way + wait) }
      return
    }
    let count = findArriving(
      job.wayCosts, first: (stage * job.hostCount + host) * job.hostCount, host, below: limit)
    for index in 0..<count {
      let mover = movers[Int(arriving[index])]
      let way = distance[job.hosts[Int(mover.origin)] * resources.nodeCount + node]
      if mover.cost + job.weight * way + step >= after.worst(host, labels) { continue }
      enter(job, query, stage, host, from: mover.label, way + wait)
    }
  }

  /// Writes the positions of the movers from other hosts that cost less than `limit` to `arriving`.
  private mutating func findArriving(_ wayCosts: [Double], first: Int, _ host: Int, below limit: Double)
    -> Int
  {
    var count = 0
    wayCosts.withUnsafeBufferPointer { wayCosts in
      movers.withUnsafeBufferPointer { movers in
        arriving.withUnsafeMutableBufferPointer { arriving in
          for index in movers.indices {
            let mover = movers[index]
            arriving[count] = Int32(truncatingIfNeeded: index)
            let origin = Int(mover.origin)
            if mover.cost + wayCosts[first + origin] < limit && origin != host { count += 1 }
          }
        }
      }
    }
    return count
  }

  /// Enters a host with what passes its node, and computes the layer.
  private mutating func enter(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    let node = job.hosts[host]
    for index in 0..<passing.count(node) {
      let id = passing[node, index]
      if labels[Int(id)].arc != Label.leaving {
        enter(job, query, stage, host, from: id, job.entryWaits[host])
      }
    }
  }

  private mutating func enter(
    _ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int, from id: Int32, _ delay: Double
  ) {
    let label = labels[Int(id)]
    let used = label.usedOnLeaving
    var (memory, load) = (0.0, 0.0)
    if used & hostBits[host] != 0 { (memory, load) = usedBefore(job, host, id) }
    compute(
      job, query, stage, host, from: id, cost: label.cost + job.weight * delay,
      latency: label.latency + delay,
      usedHosts: used & ~hostBits[host], memory: memory, load: load)
  }

  /// Computes a layer and keeps the label if it fits, can still be good enough, and no other is as good.
  private mutating func compute(
    _ job: RoutingJob, _ query: Query, _ layer: Int, _ host: Int, from id: Int32, cost: Double,
    latency: Double,
    usedHosts: UInt64, memory: Double, load: Double
  ) {
    let place = layer * job.hostCount + host
    let cost = cost + toGo.layerCosts[place]
    let latency = latency + job.computeCosts[place]
    guard cost + toGo.fromComputed[place + job.hostCount] < query.costLimit,
      latency + job.fromComputed[place + job.hostCount] <= query.latencyLimit
    else { return }
    var label = Label(
      cost: cost, latency: latency, usedHosts: usedHosts, usedOnLeaving: usedHosts,
      usedLinks: labels[Int(id)].usedLinks, memory: 0, load: 0, parent: id, arc: Label.computed,
      node: Int32(job.hosts[host]))
    if hostBits[host] != 0 {
      label.memory = memory + job.memory[layer]
      label.load = load + job.load[place]
      guard label.memory <= memoryRoom[host], label.load <= loadRoom[host] else { return }
      if label.memory + job.memoryAhead[layer + 1] > memoryRoom[host]
        || label.load + job.loadAhead[place + job.hostCount] > loadRoom[host]
      {
        label.usedOnLeaving |= hostBits[host]
      }
    }
    _ = after.insert(label, at: host, &labels, comparesLatency: comparesLatency)
  }

  /// What a label's way takes of a host.
  private func usedBefore(_ job: RoutingJob, _ host: Int, _ id: Int32) -> (memory: Double, load: Double) {
    let node = Int32(job.hosts[host])
    var current = id
    while current >= 0 {
      let label = labels[Int(current)]
      // A label on a scarce host counts earlier visits too.
      if label.arc == Label.computed && label.node == node { return (label.memory, label.load) }
      current = label.parent
    }
    return (0, 0)
  }

  // MARK: Over links

  /// Moves a stage over the links.
  ///
  /// - Returns: the label that reaches the target, in the last stage.
  private mutating func spread(
    _ job: RoutingJob, _ query: Query, _ stage: Int, _ budget: Budget
  ) -> Int32? {
    passing.reset(count: resources.nodeCount, width: query.width)
    heap.removeAll()
    if stage == 0 {
      passing.append(0, at: job.source)
      heap.push(key: 0, label: 0)
    } else {
      for host in 0..<job.hostCount {
        for index in 0..<before.count(host) { leave(before[host, index]) }
      }
    }
    let isLast = stage == job.layerCount
    while let entry = heap.pop() {
      let label = labels[entry.label]
      guard label.isKept else { continue }
      if isLast && Int(label.node) == job.target { return Int32(entry.label) }
      steps &+= 1
      if steps & 1023 == 0 && budget.isExhausted { return nil }
      cross(job, query, stage, from: Int32(entry.label))
    }
    return nil
  }

  private mutating func leave(_ id: Int32) {
    var label = labels[Int(id)]
    label.usedHosts = label.usedOnLeaving
    (label.memory, label.load) = (0, 0)
    label.parent = id
    label.arc = Label.leaving
    if let id = passing.insert(label, at: Int(label.node), &labels, comparesLatency: comparesLatency) {
      heap.push(key: label.cost, label: Int(id))
    }
  }

  private mutating func cross(_ job: RoutingJob, _ query: Query, _ stage: Int, from id: Int32) {
    let origin = labels[Int(id)]
    let forward = job.network.forward
    let bits = job.bits[stage]
    for arc in forward.arcs(from: Int(origin.node)) {
      let head = Int(forward.head[arc])
      let way = job.ways[stage].arcCosts[arc]
      let position = stage * resources.nodeCount + head
      guard way < .infinity else { continue }
      let link = resources.index(of: .linkLoad(Int(forward.origin[arc])))
      var label = origin
      label.latency += way
      label.cost += job.weight * way + query.prices.perUnit[link] * bits
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

  /// What a label's way puts on a link.
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

  // MARK: Reading the way

  /// The best way from a host of the last layer to the target.
  private func finish(_ job: RoutingJob, _ query: Query) -> JobRoute? {
    // Without layers the only way is the one that did not fit.
    if job.layerCount == 0 { return nil }
    let distance = job.ways[job.layerCount].distance
    var best = query.costLimit
    var goal: Int32 = -1
    for host in 0..<job.hostCount {
      let way = distance[job.hosts[host] * resources.nodeCount + job.target]
      guard way < .infinity else { continue }
      for index in 0..<before.count(host) {
        let label = labels[Int(before[host, index])]
        if label.cost + job.weight * way < best && label.latency + way <= query.latencyLimit {
          best = label.cost + job.weight * way
          goal = before[host, index]
        }
      }
    }
    return goal >= 0 ? route(to: goal, job) : nil
  }

  /// Walks back from a label in the last stage.
  private func route(to goal: Int32, _ job: RoutingJob) -> JobRoute {
    var steps: [Int32] = []
    var stage = job.layerCount
    var node = Int32(job.target)
    var current = goal
    while current >= 0 {
      let label = labels[Int(current)]
      if label.node != node {
        let first = steps.count
        job.appendWay(from: Int(label.node), to: Int(node), stage: stage, &steps)
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
    return JobRoute(steps: steps.reversed(), of: job, resources)
  }
}

/// Up to `width` labels at each vertex of a copy, the cheapest first.
private struct LabelLists {
  private var width = 1
  private var counts: [Int32] = []
  private var ids: [Int32] = []

  mutating func reset(count: Int, width: Int) {
    if counts.count != count || self.width != width {
      self.width = width
      counts = Array(repeating: 0, count: count)
      ids = Array(repeating: -1, count: count * width)
    } else {
      for vertex in 0..<count { counts[vertex] = 0 }
    }
  }

  func count(_ vertex: Int) -> Int { Int(counts[vertex]) }
  subscript(vertex: Int, index: Int) -> Int32 { ids[vertex * width + index] }

  /// What a label has to cost less than to be kept.
  func worst(_ vertex: Int, _ labels: [LabelSearch.Label]) -> Double {
    count(vertex) < width ? .infinity : labels[Int(ids[vertex * width + width - 1])].cost
  }

  mutating func append(_ id: Int32, at vertex: Int) {
    ids[vertex * width + count(vertex)] = id
    counts[vertex] += 1
  }

  /// Keeps a label unless one in the list is as good, or `width` are cheaper; drops those that it makes useless.
  ///
  /// - Returns: its position among `labels`.
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
    var index = kept
    while index > position {
      ids[base + index] = ids[base + index - 1]
      index -= 1
    }
    ids[base + position] = Int32(labels.count)
    counts[vertex] = Int32(kept + 1)
    labels.append(label)
    return Int32(labels.count - 1)
  }
}

extension LabelSearch.Label {
  /// Whether every way on from `other` is open to this label too; it is as cheap already.
  fileprivate func dominates(_ other: LabelSearch.Label, _ comparesLatency: Bool) -> Bool {
    usedHosts & ~other.usedHosts == 0 && memory <= other.memory && load <= other.load
      && (!comparesLatency || latency <= other.latency)
  }
}
