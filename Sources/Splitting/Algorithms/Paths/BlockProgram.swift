import Graphs
import Splitting

/// The cheapest path of a job at given prices if each block by itself fits its host: a dynamic program over blocks.
///
/// With C(b) the cost of the layers before b on host u, and hi(k, u) the end of the longest block from layer k on that
/// fits,
///
///     start(k, u) = min over b in (k, hi(k, u)] of C(b) - C(k) + cuts(k, b, u) + out(b, u)
///     out(k, u)   = min over v != u of route(k, u, v) + entry(v) + start(k, v)
///
/// and out(L, u) is the route to the target. A path that enters a host twice may take more than the host has, so that
/// the values are lower bounds; they are exact for paths that do not. Routes to all hosts come from one search backward
/// (Dijkstra) that starts at all of them and keeps two labels of different origins at each node.
struct BlockProgram {
  /// By stage and host: the least cost from the block that begins with that layer on, without entering the host.
  private(set) var start: [Double] = []
  /// By stage and host: the least cost after the host computed the layer before the stage.
  private(set) var out: [Double] = []
  /// By host and layer: the cost of the layers before that one.
  private(set) var costBefore: [Double] = []
  /// What blocks cost because of cuts.
  private(set) var blockCosts = BlockCosts()
  /// The least cost of a path.
  private(set) var least = Double.infinity
  /// By stage and node: the two least costs of a stage about to leave, by the host to which it goes; only of searches.
  private var leaving: [Leaving] = []
  /// Whether routes came from the shortest paths between all pairs of nodes.
  private var isByPairs = false
  private var latencyPrice = 0.0
  /// The entries of a host in ``costBefore``.
  private var width = 0
  private let heap = KeyHeap()

  /// The two cheapest ways of a stage on from a node: to the hosts where it is computed next.
  struct Leaving {
    var cost = Double.infinity
    var secondCost = Double.infinity
    var host: Int32 = -1
    var secondHost: Int32 = -1
    /// The arcs of the network's backward graph by which the ways begin; -1 if the stage has arrived.
    var arc: Int32 = -1
    var secondArc: Int32 = -1

    /// The least cost to a host other than `host`.
    @inline(__always)
    func cost(avoiding other: Int32) -> Double { host == other ? secondCost : cost }

    /// Takes a way into account; returns whether it is one of the two.
    @inline(__always)
    mutating func add(_ new: Double, to newHost: Int32, by newArc: Int32) -> Bool {
      if new >= secondCost { return false }
      if new < cost {
        if newHost != host { (secondCost, secondHost, secondArc) = (cost, host, arc) }
        (cost, host, arc) = (new, newHost, newArc)
        return true
      }
      if newHost == host { return false }
      (secondCost, secondHost, secondArc) = (new, newHost, newArc)
      return true
    }
  }

  /// What a block costs from its first layer up to, not including, its end.
  @inline(__always)
  func cost(_ host: Int, _ first: Int, _ end: Int) -> Double {
    let base = host * width
    return costBefore[base + end] - costBefore[base + first] + blockCosts.cost(host, first, end)
  }

  /// The least cost of the job's paths, each block by itself within its host; infinite if there is none.
  ///
  /// - Complexity: O(L (N + E) log E + H L^2), or O(L H^2 + H L^2) if the shortest paths between all pairs of nodes are
  ///   known and links are free.
  mutating func run(_ job: PathJob, _ prices: PathPrices) -> Double {
    let (layers, hosts) = (job.layerCount, job.hostCount)
    setCosts(job, prices)
    blockCosts = BlockCosts(job, prices.blocks)
    start = Array(repeating: .infinity, count: (layers + 1) * hosts)
    out = Array(repeating: .infinity, count: (layers + 1) * hosts)
    latencyPrice = prices.latency
    width = layers + 1
    isByPairs = job.figures.knowsAllPairs && prices.link.isEmpty
    least = isByPairs ? runByPairs(job) : runBySearches(job, prices)
    return least
  }

