import Foundations
import Graphs
import Splitting

/// One job's pipeline, as searches for the least bottleneck see it: what each layer and each stage takes of a node or a
/// link. The load of a resource is the part of a second that it is busy each second; the largest load is minimised.
struct PipelineFigures: Sendable {
  let nodeCount: Int
  let layerCount: Int
  /// The node where stage 0 starts, and the node where stage L ends.
  let source: Int
  let target: Int
  /// At `layer * nodeCount + node`: the load of a layer on a node [s of work a second]; infinite if it may not run there.
  let work: [Double]
  /// By layer: the memory that adds up on a host, weights included [byte].
  let memory: [Double]
  /// By layer: the memory in use only while the layer runs, of which a host needs the largest [byte].
  let activations: [Double]
  /// By node: the memory, tolerance included [byte]; infinite without a limit.
  let memoryLimit: [Double]
  /// By node: whether routes may pass through it; otherwise they only start or end there.
  let isRelay: [Bool]
  /// By link: its ends; no two links have the same ends.
  let tails: [Int]
  let heads: [Int]
  /// By link: the load of one bit a second.
  let perBit: [Double]
  /// By stage 0...L: the bits that a tensor puts on every link of its route each second.
  let bits: [Double]
  /// Whether a node may run at most one run of consecutive layers.
  let isContiguous: Bool

  var linkCount: Int { tails.count }

  /// The load that stage `stage` puts on a link.
  func crossing(_ stage: Int, _ link: Int) -> Double { bits[stage] * perBit[link] }
}

/// Where each layer runs, and the nodes that each stage passes: L+1 routes, the single node where nothing is moved.
struct PipelinePlan: Sendable, Equatable {
  var hosts: [Int]
  var routes: [[Int]]
}

extension PipelineFigures {
  /// The figures of an instance with one job.
  ///
  /// - Complexity: O(L N + E).
  init(_ instance: Instance) {
    let network = NetworkGraph(instance.network)
    let limits = instance.limits
    let graph = instance.layeredGraph(ofJob: 0, network, limits.capacities)
    let rate = instance.loadRate(ofJob: 0)
    let layers = instance.dnn(ofJob: 0).layers
    nodeCount = network.nodeCount
    layerCount = layers.count
    (source, target) = (graph.source, graph.target)
    work = layers.indices.flatMap { layer in
      zip(graph.times(ofLayer: layer), graph.computeCosts(ofLayer: layer)).map { time, cost in
        cost < .infinity ? rate * time : .infinity
      }
    }
    memory = layers.map { $0.memory + $0.weights }
    activations = layers.map(\.activations)
    memoryLimit = limits.memory.map { $0 * Tolerance.slack }
    isRelay = instance.network.nodes.map(\.isRelay)
    tails = instance.network.links.map(\.tail)
    heads = instance.network.links.map(\.head)
    perBit = instance.network.links.map { 1 / $0.bandwidth }
    bits = graph.stageBytes.map { 8 * rate * $0 }
    isContiguous = instance.jobs[0].isContiguous
  }

  /// The same job with or without the demand that a node runs one run of layers at most.
  func contiguous(_ isContiguous: Bool) -> PipelineFigures {
    PipelineFigures(
      nodeCount: nodeCount, layerCount: layerCount, source: source, target: target, work: work, memory: memory,
      activations: activations, memoryLimit: memoryLimit, isRelay: isRelay, tails: tails, heads: heads,
      perBit: perBit, bits: bits, isContiguous: isContiguous)
  }
}
