import Foundations
import Graphs
import Splitting
import SplittingPipelines

extension PipelineFigures {
  /// The figures of an instance with one job.
  ///
  /// - Complexity: O(L N + E).
  package init(_ instance: Instance) {
    let network = NetworkGraph(instance.network)
    let limits = instance.limits
    let graph = instance.layeredGraph(ofJob: 0, network, limits.capacities)
    let rate = instance.loadRate(ofJob: 0)
    let layers = instance.dnn(ofJob: 0).layers
    let work = layers.indices.flatMap { layer in
      zip(graph.times(ofLayer: layer), graph.computeCosts(ofLayer: layer)).map { time, cost in
        cost < .infinity ? rate * time : .infinity
      }
    }
    self.init(
      nodeCount: network.nodeCount, layerCount: layers.count, source: graph.source, target: graph.target,
      work: work, memory: layers.map { $0.memory + $0.weights }, activations: layers.map(\.activations),
      memoryLimit: limits.memory.map { $0 * Tolerance.slack }, isRelay: instance.network.nodes.map(\.isRelay),
      tails: instance.network.links.map(\.tail), heads: instance.network.links.map(\.head),
      perBit: instance.network.links.map { 1 / $0.bandwidth }, bits: graph.stageBytes.map { 8 * rate * $0 },
      isContiguous: instance.jobs[0].isContiguous)
  }
}