  private mutating func runByPairs(_ job: PathJob) -> Double {
    let (layers, hosts) = (job.layerCount, job.hostCount)
    for host in 0..<hosts {
      out[layers * hosts + host] = cost(
        job, stage: layers, from: job.figures.hosts[host], to: job.figures.target)
    }
    for layer in (0..<layers).reversed() {
      setStart(job, layer)
      if layer == 0 { return bestHost(job, stage: 0, from: job.figures.source, previous: -1).cost }
      for host in 0..<hosts {
        out[layer * hosts + host] =
          bestHost(job, stage: layer, from: job.figures.hosts[host], previous: host).cost
      }
    }
    return cost(job, stage: 0, from: job.figures.source, to: job.figures.target)
  }

  /// The cost of the shortest route between two nodes.
  @inline(__always)
  private func cost(_ job: PathJob, stage: Int, from origin: Int, to node: Int) -> Double {
    let seconds = job.figures.stagePaths[stage].distance[origin * job.nodeCount + node]
    return seconds < .infinity ? latencyPrice * seconds : .infinity
  }

  /// The host other than `previous` on which a stage goes on for the least cost from a node.
  private func bestHost(
    _ job: PathJob, stage: Int, from node: Int, previous: Int
  ) -> (cost: Double, host: Int) {
    let (hosts, first) = (job.figures.hosts, node * job.nodeCount)
    return job.figures.stagePaths[stage].distance.withUnsafeBufferPointer { distance in
      var (least, best) = (Double.infinity, -1)
      for host in hosts.indices where host != previous {
        let rest = start[stage * hosts.count + host]
        let seconds = distance[first + hosts[host]]
        if rest == .infinity || seconds == .infinity { continue }
        let cost = latencyPrice * (seconds + job.figures.entryWaits[host]) + rest
        if cost < least { (least, best) = (cost, host) }
      }
      return (least, best)
    }
  }

  private mutating func runBySearches(_ job: PathJob, _ prices: PathPrices) -> Double {
    let (layers, hosts, nodes) = (job.layerCount, job.hostCount, job.nodeCount)
    leaving = Array(repeating: Leaving(), count: (layers + 1) * nodes)
    let target = Int32(job.figures.target)
    _ = leaving[layers * nodes + job.figures.target].add(0, to: target, by: -1)
    heap.push(key: 0, label: job.figures.target << 32 | job.figures.target)
    spread(job, prices, layers)
    for host in 0..<hosts {
      out[layers * hosts + host] = leaving[layers * nodes + job.figures.hosts[host]].cost
    }
    for layer in (0..<layers).reversed() {
      setStart(job, layer)
      for host in 0..<hosts where start[layer * hosts + host] < .infinity {
        let node = job.figures.hosts[host]
        let entering = prices.latency * job.figures.entryWaits[host] + start[layer * hosts + host]
        if leaving[layer * nodes + node].add(entering, to: Int32(node), by: -1) {
          heap.push(key: entering, label: node << 32 | node)
        }
      }
      spread(job, prices, layer)
      for host in 0..<hosts {
        let node = job.figures.hosts[host]
        out[layer * hosts + host] = leaving[layer * nodes + node].cost(avoiding: Int32(node))
      }
    }
    return leaving[job.figures.source].cost
  }

  private mutating func setCosts(_ job: PathJob, _ prices: PathPrices) {
    let (layers, hosts) = (job.layerCount, job.hostCount)
    costBefore.removeAll(keepingCapacity: true)
    costBefore.reserveCapacity(hosts * (layers + 1))
    for host in 0..<hosts {
      let node = job.figures.hosts[host]
      let (memoryPrice, loadPrice) = (prices.memory[node], prices.load[node])
      var sum = 0.0
      costBefore.append(0)
      for layer in 0..<layers {
        let place = layer * hosts + host
        let seconds = job.figures.computeCosts[place]
        // No block holds a layer that the host cannot run.
        if seconds < .infinity {
          sum +=
            prices.latency * seconds + memoryPrice * job.figures.memory[layer]
            + loadPrice * job.figures.load[place] + (prices.layer.isEmpty ? 0 : prices.layer[place])
        }
        costBefore.append(sum)
      }
    }
  }

