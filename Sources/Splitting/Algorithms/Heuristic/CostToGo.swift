import Foundations
import Graphs
import Splitting

/// Lower bounds on the remaining cost of a job from each vertex of its layered graph to the target, with weighted
/// latencies and prices, if each layer and each tensor by itself has to fit the remaining capacities. A stage at a
/// node that is no relay was computed there or starts there: one that came over a link only pays more.
///
/// The bound is the exact cost of the cheapest path if that path fits as a whole. Copies are searched from the last
/// to the first. The structure owns its buffers: keep one and use it often.
struct CostToGo {
  private let resources: CouplingLimits
  /// By layer and host: the cost of computing the layer; infinite if it does not fit.
  private(set) var layerCosts: [Double] = []
  /// By stage and host: the remaining cost after the host computed the layer that writes it; unused for stage 0.
  private(set) var fromComputed: [Double] = []
  /// By stage and node: the remaining cost of a stage in transit that may leave; only filled by the search over links.
  private(set) var fromTransit: [Double] = []
  /// The next arc of a stage in transit; -1 if it is about to be computed or has arrived.
  private var nextArc: [Int32] = []
  /// By host: the cost of entering it and computing the current layer, and the remaining cost after that.
  private var entering: [Double] = []
  private let heap = KeyHeap()

  init(_ resources: CouplingLimits) { self.resources = resources }

  /// - Complexity: O(L H).
  mutating func setLayerCosts(_ job: RoutingJob, _ query: LabelSearch.Query) {
    let count = job.hostCount
    layerCosts.removeAll(keepingCapacity: true)
    layerCosts.append(contentsOf: job.weightedComputeCosts)
    let firstLoad = resources.nodeCount
    let hasPrices = query.prices.pricesNodes
    let (room, prices) = (query.room, query.prices.perUnit)
    let (weights, charges) = (query.weights, query.charges)
    for host in 0..<count {
      let node = job.hosts[host]
      let (memoryRoom, loadRoom) = (room[node], room[firstLoad + node])
      let (memoryPrice, loadPrice) = (prices[node], prices[firstLoad + node])
      let isLimited = memoryRoom < job.mostMemory || loadRoom < job.loadAhead[host]
      if !isLimited && !hasPrices { continue }
      for layer in 0..<job.layerCount {
        let place = layer * count + host
        let taken = job.memory[layer] + (weights.isEmpty ? 0 : weights[place]) + job.activations[layer]
        if taken > memoryRoom || job.load[place] > loadRoom {
          layerCosts[place] = .infinity
        } else {
          let charge = charges.isEmpty ? job.memory[layer] : charges[place]
          layerCosts[place] += memoryPrice * charge + loadPrice * job.load[place]
        }
      }
    }
  }

