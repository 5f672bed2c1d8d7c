import Foundations

/// The search for a plan of contiguous blocks within the limit of a block graph, by beginnings of plans, stage by stage.
///
/// A label is pruned if the table says that the unused nodes cannot run the rest, if prices say so, or if another label at
/// the same node and stage used a part of its nodes and no more of any tracked link. If more labels are left at a stage than
/// the width allows, only the most promising ones go on, and the end of the search proves nothing.
struct BlockLabelSearch {
  enum Outcome {
    /// A path that uses every node once, and keeps the limit on the tracked links.
    case found(BlockPath)
    /// There is no plan within the limit.
    case impossible
    /// Labels were left out, or the search was cancelled.
    case open
  }

  private let graph: BlockGraph
  private let table: SubsetTable
  private let prices: BlockPrices
  private let width: Int
  private let cancellation: Cancellation
  private let later: LaterLoads
  /// By link: its position among those whose loads the labels know, or -1.
  private let trackedIndex: [Int]
  /// By stage: the labels that are about to leave a node.
  private var waiting: [BlockLabels]
  /// The labels of the current stage.
  private var current: BlockLabels
  /// The ways of the labels: the step before, and a node to which the tensor moved or that ran the block up to the stage.
  private var steps: [(before: Int32, node: Int32, stage: Int32, isBlock: Bool)] = []
  private var isCut = false

  /// The cost that all layers to spare would make up for.
  private static let spareWeight = 3.0
  /// Limits of some hundred megabytes for the ways of all labels, and for the labels of one stage.
  private static let mostSteps = 1 << 24
  private static let mostNumbers = 1 << 25

  /// - Parameter tracked: the links whose loads labels know; the loads of others count through the prices only.
  init(
    _ graph: BlockGraph, table: SubsetTable, prices: BlockPrices, tracked: [Int], width: Int,
    cancellation: Cancellation
  ) {
    (self.graph, self.table, self.prices) = (graph, table, prices)
    (self.width, self.cancellation) = (width, cancellation)
    later = LaterLoads(graph, links: tracked)
    var index = [Int](repeating: -1, count: graph.figures.linkCount)
    for (position, link) in tracked.enumerated() { index[link] = position }
    trackedIndex = index
    current = BlockLabels(width: tracked.count)
    waiting = Array(repeating: current, count: graph.layerCount + 1)
  }

  mutating func run() -> Outcome {
    guard graph.nodeCount <= BlockLabels.mostNodes else { return .open }
    for stage in 0...graph.layerCount {
      if let path = advance(stage) { return .found(path) }
      if cancellation.isCancelled || steps.count > Self.mostSteps { return .open }
    }
    return isCut ? .open : .impossible
  }

  /// Takes the labels of a stage over the links and through their next blocks; a plan if one of them has arrived.
  private mutating func advance(_ stage: Int) -> BlockPath? {
    let (nodes, target) = (graph.nodeCount, graph.figures.target)
    var lists = [[Int]](repeating: [], count: nodes)
    current.removeAll()
    var front = stage == 0 ? start(&lists) : leave(stage, &lists)
    if stage == graph.layerCount, !lists[target].isEmpty { return bestPath(lists[target]) }
    while !front.isEmpty {
      var arrivals = [[Int]](repeating: [], count: nodes)
      for (number, label) in front.enumerated() {
        if number & 63 == 0, cancellation.isCancelled { return nil }
        if current.size > Self.mostNumbers {
          isCut = true
          break
        }
        cross(label, stage, &arrivals)
      }
      front.removeAll(keepingCapacity: true)
      for node in 0..<nodes where !arrivals[node].isEmpty {
        let added = current.addUndominated(arrivals[node], to: &lists[node], cancellation)
        for label in added {
          steps.append((current[label].step, Int32(node), Int32(stage), false))
          current.setStep(label, to: Int32(steps.count - 1))
        }
        if graph.figures.isRelay[node] { front += added }
      }
      if stage == graph.layerCount, !lists[target].isEmpty { return bestPath(lists[target]) }
    }
    if stage < graph.layerCount {
      for node in 0..<nodes {
        for (number, label) in lists[node].enumerated() where !current[label].isLeaving {
          if number & 63 == 63, cancellation.isCancelled { return nil }
          host(label, stage)
        }
      }
    }
    return nil
  }

  /// The label of the source, which may host at once.
  private mutating func start(_ lists: inout [[Int]]) -> [Int] {
    let source = graph.figures.source
    steps.append((-1, Int32(source), 0, false))
    current.appendFirst(
      .init(
        used: .zero, paid: 0, cost: 0, unused: Int32(table.all), node: Int32(source), step: 0,
        isLeaving: false))
    lists[source] = [0]
    return [0]
  }

  /// The best undominated labels that are about to leave their nodes.
  private mutating func leave(_ stage: Int, _ lists: inout [[Int]]) -> [Int] {
    let labels = best(of: waiting[stage], stage)
    waiting[stage].removeAll()
    for index in 0..<labels.count {
      var label = labels[index]
      steps.append((label.step, label.node, Int32(stage), true))
      label.step = Int32(steps.count - 1)
      current.append(label, loadsOf: index, in: labels)
      lists[Int(label.node)].append(index)
    }
    return Array(0..<labels.count)
  }

