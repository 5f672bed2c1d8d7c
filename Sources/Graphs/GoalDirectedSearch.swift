import Foundations

/// The shortest path of one job through its layered graph, searched from the source in the order of the
/// distance plus a lower bound on the remaining latency (A*; Hart, Nilsson, Raphael 1968).
///
/// Graph and result are those of ``LayeredGraph`` and ``LayeredShortestPath``, but with a good bound neither
/// time nor memory grows with layers times nodes. The last copy is not searched: the bound is exact there, so
/// that computing the last layer on a node completes a plan. The search ends when no open label is below the
/// best plan.
public struct GoalDirectedSearch {
  /// The job's shortest latency [s]; infinite if no path leads to the target.
  public let latency: Double
  /// The hosts and routes of the path; `nil` if no path leads to the target.
  public let plan: LayeredPath?
  /// The number of labels settled, including those of searches that were stopped for a better bound.
  public let settledCount: Int
  /// The last bound used; `nil` if no node can run some layer.
  ///
  /// It proves the result. Let d(v) be the distance of a settled vertex (see ``forEachSettled(in:_:)``) and infinite
  /// for others. The potentials pi(v) = min(d(v), latency - h(v)) rise along no arc by more than its cost, and from
  /// source to target by the latency: a feasible solution of the shortest path problem's dual with the latency as its
  /// value, which can be checked without a search. (A compute vertex on a node that cannot run the stage's layer has
  /// no leaving arc, and is no vertex of the search.)
  public let bound: CompletionBound?

  /// Searches with a workspace whose memory is reused, and holds the labels afterwards.
  ///
  /// - Throws: if the work is cancelled.
  /// - Complexity: with a bound of r runs and S labels settled, O((r + 1) (N + E) log E + S log S) for
  ///   bounded degrees. The search starts with r = 0, and doubles it as long as the limit on labels is reached.
  public init(
    _ request: LayeredRequest, in network: SearchNetwork, workspace: SearchWorkspace,
    cancellation: Cancellation = .never
  ) throws(CancellationError) {
    let maker = try CompletionBoundMaker(
      request, in: network, workspace: workspace, cancellation: cancellation)
    guard maker.mayHavePlan else {
      (latency, plan, settledCount, bound) = (.infinity, nil, 0, nil)
      workspace.labels.reset(nodeCount: network.nodeCount, rowCount: 2)
      return
    }
    // A pass for a bound settles N nodes, and r runs take up to 2r passes. Each level may settle a few times as many
    // labels as its passes did. Measured on grids, geometric graphs and backbones of up to a million nodes, anchors
    // are seldom faster before that, and a level that did not suffice took a small share of the next level's time. On
    // long chains, cutting the stages into runs takes longer than the passes: a level may settle as many labels as the
    // next one's cuts would cost.
    let layers = maker.costs.count
    var (runs, nextRuns) = (0, 2)
    var settled = 0
    while true {
      let bound = try maker.bound(runs: min(runs, layers))
      let cuts = nextRuns * layers * layers
      let limit = max(1 << 14, 4 * network.nodeCount * (runs + 1), cuts / Self.cutsInSettling)
      var run = SearchRun(maker: maker, bound: bound, heap: workspace.heap, labels: workspace.labels)
      let isComplete = try run.search(
        from: request.source, settling: runs < layers ? limit : .max, cancellation: cancellation)
      settled += run.settledCount
      if isComplete {
        (latency, plan, settledCount, self.bound) = (run.best, run.plan(), settled, bound)
        return
      }
      (runs, nextRuns) = (nextRuns, 2 * nextRuns)
    }
  }

  /// The number of steps of the search for cuts that take as long as settling a label; measured.
  private static let cutsInSettling = 50

  /// Calls `body` with each vertex that the last search in a workspace settled, in any order, and its distance [s].
  public static func forEachSettled(
    in workspace: SearchWorkspace,
    _ body: (_ node: Int, _ stage: Int, _ isCompute: Bool, _ distance: Double) -> Void
  ) {
    workspace.labels.forEachSettled { row, node, distance in body(node, row >> 1, row & 1 == 1, distance) }
  }
}

/// One search under one bound.
private struct SearchRun {
  let maker: CompletionBoundMaker
  let bound: CompletionBound
  let heap: KeyHeap
  let labels: LabelTable

  /// The latency of the best plan known [s].
  var best = Double.infinity
  var settledCount = 0
  /// The host of the last layer in that plan; -1 if there is none.
  var lastHost = -1

  private func waits(at node: Int) -> Bool { maker.network.hasEntryWaits && maker.network.waits[node] > 0 }

