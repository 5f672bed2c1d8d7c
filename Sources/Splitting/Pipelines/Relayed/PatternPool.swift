/// The patterns of nodes that earlier tests found, for tests at other limits.
struct PatternPool {
  /// By node: sets of layers of the original pipeline, ascending; the newest last.
  private var patterns: [[[Int]]]
  private var known: [Set<[Int]>]
  private static let most = 80

  init(nodeCount: Int) {
    patterns = Array(repeating: [], count: nodeCount)
    known = Array(repeating: [], count: nodeCount)
  }

  /// Keeps a pattern of layers of a contraction.
  mutating func add(_ layers: [Int], on node: Int, _ contraction: PipelineContraction) {
    add(layers.flatMap { contraction.starts[$0]..<contraction.starts[$0 + 1] }, on: node)
  }

  /// Keeps the patterns of a plan.
  mutating func add(_ hosts: [Int]) {
    for node in patterns.indices {
      let layers = hosts.indices.filter { hosts[$0] == node }
      if layers.count > 1 { add(layers, on: node) }
    }
  }

  private mutating func add(_ layers: [Int], on node: Int) {
    guard known[node].insert(layers).inserted else { return }
    if patterns[node].count == Self.most { known[node].remove(patterns[node].removeFirst()) }
    patterns[node].append(layers)
  }

  /// The patterns of a node as layers of a contraction, each without what does not fit.
  func patterns(of node: Int, _ pipeline: RelayedPipeline) -> [[Int]] {
    var groups = [Int](repeating: 0, count: pipeline.contraction.starts[pipeline.layerCount])
    for group in 0..<pipeline.layerCount {
      for layer in pipeline.contraction.starts[group]..<pipeline.contraction.starts[group + 1] {
        groups[layer] = group
      }
    }
    var found: Set<[Int]> = []
    return patterns[node].map { fitting($0, on: node, pipeline, groups) }
      .filter { $0.count > 1 && found.insert($0).inserted }
  }

  private func fitting(_ layers: [Int], on node: Int, _ pipeline: RelayedPipeline, _ groups: [Int]) -> [Int] {
    var use = pipeline.used[node]
    var fitting: [Int] = []
    for layer in layers where fitting.last != groups[layer] {
      let group = groups[layer]
      guard pipeline.hosts[group * pipeline.nodeCount + node], pipeline.forcedHosts[group] < 0,
        pipeline.fits(group, on: node, beside: use)
      else { continue }
      use = pipeline.adding(group, on: node, to: use)
      fitting.append(group)
    }
    return fitting
  }
}