  /// The undominated labels, at most as many as the width.
  private mutating func best(of labels: BlockLabels, _ stage: Int) -> BlockLabels {
    var byNode = [[Int]](repeating: [], count: graph.nodeCount)
    for index in 0..<labels.count { byNode[Int(labels[index].node)].append(index) }
    var kept: [Int] = []
    for node in byNode.indices where !byNode[node].isEmpty {
      var list: [Int] = []
      kept += labels.addUndominated(byNode[node], to: &list, cancellation)
    }
    if kept.count > width {
      isCut = true
      choose(&kept, of: labels, stage)
    }
    return labels.keeping(kept)
  }

  /// Keeps as many labels as the width: half of them the cheapest, and half those whose unused nodes have layers to spare
  /// as well, since cost alone misleads where prices say little.
  private func choose(_ kept: inout [Int], of labels: BlockLabels, _ stage: Int) {
    func spare(_ index: Int) -> Double {
      Double(stage - Int(table.firsts[Int(labels[index].unused)])) / Double(graph.layerCount)
    }
    func sort(_ range: Range<Int>, weight: Double) {
      let ranked = kept[range].map { (labels[$0].cost - weight * spare($0), $0) }.sorted { $0 < $1 }
      for (position, label) in zip(range, ranked) { kept[position] = label.1 }
    }
    sort(0..<kept.count, weight: 0)
    sort((width + 1) / 2..<kept.count, weight: Self.spareWeight)
    kept.removeLast(kept.count - width)
  }

  /// Moves a label over all links of its node.
  private mutating func cross(_ index: Int, _ stage: Int, _ arrivals: inout [[Int]]) {
    let figures = graph.figures
    let label = current[index]
    for position in graph.crossings(stage, from: Int(label.node)) {
      let link = Int(graph.crossings[position].link)
      let head = Int(graph.crossings[position].head)
      let isUseful = stage == graph.layerCount ? head == figures.target : !label.hasUsed(head)
      guard isUseful || figures.isRelay[head] else { continue }
      var moved = label
      let shared = graph.sharedIndex[link]
      let position = trackedIndex[link]
      var load = 0.0
      let share = position >= 0 || shared >= 0 ? graph.share(stage, link) : 0
      if position >= 0 {
        load = current.load(index, position) + share
        guard load <= BlockGraph.slack else { continue }
      }
      if shared >= 0 { moved.paid += share * prices.prices[graph.nodeCount + shared] }
      moved.cost = moved.paid + prices.arrived[stage * graph.nodeCount + head]
      guard moved.cost <= BlockPrices.slack else { continue }
      moved.node = Int32(head)
      moved.isLeaving = false
      current.append(moved, loadsOf: index)
      if position >= 0 { current.setLoad(current.count - 1, position, to: load) }
      arrivals[head].append(current.count - 1)
    }
  }

  /// Lets a label's node run every block that can come next.
  private mutating func host(_ index: Int, _ stage: Int) {
    let label = current[index]
    let node = Int(label.node)
    guard !label.hasUsed(node) else { return }
    let last = graph.ends[node * (graph.layerCount + 1) + stage]
    guard last > stage else { return }
    var next = label
    next.used[node >> 6] |= 1 << UInt64(node & 63)
    next.paid += prices.prices[node]
    next.unused -= Int32(table.strides[node])
    next.isLeaving = true
    let first = max(stage + 1, Int(table.firsts[Int(next.unused)]))
    guard first <= last else { return }
    for end in first...last where graph.hasBlock[graph.block(node, stage, end)] {
      next.cost = next.paid + prices.leaving[end * graph.nodeCount + node]
      guard next.cost <= BlockPrices.slack else { continue }
      waiting[end].append(next, loadsOf: index, in: current)
      let added = waiting[end].count - 1
      for position in 0..<current.width {
        let load = later.lifted(waiting[end].load(added, position), stage: end, position: position)
        waiting[end].setLoad(added, position, to: load)
      }
      if waiting[end].count >= 8 * width + 1000 { waiting[end] = best(of: waiting[end], end) }
    }
  }

  /// The way of the label that overloads links the least.
  private func bestPath(_ labels: [Int]) -> BlockPath? {
    let paths = labels.prefix(1000).map { path(current[$0]) }
    return paths.min { $0.overload(graph) < $1.overload(graph) }
  }

  /// The blocks and links of a label's way.
  private func path(_ label: BlockLabels.Label) -> BlockPath {
    var path = BlockPath()
    var step = Int(label.step)
    while steps[step].before >= 0 {
      let (before, node, stage, isBlock) = steps[step]
      let previous = steps[Int(before)]
      if isBlock {
        path.blocks.append((Int(node), Int(previous.stage), Int(stage)))
      } else {
        let link = graph.network.link(from: Int(previous.node), to: Int(node))
        if let link { path.crossings.append((Int(stage), link)) }
      }
      step = Int(before)
    }
    path.blocks.reverse()
    path.crossings.reverse()
    return path
  }
}