  /// Searches; returns whether the search was completed with at most `limit` settled labels.
  mutating func search(
    from source: Int, settling limit: Int, cancellation: Cancellation
  ) throws(CancellationError) -> Bool {
    labels.reset(nodeCount: maker.network.nodeCount, rowCount: 2 * (maker.costs.count + 1))
    heap.removeAll()
    if maker.costs.count == 0 {
      best = bound.finalLeg.cost[source]
      lastHost = source
      return true
    }
    reach(source, stage: 0, kind: 0, at: 0, parent: LabelTable.Label.source)
    if !maker.network.isRelay(source) { cross(source, stage: 0, at: 0) }
    var untilAsked = Cancellation.interval
    while let entry = heap.pop(), entry.key < best {
      let (row, node) = (entry.label >> 32, entry.label & 0xFFFF_FFFF)
      let label = labels.label(row: row, node: node)
      if labels.isSettled(label) { continue }
      if settledCount == limit { return false }
      labels.settle(label)
      settledCount += 1
      expand(node, stage: row >> 1, kind: row & 1, at: label.pointee.distance)
      untilAsked -= 1
      if untilAsked == 0 {
        if cancellation.isCancelled { throw CancellationError() }
        untilAsked = Cancellation.interval
      }
    }
    return true
  }

  @inline(__always)
  private mutating func expand(_ node: Int, stage: Int, kind: Int, at distance: Double) {
    let cost = maker.costs.cost(ofLayer: stage, on: node)
    if cost < .infinity {
      if kind == 0 && waits(at: node) {
        let entered = distance + maker.network.waits[node]
        reach(node, stage: stage, kind: 1, at: entered, parent: LabelTable.Label.entered)
      } else {
        compute(node, stage: stage, at: distance + cost)
      }
    }
    if kind == 0 && maker.network.isRelay(node) { cross(node, stage: stage, at: distance) }
  }

  /// Computes layer `stage`, which leads to the next copy.
  @inline(__always)
  private mutating func compute(_ node: Int, stage: Int, at distance: Double) {
    let next = stage + 1
    guard next < maker.costs.count else {
      let latency = distance + bound.finalLeg.cost[node]
      if latency < best { (best, lastHost) = (latency, node) }
      return
    }
    reach(node, stage: next, kind: 0, at: distance, parent: LabelTable.Label.computed)
    if waits(at: node) { reach(node, stage: next, kind: 1, at: distance, parent: LabelTable.Label.computed) }
    // What was computed here may leave, even where what only came here may not: no label of its own is needed.
    if !maker.network.isRelay(node) { cross(node, stage: next, at: distance) }
  }

  @inline(__always)
  private func cross(_ node: Int, stage: Int, at distance: Double) {
    let bytes = maker.stageBytes[stage]
    let bits = 8 * maker.rate * bytes
    for arc in maker.network.forward.range(node) where maker.network.forward.admits(arc, bits: bits) {
      reach(
        Int(maker.network.forward.head[arc]), stage: stage, kind: 0,
        at: distance + maker.network.forward.cost[arc].seconds(bytes: bytes),
        parent: Int32(truncatingIfNeeded: node))
    }
  }

  @inline(__always)
  private func reach(_ node: Int, stage: Int, kind: Int, at distance: Double, parent: Int32) {
    let row = 2 &* stage &+ kind
    let key = distance + bound.stages[stage].value(node)
    guard key < best else { return }
    let label = labels.label(row: row, node: node)
    guard distance < label.pointee.distance else { return }
    labels.improve(label, distance: distance, parent: parent)
    heap.push(key: key, label: row << 32 | node)
  }

  /// The path that follows the parents from the last host to the source, and the final leg to the target.
  func plan() -> LayeredPath? {
    guard best < .infinity else { return nil }
    var routes = [bound.finalLeg.next.chain(from: lastHost)]
    var hosts: [Int] = []
    for layer in (0..<maker.costs.count).reversed() {
      let host = routes[routes.count - 1][0]
      hosts.append(host)
      routes.append(route(stage: layer, to: host))
    }
    return LayeredPath(hosts: hosts.reversed(), routes: routes.reversed())
  }

  /// The route of stage `stage` to the node that computes layer `stage`, from the host before or the source.
  private func route(stage: Int, to node: Int) -> [Int] {
    var path = [node]
    var kind = waits(at: node) ? 1 : 0
    while true {
      let parent = labels.label(row: 2 * stage + kind, node: path[path.count - 1]).pointee.parent
      if parent == LabelTable.Label.entered {
        kind = 0
      } else if parent >= 0 {
        path.append(Int(parent))
        // A stage that left a node without relaying was computed there, or started there.
        if !maker.network.isRelay(Int(parent)) { return path.reversed() }
      } else {
        return path.reversed()
      }
    }
  }
}
