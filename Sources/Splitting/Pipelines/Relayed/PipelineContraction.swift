/// A pipeline in which layers that no plan within a limit can separate are one layer.
///
/// A stage between two layers that loads every link by more than the limit moves nothing, so both layers have the same
/// host. The contraction is exact at the limit and at every smaller one.
struct PipelineContraction {
  let figures: PipelineFigures
  /// By layer of the contraction: its first layer; at the end the number of all layers.
  let starts: [Int]

  /// - Complexity: O(layers (nodes + links)).
  init(_ original: PipelineFigures, limit: Double) {
    let layerCount = original.layerCount
    let least = original.perBit.min() ?? .infinity
    var starts: [Int] = []
    for layer in 0..<layerCount {
      // Without a link nothing moves, even if it has no bits.
      let canMove = least < .infinity && original.bits[layer] * least <= limit * (1 + 1e-12)
      if layer == 0 || canMove { starts.append(layer) }
    }
    starts.append(layerCount)
    let count = starts.count - 1
    let nodeCount = original.nodeCount
    var work = [Double](repeating: 0, count: count * nodeCount)
    var memory = [Double](repeating: 0, count: count)
    var activations = memory
    for group in 0..<count {
      for layer in starts[group]..<starts[group + 1] {
        for node in 0..<nodeCount {
          work[group * nodeCount + node] += original.work[layer * nodeCount + node]
        }
        memory[group] += original.memory[layer]
        activations[group] = max(activations[group], original.activations[layer])
      }
    }
    self.starts = starts
    let bits = (0..<count).map { original.bits[starts[$0]] } + [original.bits[layerCount]]
    figures = PipelineFigures(
      nodeCount: nodeCount, layerCount: count, source: original.source, target: original.target, work: work,
      memory: memory, activations: activations, memoryLimit: original.memoryLimit, isRelay: original.isRelay,
      tails: original.tails, heads: original.heads, perBit: original.perBit, bits: bits,
      isContiguous: original.isContiguous)
  }

  /// The plan of the original pipeline that a plan of the contraction stands for.
  func expanded(_ plan: PipelinePlan) -> PipelinePlan {
    var hosts: [Int] = []
    var routes: [[Int]] = []
    for group in plan.hosts.indices {
      routes.append(plan.routes[group])
      let size = starts[group + 1] - starts[group]
      hosts += repeatElement(plan.hosts[group], count: size)
      routes += repeatElement([plan.hosts[group]], count: size - 1)
    }
    routes.append(plan.routes[plan.hosts.count])
    return PipelinePlan(hosts: hosts, routes: routes)
  }
}
