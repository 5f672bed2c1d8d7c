import Splitting

/// What jobs of one DNN with the same rules of hosts have in common.
struct JobKind: Sendable {
  let layerCount: Int
  /// Sizes of the stages [bit], L+1 entries.
  let bits: [Double]
  /// What layer l takes on node u [s], at l N + u; infinite where it cannot or may not run.
  let seconds: [Double]

  /// - Complexity: O(L N).
  init(_ job: Job, of instance: Instance) {
    let dnn = instance.dnns[job.dnn]
    let nodes = instance.network.nodes
    layerCount = dnn.layers.count
    bits = [8 * dnn.input] + dnn.layers.map { 8 * $0.output }
    var seconds: [Double] = []
    seconds.reserveCapacity(dnn.layers.count * nodes.count)
    for (index, layer) in dnn.layers.enumerated() {
      var row = [Double](repeating: .infinity, count: nodes.count)
      if let work = layer.work ?? (layer.times.isEmpty ? 0 : nil) {
        for (node, figures) in nodes.enumerated() where figures.compute > 0 {
          row[node] = work / figures.compute
        }
      }
      for measured in layer.times { row[measured.node] = measured.seconds }
      let rule = job.hosts.first { $0.layer == index } ?? job.hosts.first { $0.layer == nil }
      if let rule {
        let allowed = Set(rule.nodes)
        for node in nodes.indices where !allowed.contains(node) { row[node] = .infinity }
      }
      seconds += row
    }
    self.seconds = seconds
  }
}
