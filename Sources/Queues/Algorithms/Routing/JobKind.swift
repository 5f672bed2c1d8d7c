import Graphs

/// What jobs of one DNN with the same rules for hosts have in common.
struct JobKind: Sendable {
  let layerCount: Int
  /// Sizes of the stages [bit], L+1 entries.
  let bits: [Double]
  /// What layer l takes on node u [s], at l N + u; infinite if it cannot or may not run there.
  let seconds: [Double]

  /// - Parameter graph: of any of the jobs.
  /// - Complexity: O(L N).
  init(_ graph: LayeredGraph) {
    layerCount = graph.layerCount
    bits = graph.stageBytes.map { 8 * $0 }
    seconds = (0..<graph.layerCount).flatMap(graph.times(ofLayer:))
  }
}
