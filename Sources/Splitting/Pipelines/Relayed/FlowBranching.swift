import Foundations
import LinearModels

/// Branch and price at a fixed limit: proves that every plan exceeds it, or finds one that does not.
///
/// Depth first. A node of the tree forbids choices: it gives a layer one host, the layer with the fewest hosts left first, and
/// where all layers have one, it takes or forbids a crossing.
struct FlowBranching {
  enum Outcome {
    case exceeded, found, undecided
  }

  /// Which layer is branched on.
  enum Rule {
    /// The one with the fewest hosts left, a child a host: for small trees.
    case proof
    /// The one with a share near 0.6, up first: to find a plan soon.
    case dive
  }

  private let record: BottleneckRecord
  private let rule: Rule
  private let root: RelayedPipeline
  private var rounding: PlanRounding
  private var random: SplitMix64
  /// The nodes that are left, the next one last.
  private var pending: [Node]
  private(set) var nodes = 0
  /// The choices that probing leaves at the root.
  private(set) var settledRoot: RelayedPipeline?

  /// A node of the tree: what its parent leaves, and one more decision. Siblings share the arrays of the parent.
  private struct Node {
    let parent: RelayedPipeline
    let decision: Decision
  }

  private enum Decision {
    case none
    case run(layer: Int, node: Int)
    case doNotRun(layer: Int, node: Int)
    case cross(index: Int)
    case doNotCross(index: Int)
  }

  init(
    _ pipeline: RelayedPipeline, _ original: PipelineFigures, _ record: BottleneckRecord, rule: Rule,
    seed: UInt64
  ) {
    self.record = record
    self.rule = rule
    random = SplitMix64(seed: seed)
    root = pipeline
    rounding = PlanRounding(original, pipeline, seed: seed)
    pending = [Node(parent: pipeline, decision: .none)]
  }

  var limit: Double { root.limit }

  /// Searches at most so many more nodes of the tree, and keeps patterns in the pool, from which it starts.
  mutating func run(
    _ session: any LinearSession, _ pool: inout PatternPool, mostNodes: Int
  ) throws(BackendError) -> Outcome {
    guard !root.isEmpty else { return .exceeded }
    var test = FlowTest(session, root, floor: rule == .proof ? 0.9 : 1)
    test.add(pool, root)
    defer { test.keepPatterns(in: &pool, root) }
    let last = nodes + mostNodes
    while let node = pending.last {
      guard nodes < last, !record.mustStop else { return .undecided }
      var pipeline = pipeline(of: node)
      let isRoot = nodes == 0
      nodes += 1
      let verdict = try test.settle(
        &pipeline, tolerance: isRoot ? 0.002 : 0.01, probes: isRoot ? 3 : 1, mustStop: { record.mustStop })
      if verdict == .stopped { return .undecided }
      pending.removeLast()
      guard verdict == .open, let solution = test.solution else { continue }
      if isRoot { settledRoot = pipeline }
      if round(solution, pipeline) { return .found }
      for decision in decisions(pipeline, solution).reversed() {
        pending.append(Node(parent: pipeline, decision: decision))
      }
    }
    return .exceeded
  }

  /// Offers a plan made of the solution; returns whether it is within the limit.
  private mutating func round(_ solution: FlowMaster.Solution, _ pipeline: RelayedPipeline) -> Bool {
    guard let (plan, value) = rounding.plan(from: solution, pipeline, mustStop: { record.mustStop }) else {
      return false
    }
    record.offer(plan, value: value)
    return value <= root.limit
  }

  private func pipeline(of node: Node) -> RelayedPipeline {
    var pipeline = node.parent
    let n = pipeline.nodeCount
    switch node.decision {
    case .none: return pipeline
    case .run(let layer, let host):
      for other in 0..<n where other != host { pipeline.hosts[layer * n + other] = false }
    case .doNotRun(let layer, let host): pipeline.hosts[layer * n + host] = false
    case .cross(let index):
      for rival in rivals(of: index, pipeline) { pipeline.crossings[rival] = false }
    case .doNotCross(let index): pipeline.crossings[index] = false
    }
    pipeline.propagate()
    return pipeline
  }

  // MARK: Decisions

  /// The decisions of the children, the most promising first; none if a single plan is left, which the rounding has tried.
  private mutating func decisions(_ pipeline: RelayedPipeline, _ solution: FlowMaster.Solution) -> [Decision]
  {
    if rule == .dive, let pair = diveDecisions(pipeline, solution) { return pair }
    let n = pipeline.nodeCount
    var fewest = (count: Int.max, layer: -1)
    for layer in 0..<pipeline.layerCount {
      let count = pipeline.hosts[layer * n..<(layer + 1) * n].count { $0 }
      if count > 1 && count < fewest.count { fewest = (count, layer) }
    }
    guard fewest.layer >= 0 else { return routeDecisions(pipeline, solution) }
    let row = fewest.layer * n
    return (0..<n).filter { pipeline.hosts[row + $0] }
      .sorted { (solution.hosts[row + $0], $1) > (solution.hosts[row + $1], $0) }
      .map { .run(layer: fewest.layer, node: $0) }
  }

  /// A layer runs on a node, or it does not; `nil` if every layer has one host in the solution.
  private mutating func diveDecisions(
    _ pipeline: RelayedPipeline, _ solution: FlowMaster.Solution
  ) -> [Decision]? {
    var nearest = (distance: Double.infinity, index: -1)
    for index in pipeline.hosts.indices where pipeline.hosts[index] {
      let share = solution.hosts[index]
      guard share > 1e-6, share < 1 - 1e-6 else { continue }
      let distance = abs(share - 0.6) + 0.2 * random.nextUnit()
      if distance < nearest.distance { nearest = (distance, index) }
    }
    guard nearest.index >= 0 else { return nil }
    let (layer, node) = (nearest.index / pipeline.nodeCount, nearest.index % pipeline.nodeCount)
    return [.run(layer: layer, node: node), .doNotRun(layer: layer, node: node)]
  }

  /// Where every layer has one host: a route takes a link, and no other one at its ends, or it does not.
  private func routeDecisions(_ pipeline: RelayedPipeline, _ solution: FlowMaster.Solution) -> [Decision] {
    var chosen = (spread: -1.0, index: -1)
    for index in pipeline.crossings.indices where pipeline.crossings[index] {
      let share = min(1, solution.crossings[index])
      let spread = min(share, 1 - share)
      if spread > chosen.spread && !rivals(of: index, pipeline).isEmpty { chosen = (spread, index) }
    }
    guard chosen.index >= 0 else { return [] }
    let pair: [Decision] = [.cross(index: chosen.index), .doNotCross(index: chosen.index)]
    return solution.crossings[chosen.index] >= 0.5 ? pair : pair.reversed()
  }

  /// The other crossings of a stage that leave the same node, or enter the same node.
  private func rivals(of index: Int, _ pipeline: RelayedPipeline) -> [Int] {
    let (stage, link) = (index / pipeline.linkCount, index % pipeline.linkCount)
    let (tails, heads) = (pipeline.figures.tails, pipeline.figures.heads)
    return (0..<pipeline.linkCount).filter { other in
      other != link && pipeline.crossings[stage * pipeline.linkCount + other]
        && (tails[other] == tails[link] || heads[other] == heads[link])
    }.map { stage * pipeline.linkCount + $0 }
  }
}
