import Foundations
import Networks
import Splitting

/// The memory that layers of jobs need together where they share a node: the weights of a layer once for all jobs that
/// run its DNN, the largest activations of each job, and the memory of every layer of every job.
package struct MemoryNeed: Sendable {
  /// Each part [byte].
  private(set) var weights = 0.0
  private(set) var activations = 0.0
  private(set) var memory = 0.0
  /// The layers whose weights are counted.
  private var held: Set<HeldLayer> = []
  /// The largest activations of each job, if they are positive [byte].
  private var peaks: [Int: Double] = [:]

  private struct HeldLayer: Hashable {
    let dnn: Int
    let layer: Int
  }

  init() {}

  /// The need of some layers of an instance's jobs.
  init(_ layers: some Sequence<(job: Int, layer: Int)>, of instance: Instance) {
    for (job, layer) in layers {
      let dnn = instance.jobs[job].dnn
      add(instance.dnns[dnn].layers[layer], at: layer, ofDNN: dnn, job: job)
    }
  }

  /// What each host of a plan holds.
  ///
  /// - Complexity: O(J L).
  package static func ofHosts(_ plan: Plan, in instance: Instance) -> [Int: MemoryNeed] {
    var needs: [Int: MemoryNeed] = [:]
    for (job, jobPlan) in plan.jobs.enumerated() {
      let dnn = instance.jobs[job].dnn
      for (layer, host) in jobPlan.hosts.enumerated() {
        needs[host, default: MemoryNeed()]
          .add(instance.dnns[dnn].layers[layer], at: layer, ofDNN: dnn, job: job)
      }
    }
    return needs
  }

  /// All parts together [byte].
  package var total: Double { weights + activations + memory }

  /// Adds the layer at a position of a DNN, which a job runs.
  mutating func add(_ figures: Layer, at layer: Int, ofDNN dnn: Int, job: Int) {
    memory += figures.memory
    if figures.weights > 0, held.insert(HeldLayer(dnn: dnn, layer: layer)).inserted {
      weights += figures.weights
    }
    let peak = peaks[job] ?? 0
    if figures.activations > peak {
      activations += figures.activations - peak
      peaks[job] = figures.activations
    }
  }

  /// The parts in words, such as "weights 75 MB, activations 4 MB"; `nil` if nothing but memory that adds up is needed.
  package var parts: String? {
    if weights == 0 && activations == 0 { return nil }
    let parts = [("weights", weights), ("activations", activations), ("memory", memory)]
    return parts.filter { $0.1 > 0 }.map { "\($0.0) \(Figures.size($0.1))" }.joined(separator: ", ")
  }

  /// The parts in parentheses after a space; empty if there is nothing to tell apart.
  var remark: String { parts.map { " (\($0))" } ?? "" }
}
