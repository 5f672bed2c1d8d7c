import Splitting

/// How far the searches go where nodes hold weights for several jobs, or activations.
///
/// The relaxations of such instances leave large gaps: a job runs half on one node and half on another, and takes half of
/// the memory of either, which no cover inequality forbids. Lists for such gaps are long, so that the instance is divided
/// soon, by its largest layers. Not tuned.
extension PathsPlanner.Effort {
  static let ofHoldings: Self = {
    var effort = Self()
    (effort.whole.mostLabels, effort.whole.mostNodes) = (150_000, 300)
    // A better plan shortens lists more than anything else.
    (effort.whole.leastHeuristic, effort.whole.heuristicShare, effort.whole.mostHeuristic) = (0.5, 1, 3)
    // A short list for all of the gap, or the part is divided.
    (effort.parts.fewLabels, effort.parts.searchesParts) = (20_000, false)
    return effort
  }()
}

extension Instance {
  /// Whether layers have weights or activations, so that memory need not add up over jobs and layers.
  var hasHoldings: Bool { dnns.contains { $0.layers.contains { $0.weights + $0.activations > 0 } } }
}

extension PathInstance {
  /// By job and layer: how much its node decides, as the part of the largest memory of a layer; empty if memory adds up,
  /// so that all layers count alike.
  var layerSizes: [[Double]] {
    guard hasHoldings else { return [] }
    let memory = jobs.map { job in (0..<job.layerCount).map { job.memory(ofBlock: $0..<$0 + 1) } }
    let largest = memory.joined().max() ?? 0
    // Layers without memory have a host, too.
    return memory.map { $0.map { 0.02 + (largest > 0 ? $0 / largest : 0) } }
  }
}