  private func reset<Value>(_ values: inout [Value], to value: Value, _ count: Int) {
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(value, count: count))
  }

  private mutating func setEntering(_ job: RoutingJob, _ layer: Int) {
    for host in 0..<job.hostCount {
      let place = layer * job.hostCount + host
      entering[host] =
        job.weight * job.entryWaits[host] + layerCosts[place] + fromComputed[place + job.hostCount]
    }
  }

  /// Considers computing a layer on the host of the layer before.
  private mutating func stay(_ job: RoutingJob, _ layer: Int) {
    for host in 0..<job.hostCount {
      let place = layer * job.hostCount + host
      fromComputed[place] = min(fromComputed[place], layerCosts[place] + fromComputed[place + job.hostCount])
    }
  }

  /// - Returns: the cost of the whole job; infinite if no path is left.
  /// - Complexity: O(L H^2).
  mutating func findOverPairs(_ job: RoutingJob) -> Double {
    let (count, last) = (job.hostCount, job.layerCount)
    guard last > 0 else { return job.cost(ofPathIn: 0, from: job.source, to: job.target) }
    reset(&fromComputed, to: .infinity, (last + 1) * count)
    reset(&entering, to: .infinity, count)
    for host in 0..<count {
      fromComputed[last * count + host] = job.cost(ofPathIn: last, from: job.hosts[host], to: job.target)
    }
    for stage in (1..<max(1, last)).reversed() {
      setEntering(job, stage)
      relaxMoves(job, stage)
      stay(job, stage)
    }
    setEntering(job, 0)
    return (0..<count).reduce(.infinity) { least, host in
      min(least, job.cost(ofPathIn: 0, from: job.source, to: job.hosts[host]) + entering[host])
    }
  }

  private mutating func relaxMoves(_ job: RoutingJob, _ stage: Int) {
    let count = job.hostCount
    job.pathCosts.withUnsafeBufferPointer { pathCosts in
      fromComputed.withUnsafeMutableBufferPointer { fromComputed in
        let toGo = UnsafeMutableBufferPointer(rebasing: fromComputed[stage * count..<(stage + 1) * count])
        for host in 0..<count where entering[host] < .infinity {
          let first = (stage * count + host) * count
          let costs = UnsafeBufferPointer(rebasing: pathCosts[first..<first + count])
          let cost = entering[host]
          for origin in 0..<count {
            let candidate = costs[origin] + cost
            toGo[origin] = candidate < toGo[origin] ? candidate : toGo[origin]
          }
        }
      }
    }
  }

  /// The steps of the path with the cost that was found.
  func pathOverPairs(_ job: RoutingJob) -> [Int32] {
    var steps: [Int32] = []
    var node = job.source
    for layer in 0..<job.layerCount {
      var (best, next) = (Double.infinity, -1)
      for host in 0..<job.hostCount {
        let place = layer * job.hostCount + host
        let after = layerCosts[place] + fromComputed[place + job.hostCount]
        guard after < .infinity else { continue }
        let stays = layer > 0 && job.hosts[host] == node
        let before =
          stays
          ? 0 : job.cost(ofPathIn: layer, from: node, to: job.hosts[host]) + job.weight * job.entryWaits[host]
        if before + after < best || (stays && before + after <= best) {
          (best, next) = (before + after, host)
        }
      }
      job.appendPath(from: node, to: job.hosts[next], stage: layer, &steps)
      node = job.hosts[next]
      steps.append(Int32(-1 - node))
    }
    job.appendPath(from: node, to: job.target, stage: job.layerCount, &steps)
    return steps
  }

  /// - Returns: the cost of the whole job; infinite if no path is left, or if the budget is exhausted.
  /// - Complexity: O(L (N + E) log E).
  mutating func findOverLinks(_ job: RoutingJob, _ query: LabelSearch.Query, _ budget: Budget) -> Double {
    let (count, last, nodeCount) = (job.hostCount, job.layerCount, resources.nodeCount)
    reset(&fromComputed, to: .infinity, (last + 1) * count)
    reset(&entering, to: .infinity, count)
    reset(&fromTransit, to: .infinity, (last + 1) * nodeCount)
    reset(&nextArc, to: -1, (last + 1) * nodeCount)
    for stage in (0...last).reversed() {
      if budget.isExhausted { return .infinity }
      heap.removeAll()
      let first = stage * nodeCount
      if stage == last {
        fromTransit[first + job.target] = 0
        heap.push(key: 0, label: job.target)
      } else {
        setEntering(job, stage)
        for host in 0..<count where entering[host] < .infinity {
          fromTransit[first + job.hosts[host]] = entering[host]
          heap.push(key: entering[host], label: job.hosts[host])
        }
      }
      spread(job, query, stage)
      if stage == 0 { break }
      for host in 0..<count { fromComputed[stage * count + host] = fromTransit[first + job.hosts[host]] }
      if stage < last { stay(job, stage) }
    }
    return fromTransit[job.source]
  }

  private mutating func spread(_ job: RoutingJob, _ query: LabelSearch.Query, _ stage: Int) {
    let backward = job.network.backward
    let first = stage * resources.nodeCount
    let firstLink = resources.index(of: .linkLoad(0))
    let bits = job.bits[stage]
    let arcCosts = job.stagePaths[stage].arcCosts
    while let entry = heap.pop() {
      let node = entry.label
      // Where stages are not relayed, those that arrive cost what they did at first, whatever those pay that leave.
      if entry.key > fromTransit[first + node] && backward.isRelay(node) { continue }
      for arc in backward.arcs(from: node) {
        let link = Int(backward.origin[arc])
        let forwardArc = Int(job.arcOfLink[link])
        let seconds = arcCosts[forwardArc]
        if seconds == .infinity || bits > query.room[firstLink + link] { continue }
        let candidate = entry.key + job.weight * seconds + query.prices.perUnit[firstLink + link] * bits
        let tail = first + Int(backward.head[arc])
        if candidate < fromTransit[tail] {
          fromTransit[tail] = candidate
          nextArc[tail] = Int32(forwardArc)
          if backward.isRelay(tail - first) { heap.push(key: candidate, label: tail - first) }
        }
      }
    }
  }

  /// The steps of the path with the cost that was found.
  func pathOverLinks(_ job: RoutingJob) -> [Int32] {
    var steps: [Int32] = []
    var node = job.source
    for stage in 0...job.layerCount {
      let first = stage * resources.nodeCount
      let staying = stage > 0 && stage < job.layerCount ? stayingCost(job, stage, node) : .infinity
      if staying > fromTransit[first + node] {
        while nextArc[first + node] >= 0 {
          steps.append(nextArc[first + node])
          node = Int(job.network.forward.head[Int(nextArc[first + node])])
          if !job.network.forward.isRelay(node) { break }
        }
      }
      if stage < job.layerCount { steps.append(Int32(-1 - node)) }
    }
    return steps
  }

  private func stayingCost(_ job: RoutingJob, _ layer: Int, _ node: Int) -> Double {
    let place = layer * job.hostCount + job.hostIndex(of: node)
    return layerCosts[place] + fromComputed[place + job.hostCount]
  }
}
