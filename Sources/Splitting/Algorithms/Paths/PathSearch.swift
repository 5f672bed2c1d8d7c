import Foundations
import Graphs
import Splitting

/// Searches the paths of one job that keep its own limits, by labels that remember what a path used where that still
/// matters: for the cheapest path at given prices, or for all paths up to a cost that no other path dominates.
///
/// A label stands for a path up to the end of a block. Label a dominates label b at the same stage and host if it costs
/// no more, took no longer, and used no more of anything remembered; dominated labels are dropped (Irnich and
/// Desaulniers, "Shortest path problems with resource constraints", 2005). The block program at the same prices bounds
/// the cost of the rest.
struct PathSearch {
  /// What is asked of the paths.
  struct Query {
    let job: PathJob
    let prices: PathPrices
    /// The block program at these prices.
    let bound: BlockProgram
    /// A second bound: see ``OwnLimits``.
    var second: Second?
    /// By resource, in the order of ``PerConstraint``: whether paths are also compared by their use of it.
    var isCompared: [Bool]
    /// The links whose use is remembered: those of which paths are compared or have a price, and those that the job by
    /// itself may exceed.
    var tracked: [Int]
    /// By stage: the routes with these links tracked.
    var routes: [HostRoutes]
    /// Whether paths are compared by latency as well as by cost.
    var comparesLatency: Bool
    /// The largest cost of interest.
    var costLimit = Double.infinity
    /// The largest latency of interest [s].
    var latencyLimit = Double.infinity
    /// The number of labels after which a search gives up.
    var labelLimit = Int.max
  }

  /// A bound on the cost from the block program with other prices, less what these are for the limits.
  struct Second {
    let prices: PathPrices
    let bound: BlockProgram
    let offset: Double
  }

  struct Label {
    var cost: Double
    /// The same for the second bound; of no meaning without it.
    var secondCost: Double
    var latency: Double
    var parent: Int32
    /// The layers computed so far: the stage.
    var stage: Int32
    /// The host that computed the stage; the source at the start.
    var host: Int32
    /// The route by which the stage before came to the host, among those from the parent's host.
    var route: Int32
    var firstUse: Int32
    var useCount: Int32
    var hasArrived = false
  }

  /// An amount of a resource that the path of a label used.
  struct Use {
    var resource: Int32
    var amount: Double
  }

  var labels: [Label] = []
  var uses: [Use] = []
  /// The paths that arrived at the target, as labels.
  private(set) var arrived: [Int32] = []
  /// Whether the search ended before it had seen all.
  private(set) var isTruncated = false
  /// By stage and node: the labels there.
  var tables: [DominanceTable]
  var scratch: [Use] = []
  private var isKept: [Bool] = []
  let heap = KeyHeap()
  let query: Query
  let resources: PathResources
  let job: PathJob
  private let layers: Int
  private let hosts: Int
  let nodes: Int
  /// The largest latency of interest that the job's deadline allows [s].
  private let longestLatency: Double

  init(_ query: Query) {
    self.query = query
    job = query.job
    resources = PathResources(query.job)
    (layers, hosts, nodes) = (job.layerCount, job.hostCount, job.nodeCount)
    longestLatency = min(query.latencyLimit, job.figures.longestLatency)
    tables = Array(repeating: DominanceTable(), count: (layers + 1) * nodes)
    labels.append(
      Label(
        cost: 0, secondCost: -(query.second?.offset ?? 0), latency: 0, parent: -1, stage: 0,
        host: Int32(job.figures.source), route: -1, firstUse: 0, useCount: 0))
  }

  // MARK: The two searches

  /// The cheapest path, and a lower bound on the cost of all paths; the path is `nil` if there is none up to the limit
  /// on the cost, or if the search was truncated.
  mutating func cheapest(_ cancellation: Cancellation) -> (path: Int32?, bound: Double) {
    defer { heap.removeAll() }
    heap.push(key: query.bound.least, label: 0)
    var untilAsked = Self.interval
    while let entry = heap.pop(), entry.key <= query.costLimit {
      let label = labels[entry.label]
      if label.hasArrived { return (Int32(entry.label), entry.key) }
      if mustStop(&untilAsked, cancellation) { return (nil, entry.key) }
      if entry.label == 0 || settle(entry.label) { expand(entry.label, ordered: true) }
    }
    return (nil, query.costLimit)
  }

  /// Finds all paths up to the limit on the cost that no other dominates.
  mutating func list(_ cancellation: Cancellation) {
    var untilAsked = Self.interval
    expand(0, ordered: false)
    if layers == 0 { return }
    for stage in 1...layers {
      for node in 0..<nodes {
        // What was dominated meanwhile is gone from the table.
        for label in tables[stage * nodes + node].labels {
          if mustStop(&untilAsked, cancellation) { return }
          expand(Int(label), ordered: false)
        }
      }
    }
  }

