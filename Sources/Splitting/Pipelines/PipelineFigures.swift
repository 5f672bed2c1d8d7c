/// One job's pipeline, as searches for the least bottleneck see it: what each layer and each stage takes of a node or a
/// link. The load of a resource is the part of a second that it is busy each second; the largest load is minimised.
package struct PipelineFigures: Sendable {
  package let nodeCount: Int
  package let layerCount: Int
  /// The node where stage 0 starts, and the node where stage L ends.
  package let source: Int
  package let target: Int
  /// At `layer * nodeCount + node`: the load of a layer on a node [s of work a second]; infinite if it may not run there.
  package let work: [Double]
  /// By layer: the memory that adds up on a host, weights included [byte].
  package let memory: [Double]
  /// By layer: the memory in use only while the layer runs, of which a host needs the largest [byte].
  package let activations: [Double]
  /// By node: the memory, tolerance included [byte]; infinite without a limit.
  package let memoryLimit: [Double]
  /// By node: whether routes may pass through it; otherwise they only start or end there.
  package let isRelay: [Bool]
  /// By link: its ends; no two links have the same ends.
  package let tails: [Int]
  package let heads: [Int]
  /// By link: the load of one bit a second.
  package let perBit: [Double]
  /// By stage 0...L: the bits that a tensor puts on every link of its route each second.
  package let bits: [Double]
  /// Whether a node may run at most one run of consecutive layers.
  package let isContiguous: Bool

  package init(
    nodeCount: Int, layerCount: Int, source: Int, target: Int, work: [Double], memory: [Double],
    activations: [Double], memoryLimit: [Double], isRelay: [Bool], tails: [Int], heads: [Int],
    perBit: [Double],
    bits: [Double], isContiguous: Bool
  ) {
    self.nodeCount = nodeCount
    self.layerCount = layerCount
    self.source = source
    self.target = target
    self.work = work
    self.memory = memory
    self.activations = activations
    self.memoryLimit = memoryLimit
    self.isRelay = isRelay
    self.tails = tails
    self.heads = heads
    self.perBit = perBit
    self.bits = bits
    self.isContiguous = isContiguous
  }

  package var linkCount: Int { tails.count }

  /// The load that stage `stage` puts on a link.
  package func crossing(_ stage: Int, _ link: Int) -> Double { bits[stage] * perBit[link] }
}

/// Where each layer runs, and the nodes that each stage passes: L+1 routes, the single node where nothing is moved.
package struct PipelinePlan: Sendable, Equatable {
  package var hosts: [Int]
  package var routes: [[Int]]

  package init(hosts: [Int], routes: [[Int]]) {
    self.hosts = hosts
    self.routes = routes
  }
}

extension PipelineFigures {
  /// The same job with or without the demand that a node runs one run of layers at most.
  package func contiguous(_ isContiguous: Bool) -> PipelineFigures {
    PipelineFigures(
      nodeCount: nodeCount, layerCount: layerCount, source: source, target: target, work: work,
      memory: memory,
      activations: activations, memoryLimit: memoryLimit, isRelay: isRelay, tails: tails, heads: heads,
      perBit: perBit, bits: bits, isContiguous: isContiguous)
  }
}
