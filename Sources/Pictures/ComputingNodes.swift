import Networks
import Splitting

extension Instance {
  /// By node: whether it can compute something, because it has a compute rate, or because a layer was measured there.
  var computingNodes: [Bool] {
    var isComputing = network.nodes.map { $0.compute > 0 }
    for layer in dnns.lazy.flatMap(\.layers) {
      for time in layer.times { isComputing[time.node] = true }
    }
    return isComputing
  }
}