  /// The number of labels between two questions whether the work was cancelled.
  private static let interval = 1 << 10

  private mutating func mustStop(_ untilAsked: inout Int, _ cancellation: Cancellation) -> Bool {
    untilAsked -= 1
    if labels.count > query.labelLimit || untilAsked == 0 && cancellation.isCancelled { isTruncated = true }
    if untilAsked == 0 { untilAsked = Self.interval }
    return isTruncated
  }

  // MARK: Expansion

  /// Adds the labels after the next block, or at the target; to the heap in the order of their bounds if they are
  /// `ordered`.
  private mutating func expand(_ index: Int, ordered: Bool) {
    let label = labels[index]
    let stage = Int(label.stage)
    let fan = query.routes[stage].fan(from: Int(label.host))
    if stage == layers {
      for place in fan.range(to: job.figures.target) { arrive(index, by: fan.ofNode[place], fan, ordered) }
      return
    }
    for host in 0..<hosts {
      let node = job.figures.hosts[host]
      // The source may compute the first layer; a block never goes on where it ended.
      if node == Int(label.host) && index > 0 { continue }
      let rest = query.bound.start[stage * hosts + host]
      if rest == .infinity { continue }
      for place in fan.range(to: node) { compute(index, on: host, by: fan.ofNode[place], fan, rest, ordered) }
    }
  }

  /// What a route costs.
  private func cost(of route: HostRoutes.Route, stage: Int, at prices: PathPrices) -> Double {
    var cost = prices.latency * route.seconds
    if route.tracked != 0 && !prices.link.isEmpty {
      forEachTracked(route) { cost += prices.link[$0] * job.figures.bits[stage] }
    }
    return cost
  }

  private func forEachTracked(_ route: HostRoutes.Route, _ body: (_ link: Int) -> Void) {
    var rest = route.tracked
    while rest != 0 {
      body(query.tracked[rest.trailingZeroBitCount])
      rest &= rest - 1
    }
  }

  /// Adds what a route uses of the tracked links to `scratch`; returns whether the links carry it.
  private mutating func cross(_ route: HostRoutes.Route, stage: Int) -> Bool {
    var (rest, fits) = (route.tracked, true)
    let bits = job.figures.bits[stage]
    while rest != 0 && bits > 0 {
      let link = query.tracked[rest.trailingZeroBitCount]
      if use(bits, of: 2 * nodes + link) > job.linkLimit[link] { fits = false }
      rest &= rest - 1
    }
    return fits
  }

  private mutating func arrive(_ index: Int, by number: Int32, _ fan: HostRoutes.Fan, _ ordered: Bool) {
    let (label, route) = (labels[index], fan.routes[Int(number)])
    let cost = label.cost + cost(of: route, stage: layers, at: query.prices)
    let latency = label.latency + route.seconds
    copyUses(of: label)
    guard cost <= query.costLimit, latency <= longestLatency, cross(route, stage: layers) else {
      return
    }
    let firstUse = Int32(uses.count)
    uses.append(contentsOf: scratch)
    labels.append(
      Label(
        cost: cost, secondCost: 0, latency: latency, parent: Int32(index), stage: label.stage,
        host: Int32(job.figures.target), route: number, firstUse: firstUse, useCount: Int32(scratch.count),
        hasArrived: true))
    if ordered {
      heap.push(key: cost, label: labels.count - 1)
    } else {
      arrived.append(Int32(labels.count - 1))
    }
  }

