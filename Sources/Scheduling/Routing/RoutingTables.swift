import Graphs
import LayerRoute

/// What searches under load need to know of an instance, as flat arrays; made once.
struct RoutingTables: Sendable {
  let nodeCount: Int
  /// Links `firstArc[u] ..< firstArc[u + 1]` of `arcs` leave node u.
  let firstArc: [Int32]
  let arcs: [Arc]
  let kinds: [JobKind]
  /// For each job the index of its kind.
  let kindOfJob: [Int]
  /// For each job the index of its lower bounds: those of one kind with the same target share them.
  let boundOfJob: [Int]
  let bounds: [RemainingTimes]

  struct Arc: Sendable {
    let head: Int32
    let link: Int32
    let secondsPerBit: Double
    /// Propagation [s].
    let delay: Double
  }

  /// What jobs of one DNN with the same rules of hosts have in common.
  struct JobKind: Sendable {
    let layerCount: Int
    /// Sizes of the stages [bit], L+1 entries.
    let bits: [Double]
    /// What layer l takes on node u [s], at l N + u; infinite where it cannot or may not run.
    let seconds: [Double]
  }

  private struct KindKey: Hashable {
    let dnn: Int
    let rules: [[Int]]
  }

  private struct BoundKey: Hashable {
    let kind: Int
    let target: Int
  }

  /// - Complexity: O(K L N + B L E log N) for K kinds of jobs, and B of a kind with a target.
  init(_ instance: Instance) {
    let network = instance.network
    nodeCount = network.nodes.count
    var byTail = [[Arc]](repeating: [], count: network.nodes.count)
    for (index, link) in network.links.enumerated() {
      byTail[link.tail].append(
        Arc(
          head: Int32(link.head), link: Int32(index), secondsPerBit: 1 / link.bandwidth,
          delay: link.latency))
    }
    arcs = byTail.flatMap { $0 }
    firstArc = byTail.reduce(into: [0]) { $0.append(($0.last ?? 0) + Int32($1.count)) }

    var kinds: [JobKind] = []
    var indexOfKind: [KindKey: Int] = [:]
    kindOfJob = instance.jobs.map { job in
      let key = KindKey(dnn: job.dnn, rules: job.hosts.map { [$0.layer ?? -1] + $0.nodes })
      if let known = indexOfKind[key] { return known }
      kinds.append(JobKind(job, instance))
      indexOfKind[key] = kinds.count - 1
      return kinds.count - 1
    }
    self.kinds = kinds

    let reverse = ReverseArcs(network)
    var bounds: [RemainingTimes] = []
    var indexOfBound: [BoundKey: Int] = [:]
    var boundOfJob: [Int] = []
    for (index, job) in instance.jobs.enumerated() {
      let key = BoundKey(kind: kindOfJob[index], target: job.target)
      if indexOfBound[key] == nil {
        bounds.append(RemainingTimes(kinds[key.kind], target: job.target, over: reverse) { $1 + $2 })
        indexOfBound[key] = bounds.count - 1
      }
      boundOfJob.append(indexOfBound[key] ?? 0)
    }
    self.boundOfJob = boundOfJob
    self.bounds = bounds
  }
}

extension RoutingTables.JobKind {
  fileprivate init(_ job: Job, _ instance: Instance) {
    let dnn = instance.dnns[job.dnn]
    let nodes = instance.network.nodes
    layerCount = dnn.layers.count
    bits = [8 * dnn.input] + dnn.layers.map { 8 * $0.output }
    var seconds: [Double] = []
    for (index, layer) in dnn.layers.enumerated() {
      var row = [Double](repeating: .infinity, count: nodes.count)
      if let work = layer.work ?? (layer.times.isEmpty ? 0 : nil) {
        for (node, figures) in nodes.enumerated() where figures.compute > 0 {
          row[node] = work / figures.compute
        }
      }
      for measured in layer.times { row[measured.node] = measured.seconds }
      let rule = job.hosts.first { $0.layer == index } ?? job.hosts.first { $0.layer == nil }
      if let rule {
        let allowed = Set(rule.nodes)
        for node in nodes.indices where !allowed.contains(node) { row[node] = .infinity }
      }
      seconds += row
    }
    self.seconds = seconds
  }
}

/// The links by the node that they enter.
struct ReverseArcs {
  let firstArc: [Int32]
  let arcs: [RoutingTables.Arc]

  init(_ network: Network) {
    var byHead = [[RoutingTables.Arc]](repeating: [], count: network.nodes.count)
    for (index, link) in network.links.enumerated() {
      byHead[link.head].append(
        RoutingTables.Arc(
          head: Int32(link.tail), link: Int32(index), secondsPerBit: 1 / link.bandwidth,
          delay: link.latency))
    }
    arcs = byHead.flatMap { $0 }
    firstArc = byHead.reduce(into: [0]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
  }
}

/// For every stage and node, the least cost until the result is at the target. Where services and delays cost what they
/// take, that is a lower bound on the time under any load, since loads only add.
struct RemainingTimes: Sendable {
  /// Of stage l at node u [s, where costs are], at l N + u; infinite where there is no way.
  let seconds: [Double]

  /// - Parameters:
  ///   - kind: of the job.
  ///   - target: where its result is wanted.
  ///   - reverse: the network's links, by head.
  ///   - cost: of a service, by its resource, what it takes and the delay after it [s].
  /// - Complexity: O(L E log N).
  init(
    _ kind: RoutingTables.JobKind, target: Int, over reverse: ReverseArcs,
    cost: (_ resource: Int, _ seconds: Double, _ delay: Double) -> Double
  ) {
    let nodes = reverse.firstArc.count - 1
    var seconds = [Double](repeating: .infinity, count: (kind.layerCount + 1) * nodes)
    var heap = DistanceHeap()
    for stage in (0...kind.layerCount).reversed() {
      let row = stage * nodes
      if stage == kind.layerCount {
        seconds[row + target] = 0
      } else {
        for node in 0..<nodes {
          let own = kind.seconds[row + node]
          // A price of 0 makes nothing possible that is not.
          if own < .infinity { seconds[row + node] = cost(node, own, 0) + seconds[row + nodes + node] }
        }
      }
      for node in 0..<nodes where seconds[row + node] < .infinity {
        heap.push(distance: seconds[row + node], node: Int32(node))
      }
      while let entry = heap.pop() {
        let node = Int(entry.node)
        if entry.distance > seconds[row + node] { continue }
        for arc in reverse.arcs[Int(reverse.firstArc[node])..<Int(reverse.firstArc[node + 1])] {
          let distance =
            entry.distance + cost(nodes + Int(arc.link), kind.bits[stage] * arc.secondsPerBit, arc.delay)
          if distance < seconds[row + Int(arc.head)] {
            seconds[row + Int(arc.head)] = distance
            heap.push(distance: distance, node: arc.head)
          }
        }
      }
    }
    self.seconds = seconds
  }
}
