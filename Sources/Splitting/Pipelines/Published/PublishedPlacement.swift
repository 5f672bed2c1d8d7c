/// Why a published method has no plan.
package enum NoPlan: Error, Equatable {
  /// The memory of this layer exceeds the smallest one.
  case layerDoesNotFit(Int)
  case tooFewNodes(parts: Int, nodes: Int)
  /// No links lead from part to part the way the method chooses nodes.
  case noPath
  /// This stage cannot be brought from the source, or to the target.
  case noRoute(stage: Int)
  /// Colour coding would take too many sets of colours for a path of so many nodes.
  case pathTooLong(nodes: Int)
  case stopped
}

extension NoPlan: CustomStringConvertible {
  package var description: String {
    switch self {
    case .layerDoesNotFit(let layer): "layer \(layer + 1) does not fit the node of the smallest memory"
    case .tooFewNodes(let parts, let nodes):
      "the job is cut into \(parts) parts, and \(nodes) nodes may run every layer"
    case .noPath: "the method finds no nodes with a link from each part to the next"
    case .noRoute(stage: 0): "no route leads from the source to the first part"
    case .noRoute: "no route leads from the last part to the target"
    case .pathTooLong(let nodes):
      "\(nodes) parts in a row have transfers of one class, and colour coding takes at most "
        + "\(ColourCoding.largestSize)"
    case .stopped: "stopped before it had a plan"
    }
  }
}

/// What the published methods share: the parts of the job, the nodes to put them on, and the plan that follows.
///
/// The paper knows neither source nor target, and all its nodes are alike. Here parts run on nodes that may run every
/// layer, of which the smallest memory counts; the search sees only the links between the parts; and the stages from
/// the source and to the target take the widest path.
package struct PublishedPlacement {
  let figures: PipelineFigures
  let partition: PublishedPartition
  /// The nodes that may run every layer.
  let nodes: [Int]
  /// At `tail * nodeCount + head`: the load of one bit a second on the link; infinite without a link.
  let perBit: [Double]
}

extension PublishedPlacement {
  package static func prepare(_ figures: PipelineFigures) -> Result<Self, NoPlan> {
    let nodes = (0..<figures.nodeCount).filter { node in
      (0..<figures.layerCount).allSatisfy { figures.work[$0 * figures.nodeCount + node] < .infinity }
    }
    let memory = nodes.map { figures.memoryLimit[$0] }.min() ?? .infinity
    return PublishedPartition.ofLeastTransfers(figures, memory: memory).flatMap { partition in
      let parts = partition.parts.count
      if parts > nodes.count { return .failure(.tooFewNodes(parts: parts, nodes: nodes.count)) }
      return .success(Self(figures, partition, nodes: nodes))
    }
  }

  init(_ figures: PipelineFigures, _ partition: PublishedPartition, nodes: [Int]) {
    var perBit = [Double](repeating: .infinity, count: figures.nodeCount * figures.nodeCount)
    for link in 0..<figures.linkCount {
      perBit[figures.tails[link] * figures.nodeCount + figures.heads[link]] = figures.perBit[link]
    }
    self.init(figures: figures, partition: partition, nodes: nodes, perBit: perBit)
  }

  func perBit(from tail: Int, to head: Int) -> Double { perBit[tail * figures.nodeCount + head] }

  /// The node of a job in one part, which the paper leaves open: the source if it may run it.
  var onlyHost: Int? { nodes.contains(figures.source) ? figures.source : nodes.first }

  /// The largest load that the transfers between the parts put on a link; infinite without a link.
  func largestTransfer(_ hosts: [Int]) -> Double {
    var largest = 0.0
    for (cut, (tail, head)) in zip(partition.cuts, zip(hosts, hosts.dropFirst())) {
      let perBit = perBit(from: tail, to: head)
      // Without a link even a tensor without bits cannot be moved.
      largest = max(largest, perBit < .infinity ? figures.bits[cut] * perBit : .infinity)
    }
    return largest
  }

  /// The plan that runs each part on its host.
  package func plan(_ hosts: [Int]) -> Result<PipelinePlan, NoPlan> {
    if largestTransfer(hosts) == .infinity { return .failure(.noPath) }
    let first = hosts.first ?? figures.target
    guard let arrival = widestPath(from: figures.source, to: first) else {
      return .failure(.noRoute(stage: 0))
    }
    var plan = PipelinePlan(hosts: [], routes: [arrival])
    for (part, (layers, host)) in zip(partition.parts, hosts).enumerated() {
      if part > 0 { plan.routes.append([hosts[part - 1], host]) }
      plan.hosts += Array(repeating: host, count: layers.count)
      plan.routes += Array(repeating: [host], count: layers.count - 1)
    }
    guard let last = hosts.last else { return .success(plan) }
    guard let departure = widestPath(from: last, to: figures.target) else {
      return .failure(.noRoute(stage: figures.layerCount))
    }
    plan.routes.append(departure)
    return .success(plan)
  }

  /// The path over relays whose narrowest link is the widest, and of these the one with the fewest links.
  ///
  /// - Complexity: O(N^2), by Dijkstra's algorithm with the largest load of a bit in place of a sum.
  private func widestPath(from source: Int, to target: Int) -> [Int]? {
    let count = figures.nodeCount
    var labels = [(perBit: Double, links: Int)](repeating: (.infinity, 0), count: count)
    var before = [Int](repeating: source, count: count)
    var isDone = [Bool](repeating: false, count: count)
    labels[source] = (0, 0)
    while let node = (0..<count).filter({ !isDone[$0] }).min(by: { labels[$0] < labels[$1] }),
      labels[node].perBit < .infinity, node != target
    {
      isDone[node] = true
      guard node == source || figures.isRelay[node] else { continue }
      for next in 0..<count where !isDone[next] && perBit(from: node, to: next) < .infinity {
        let label = (max(labels[node].perBit, perBit(from: node, to: next)), labels[node].links + 1)
        if label < labels[next] { (labels[next], before[next]) = (label, node) }
      }
    }
    guard labels[target].perBit < .infinity else { return nil }
    var path = [target]
    while let node = path.last, node != source { path.append(before[node]) }
    return path.reversed()
  }
}