  /// Computes blocks of any length that begin with the label's stage.
  private mutating func compute(
    _ index: Int, on host: Int, by number: Int32, _ fan: HostRoutes.Fan, _ rest: Double, _ ordered: Bool
  ) {
    let (label, route) = (labels[index], fan.routes[Int(number)])
    let (stage, base) = (Int(label.stage), host * (layers + 1))
    func entering(_ prices: PathPrices) -> Double {
      cost(of: route, stage: stage, at: prices) + prices.latency * job.figures.entryWaits[host]
    }
    let entered = label.cost + entering(query.prices)
    let secondEntered = label.secondCost + (query.second.map { entering($0.prices) } ?? 0)
    if entered + rest > query.costLimit
      || query.second.map({ secondEntered + $0.bound.start[stage * hosts + host] > query.costLimit }) ?? false
    {
      return
    }
    let node = job.figures.hosts[host]
    if job.figures.isContiguous && used(of: resources.run(node), label) > 0 { return }
    let memoryLimit = job.memoryLimit[host] - memory(on: node, label)
    let usedPeak = resources.hasPeaks ? used(of: resources.peak(node), label) : 0
    var peak = 0.0
    let loadLimit = job.loadLimit[host] - used(of: nodes + node, label)
    var latency = label.latency + route.seconds + job.figures.entryWaits[host]
    let end = Int(job.reach[base + stage])
    if end <= stage { return }
    for next in stage + 1...end {
      var memory = job.memoryBefore[next] - job.memoryBefore[stage]
      let weights = job.weightsBefore[next] - job.weightsBefore[stage]
      peak = max(peak, job.figures.activations[next - 1])
      let load = job.loadBefore[base + next] - job.loadBefore[base + stage]
      if memory + weights + max(peak, usedPeak) > memoryLimit || load > loadLimit { break }
      latency += job.figures.computeCosts[(next - 1) * hosts + host]
      let cost = entered + query.bound.cost(host, stage, next)
      let rest = query.bound.out[next * hosts + host]
      if rest == .infinity
        || latency + job.figures.fromComputed[next * hosts + host] > longestLatency
      {
        continue
      }
      var bound = cost + rest
      var secondCost = 0.0
      if let second = query.second {
        secondCost = secondEntered + second.bound.cost(host, stage, next)
        bound = max(bound, secondCost + second.bound.out[next * hosts + host])
      }
      if bound > query.costLimit { continue }
      copyUses(of: label)
      if !cross(route, stage: stage) { return }
      if weights > 0 && query.isCompared[node] {
        for layer in stage..<next where job.figures.sharedWeights[layer] > 0 {
          use(job.figures.sharedWeights[layer], of: resources.held(layer, node))
        }
      } else {
        memory += weights
      }
      if memory > 0 { use(memory, of: node) }
      if peak > usedPeak { use(peak - usedPeak, of: resources.peak(node)) }
      if load > 0 { use(load, of: nodes + node) }
      if job.figures.isContiguous { use(1, of: resources.run(node)) }
      forget(from: next)
      add(
        Label(
          cost: cost, secondCost: secondCost, latency: latency, parent: Int32(index), stage: Int32(next),
          host: Int32(node), route: number, firstUse: 0, useCount: 0),
        bound: bound, ordered)
    }
  }

  // MARK: Uses

  private func used(of resource: Int, _ label: Label) -> Double {
    for place in Int(label.firstUse)..<Int(label.firstUse + label.useCount)
    where uses[place].resource == Int32(resource) {
      return uses[place].amount
    }
    return 0
  }

  /// The memory that a label's path takes on a node, without the largest activations.
  private func memory(on node: Int, _ label: Label) -> Double {
    if !job.figures.sharesWeights { return used(of: node, label) }
    return uses[Int(label.firstUse)..<Int(label.firstUse + label.useCount)].reduce(0) {
      switch resources.kind(of: Int($1.resource)) {
      case .memory(node), .held(_, node): $0 + $1.amount
      default: $0
      }
    }
  }

  private mutating func copyUses(of label: Label) {
    scratch.removeAll(keepingCapacity: true)
    for place in Int(label.firstUse)..<Int(label.firstUse + label.useCount) { scratch.append(uses[place]) }
  }

  /// Adds to a use, in the order of the resources; returns the new amount.
  @discardableResult
  private mutating func use(_ amount: Double, of resource: Int) -> Double {
    var place = scratch.count
    while place > 0 && Int(scratch[place - 1].resource) > resource { place -= 1 }
    if place > 0 && Int(scratch[place - 1].resource) == resource {
      scratch[place - 1].amount += amount
      return scratch[place - 1].amount
    }
    scratch.insert(Use(resource: Int32(resource), amount: amount), at: place)
    return amount
  }

  /// Forgets uses that matter no more from a stage on: what is left of the job fits there anyhow.
  private mutating func forget(from stage: Int) {
    isKept.removeAll(keepingCapacity: true)
    for use in scratch { isKept.append(matters(use, from: stage)) }
    var kept = 0
    for place in scratch.indices where isKept[place] {
      scratch[kept] = scratch[place]
      kept += 1
    }
    scratch.removeLast(scratch.count - kept)
  }

  private func matters(_ use: Use, from stage: Int) -> Bool {
    let resource = Int(use.resource)
    switch resources.kind(of: resource) {
    case .memory(let node), .peak(let node):
      if query.isCompared[node] { return true }
      var most = job.figures.memoryAhead[stage] + use.amount
      if resources.hasPeaks {
        // The other part of the node's memory.
        let other = Int32(resource == node ? resources.peak(node) : node)
        most = scratch.reduce(most) { $0 + ($1.resource == other ? $1.amount : 0) }
        most += job.figures.peakAhead[stage]
      }
      return most > job.memoryLimit[job.hostOfNode[node]]
    case .held: return true
    case .run(let node): return job.lastLayer[job.hostOfNode[node]] >= stage
    case .load(let node):
      let host = job.hostOfNode[node]
      let base = host * (layers + 1)
      let ahead = job.loadBefore[base + layers] - job.loadBefore[base + stage]
      return query.isCompared[resource] || use.amount + ahead > job.loadLimit[host]
    case .link(let link):
      return query.isCompared[resource] || use.amount + job.figures.bitsAhead[stage] > job.linkLimit[link]
    }
  }
}