  private mutating func setStart(_ job: PathJob, _ layer: Int) {
    let (layers, hosts) = (job.layerCount, job.hostCount)
    for host in 0..<hosts {
      let base = host * (layers + 1)
      let end = Int(job.reach[base + layer])
      guard end > layer else { continue }
      var least = Double.infinity
      for next in layer + 1...end {
        least = min(
          least, costBefore[base + next] + blockCosts.cost(host, layer, next) + out[next * hosts + host])
      }
      start[layer * hosts + host] = least - costBefore[base + layer]
    }
  }

  /// Searches backward from what is in the heap.
  private mutating func spread(_ job: PathJob, _ prices: PathPrices, _ stage: Int) {
    let backward = job.figures.network.backward
    let costs = job.backwardCosts[stage]
    let bits = job.figures.bits[stage]
    let first = stage * job.nodeCount
    while let entry = heap.pop() {
      let (origin, node) = (Int32(entry.label >> 32), entry.label & 0xFFFF_FFFF)
      let way = leaving[first + node]
      if entry.key > (way.host == origin ? way.cost : way.secondHost == origin ? way.secondCost : -1) {
        continue
      }
      // A stage ends at a node that is no relay, or it started there.
      if Int(origin) != node && !backward.isRelay(node) { continue }
      for arc in backward.arcs(from: node) {
        var cost = entry.key + prices.latency * costs[arc]
        if costs[arc] == .infinity { continue }
        if !prices.link.isEmpty { cost += prices.link[Int(backward.origin[arc])] * bits }
        let tail = Int(backward.head[arc])
        if leaving[first + tail].add(cost, to: origin, by: Int32(arc)) {
          heap.push(key: cost, label: Int(origin) << 32 | tail)
        }
      }
    }
  }

  /// The steps of a path of the least cost, as those of a ``JobPath``.
  func steps(_ job: PathJob) -> [Int32] {
    let (layers, hosts) = (job.layerCount, job.hostCount)
    var steps: [Int32] = []
    var (layer, node, previous) = (0, job.figures.source, Int32(-1))
    while true {
      if isByPairs {
        let next =
          layer == layers
          ? job.figures.target
          : job.figures.hosts[
            bestHost(
              job, stage: layer, from: node, previous: previous < 0 ? -1 : job.figures.hostIndex(of: node)
            ).host]
        job.figures.appendPath(from: node, to: next, stage: layer, &steps)
        node = next
      } else {
        appendLeaving(job, layer, &node, previous, &steps)
      }
      if layer == layers { return steps }
      let index = job.figures.hostIndex(of: node)
      let base = index * (layers + 1)
      var (least, end) = (Double.infinity, layer)
      for next in layer + 1...Int(job.reach[base + layer]) {
        let cost = costBefore[base + next] + blockCosts.cost(index, layer, next) + out[next * hosts + index]
        if cost < least { (least, end) = (cost, next) }
      }
      for _ in layer..<end { steps.append(Int32(-1 - node)) }
      layer = end
      previous = layer == layers ? -1 : Int32(node)
    }
  }

  /// Appends the arcs of a stage's way on from a node to another host, and moves there.
  private func appendLeaving(
    _ job: PathJob, _ stage: Int, _ node: inout Int, _ previous: Int32, _ steps: inout [Int32]
  ) {
    let nodes = job.nodeCount
    let way = leaving[stage * nodes + node]
    let host = way.host == previous ? way.secondHost : way.host
    while node != Int(host) {
      let way = leaving[stage * nodes + node]
      let arc = Int(way.host == host ? way.arc : way.secondArc)
      let link = Int(job.figures.network.backward.origin[arc])
      let forward = job.figures.arcOfLink[link]
      steps.append(forward)
      node = Int(job.figures.network.forward.head[Int(forward)])
    }
  }
}
