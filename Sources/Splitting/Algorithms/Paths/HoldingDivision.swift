/// How instances are divided whose nodes hold weights for several jobs, or activations.
///
/// Their relaxations leave large gaps: a job runs half on one node and half on another, and takes half of the memory of
/// either, which no cover inequality forbids. Lists for such gaps are long, so that the instance is divided soon.
extension PathsRun.Effort {
  /// Before the instance is divided. Not tuned.
  static let beforeDivision: Self = {
    var effort = Self()
    (effort.mostLabels, effort.mostNodes) = (150_000, 2_000)
    return effort
  }()

  /// For its parts: a short list for all of the gap, or the part is divided. Not tuned.
  static let whileDividing: Self = {
    var effort = HostBranching.effort
    (effort.fewLabels, effort.searchesParts) = (20_000, false)
    return effort
  }()
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
