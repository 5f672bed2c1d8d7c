import Foundations
import Graphs
import Splitting

/// Computes the value of running all layers of all jobs on one node, for every node at once: the sum of the latency
/// from the source to the node, of computing and waiting there, and of the latency to the target.
struct SingleHost {
  /// By node, the value of the plan on it if link loads are ignored [s]; infinite if the node cannot run all
  /// layers, has not enough memory or compute rate for them, or is too far away for some deadline.
  let values: [Double]

  /// The node with the least value; `nil` if none can run all layers.
  var best: Int? {
    values.indices.filter { values[$0] < .infinity }.min { values[$0] < values[$1] }
  }

  /// - Throws: if the task is cancelled; large instances take seconds.
  /// - Complexity: O(J ((N + E) log E + L N)).
  init(_ instance: Instance) throws(CancellationError) {
    let network = NetworkGraph(instance.network)
    let limits = instance.limits
    let capacities = limits.capacities
    var values = [Double](repeating: 0, count: network.nodeCount)
    var load = values
    // A host of everything holds the same whichever node it is.
    var memory = MemoryNeed()
    for (index, job) in instance.jobs.enumerated() {
      if Task.isCancelled { throw CancellationError() }
      let graph = instance.layeredGraph(ofJob: index, network, capacities)
      for (layer, figures) in instance.dnn(ofJob: index).layers.enumerated() {
        memory.add(figures, at: layer, ofDNN: job.dnn, job: index)
      }
      let latencies = Self.latencies(graph)
      let latest = limits[.deadline(index)] * Tolerance.slack
      for node in values.indices {
        let isInTime = latencies[node] < .infinity && latencies[node] <= latest
        let value = isInTime ? job.weight * latencies[node] : .infinity
        values[node] = instance.options.objective == .total ? values[node] + value : max(values[node], value)
      }
      guard job.rate > 0 else { continue }
      for layer in 0..<graph.layerCount {
        for (node, time) in graph.times(ofLayer: layer).enumerated() { load[node] += job.rate * time }
      }
    }
    let bytes = memory.total
    self.values = values.indices.map { node in
      let isOverloaded = bytes > capacities.memory[node] || load[node] > capacities.computeLoad[node]
      return isOverloaded ? .infinity : values[node]
    }
  }

  /// One job's latency for each node that runs all of its layers [s]; the same for all if it has no layers.
  private static func latencies(_ graph: LayeredGraph) -> [Double] {
    let (forward, backward) = (graph.network.forward, graph.network.backward)
    let arriving = graph.paths(ofStage: 0, in: forward, seeds: forward.seeds(at: [graph.source])).distance
    guard graph.layerCount > 0 else { return arriving.map { _ in arriving[graph.target] } }
    let leaving = graph.paths(
      ofStage: graph.layerCount, in: backward, seeds: backward.seeds(at: [graph.target])
    ).distance
    var latencies = arriving.indices.map { arriving[$0] + graph.entryWaits[$0] + leaving[$0] }
    for layer in 0..<graph.layerCount {
      for (node, cost) in graph.computeCosts(ofLayer: layer).enumerated() { latencies[node] += cost }
    }
    return latencies
  }
}
