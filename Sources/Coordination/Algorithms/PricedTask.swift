import Coordination

/// The paths of one task for pricing: its path graph as flat arrays, with what its arcs cost and use.
struct PricedTask {
  let task: Int
  /// v_m.
  let value: Double
  /// The largest rate [1/s].
  let rate: Double
  /// The accuracy of the chain, and the least one of a path that is accepted alone; `nil` for any.
  let base: Double
  let least: Double?
  let graph: PathGraph
  let resourceCount: Int
  /// By arc of the path graph.
  let penalties: [Double]
  let nodeResources: [Int32]
  let nodeUses: [Double]
  let linkResources: [Int32]
  let linkUses: [Double]
  /// Paths whose accuracies are measured.
  let measured: [RequestPath]
  /// Whether paths may take an arc, by arc of the path graph, and by arc of the graph of blocks.
  private(set) var isAllowed: [Bool]
  private(set) var isBlockArcAllowed: [Bool]
  /// The least share of each resource from each state to the end, at `state * resourceCount + resource`, and the least sum of
  /// penalties; infinite for a state without a path.
  private(set) var usesToGo: [Double] = []
  private(set) var penaltiesToGo: [Double] = []

  init(_ instance: CoordinationInstance, _ blocks: BlockGraph, task: Int) {
    let paths = TaskPaths(instance, blocks, task: task)
    let arcs = paths.graph.arcs.map(Int.init)
    self.task = task
    value = instance.tasks[task].value
    base = paths.base
    least = instance.leastAccuracy(ofTask: task)
    graph = paths.graph
    resourceCount = blocks.resources.count
    penalties = arcs.map { blocks.penalties[$0] }
    nodeResources = arcs.map { blocks.nodeResources[$0] }
    nodeUses = arcs.map { blocks.nodeUses[$0] }
    linkResources = arcs.map { blocks.linkResources[$0] }
    linkUses = arcs.map { blocks.linkUses[$0] }
    measured = paths.measured.map {
      RequestPath(instance, blocks, task: task, arcs: $0.arcs, accuracy: $0.accuracy)
    }.filter { $0.limit > 0 }
    isBlockArcAllowed = zip(blocks.nodeUses, blocks.linkUses).map { $0 < .infinity && $1 < .infinity }
    isAllowed = arcs.map { [isBlockArcAllowed] in isBlockArcAllowed[$0] }
    rate = instance.tasks[task].rate
    findRests()
  }

  var stateCount: Int { graph.stateCount }

  /// Allows paths only the arcs of the graph of blocks that are given.
  mutating func restrict(to allowed: [Bool]) {
    guard allowed != isBlockArcAllowed else { return }
    isBlockArcAllowed = allowed
    isAllowed = graph.arcs.map { allowed[Int($0)] }
    findRests()
  }

  /// Whether a path takes allowed arcs alone.
  func allows(_ path: RequestPath) -> Bool { path.arcs.allSatisfy { isBlockArcAllowed[Int($0)] } }

  /// - Complexity: O(R S + A).
  private mutating func findRests() {
    let count = resourceCount
    usesToGo = Array(repeating: .infinity, count: stateCount * count)
    penaltiesToGo = Array(repeating: .infinity, count: stateCount)
    guard stateCount > 0 else { return }
    for resource in 0..<count { usesToGo[(stateCount - 1) * count + resource] = 0 }
    penaltiesToGo[stateCount - 1] = 0
    for state in (0..<stateCount - 1).reversed() {
      for arc in Int(graph.starts[state])..<Int(graph.starts[state + 1]) where isAllowed[arc] {
        let head = Int(graph.heads[arc])
        guard penaltiesToGo[head] < .infinity else { continue }
        penaltiesToGo[state] = min(penaltiesToGo[state], penalties[arc] + penaltiesToGo[head])
        for resource in 0..<count {
          var use = usesToGo[head * count + resource]
          if nodeResources[arc] == Int32(resource) { use += nodeUses[arc] }
          if linkResources[arc] == Int32(resource) { use += linkUses[arc] }
          usesToGo[state * count + resource] = min(usesToGo[state * count + resource], use)
        }
      }
    }
  }

  /// What a request gains on each arc: less for its penalty by a factor, less for what it uses by the prices of resources.
  func gains(factor: Double, prices: [Double]) -> [Double] {
    penalties.indices.map { arc in
      var gain = 0 - factor * penalties[arc]
      if nodeUses[arc] > 0 { gain -= prices[Int(nodeResources[arc])] * nodeUses[arc] }
      if linkUses[arc] > 0 { gain -= prices[Int(linkResources[arc])] * linkUses[arc] }
      return gain
    }
  }

  /// The largest gain from each state to the end; minus infinity for a state without a path.
  /// - Complexity: O(A).
  func gainsToGo(_ gains: [Double]) -> [Double] {
    var rest = [Double](repeating: -.infinity, count: stateCount)
    guard stateCount > 0 else { return rest }
    rest[stateCount - 1] = 0
    for state in (0..<stateCount - 1).reversed() {
      for arc in Int(graph.starts[state])..<Int(graph.starts[state + 1]) where isAllowed[arc] {
        rest[state] = max(rest[state], gains[arc] + rest[Int(graph.heads[arc])])
      }
    }
    return rest
  }

  /// The longest path, for gains of arcs: the arcs of the graph of blocks; `nil` if there is none.
  /// - Complexity: O(A).
  func longestPath(_ gains: [Double]) -> (gain: Double, arcs: [Int32])? {
    let rest = gainsToGo(gains)
    guard let gain = rest.first, gain > -.infinity else { return nil }
    var (state, arcs): (Int, [Int32]) = (0, [])
    while state < stateCount - 1 {
      var best = -1
      for arc in Int(graph.starts[state])..<Int(graph.starts[state + 1]) where isAllowed[arc] {
        let total = gains[arc] + rest[Int(graph.heads[arc])]
        if best < 0 || total > gains[best] + rest[Int(graph.heads[best])] { best = arc }
      }
      arcs.append(graph.arcs[best])
      state = Int(graph.heads[best])
    }
    return (gain, arcs)
  }
}
