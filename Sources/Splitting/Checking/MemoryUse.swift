import Foundations
import Networks
import Splitting

/// What the nodes hold of the layers that a plan hosts on them.
struct MemoryUse {
  /// The memory in use on one node [byte].
  struct Parts {
    /// The weights of each layer of each DNN, once for all jobs.
    var weights = 0.0
    /// The sum over jobs of the largest activations of a layer: an inference is in one layer at a time.
    var activations = 0.0
    /// The sum over jobs and layers of what each takes for itself.
    var memory = 0.0

    var sum: Double { memory + weights + activations }

    /// The parts that are not 0, in brackets after a space; empty if that says no more than the sum.
    var text: String {
      guard weights > 0 || activations > 0 else { return "" }
      let parts = [("weights", weights), ("activations", activations), ("memory", memory)]
      let texts = parts.filter { $0.1 > 0 }.map { "\($0) \(Figures.size($1))" }
      return " (\(texts.joined(separator: ", ")))"
    }
  }

  /// By node.
  private(set) var parts: [Parts]

  /// The weights of one layer of a DNN on a node.
  private struct Held: Hashable {
    let dnn: Int
    let layer: Int
    let host: Int
  }

  /// The use of a plan whose hosts exist.
  ///
  /// - Complexity: O(J L + N).
  init(_ plan: Plan, _ instance: Instance) {
    parts = Array(repeating: Parts(), count: instance.network.nodes.count)
    var held: Set<Held> = []
    for (job, jobPlan) in plan.jobs.enumerated() {
      let dnn = instance.jobs[job].dnn
      var largest: [Int: Double] = [:]
      for (layer, (figures, host)) in zip(instance.dnns[dnn].layers, jobPlan.hosts).enumerated() {
        parts[host].memory += figures.memory
        if figures.weights > 0, held.insert(Held(dnn: dnn, layer: layer, host: host)).inserted {
          parts[host].weights += figures.weights
        }
        if figures.activations > 0 {
          largest[host] = max(largest[host] ?? 0, figures.activations)
        }
      }
      for (host, activations) in largest { parts[host].activations += activations }
    }
  }
}
