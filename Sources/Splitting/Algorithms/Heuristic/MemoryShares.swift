import Foundations
import Splitting

/// What layers are charged for where memory has a price.
///
/// A node holds the weights of a layer once for all jobs, and of a job's activations the largest, but prices ask for
/// sums over jobs and layers. So each job is charged a share of a layer's weights, and each layer a share of its
/// activations. Shares of a layer's weights on a node add up to 1 over the jobs that may run it there, and shares of a
/// job's activations over its layers that may run there. The largest of some amounts is at least each of their
/// weighted means, so no plan is charged for more than it takes, and prices prove a bound at all shares.
struct MemoryShares: Sendable {
  /// By job; by layer and host of the job; empty for a job that shares no weights or has no activations.
  private(set) var weights: [[Double]]
  private(set) var activations: [[Double]]
  private let cellCount: Int

  /// How far shares move at a time. Bounds on small instances hardly differ from 0.2 to 0.5, and are lower with shares
  /// that approach the mean over all rounds, or stay.
  private static let step = 0.25

  /// Equal shares of weights, and shares of activations in proportion to these.
  ///
  /// - Returns: `nil` if all memory adds up, or none is scarce.
  init?(_ jobs: [RoutingJob], _ resources: CouplingLimits) {
    guard jobs.contains(where: \.hasHoldings) else { return nil }
    guard (0..<resources.nodeCount).contains(where: resources.isScarce) else { return nil }
    cellCount = jobs.map(\.cellsEnd).max() ?? 0
    var sharers = [Double](repeating: 0, count: cellCount)
    for job in jobs where job.sharesWeights {
      job.forEachCandidate { layer, host, _ in sharers[job.cell(layer, host)] += 1 }
    }
    weights = jobs.map { job in
      guard job.sharesWeights else { return [] }
      var shares = [Double](repeating: 0, count: job.computeCosts.count)
      job.forEachCandidate { layer, host, place in shares[place] = 1 / sharers[job.cell(layer, host)] }
      return shares
    }
    activations = jobs.map { job in
      guard job.hasActivations else { return [] }
      var sums = [Double](repeating: 0, count: job.hostCount)
      job.forEachCandidate { layer, host, _ in sums[host] += job.activations[layer] }
      var shares = [Double](repeating: 0, count: job.computeCosts.count)
      job.forEachCandidate { layer, host, place in
        if sums[host] > 0 { shares[place] = job.activations[layer] / sums[host] }
      }
      return shares
    }
  }

  /// What each layer of a job is charged for [byte], by layer and host; empty if that is its own memory.
  ///
  /// - Parameter brought: the weights that the layers bring to their hosts, if others may hold some already.
  /// - Complexity: O(L H).
  func charges(ofJob index: Int, _ job: RoutingJob, weights brought: [Double]? = nil) -> [Double] {
    let (weights, activations) = (weights[index], activations[index])
    if weights.isEmpty && activations.isEmpty { return [] }
    var charges = [Double](repeating: 0, count: job.computeCosts.count)
    for layer in 0..<job.layerCount {
      for place in layer * job.hostCount..<(layer + 1) * job.hostCount {
        charges[place] = job.memory[layer]
        if !weights.isEmpty {
          charges[place] += weights[place] * (brought?[place] ?? job.sharedWeights[layer])
        }
        if !activations.isEmpty { charges[place] += activations[place] * job.activations[layer] }
      }
    }
    return charges
  }

  /// Moves shares towards those at which the paths, one a job, are charged for as much as they take.
  ///
  /// The bound has a subgradient in that direction.
  ///
  /// - Complexity: O(J L H).
  mutating func follow(_ paths: [JobPath], of jobs: [RoutingJob]) {
    var holders = [Double](repeating: 0, count: cellCount)
    for holding in paths.lazy.flatMap(\.holdings) { holders[Int(holding.cell)] += 1 }
    for (index, job) in jobs.enumerated() {
      if job.sharesWeights {
        job.forEachCandidate { layer, host, place in
          if holders[job.cell(layer, host)] > 0 { weights[index][place] *= 1 - Self.step }
        }
        for holding in paths[index].holdings {
          weights[index][Int(holding.place)] += Self.step / holders[Int(holding.cell)]
        }
      }
      if job.hasActivations { followPeaks(index, job, paths[index]) }
    }
  }

  private mutating func followPeaks(_ index: Int, _ job: RoutingJob, _ path: JobPath) {
    var peaks: [Int: Int] = [:]
    for (layer, place) in path.places(of: job).enumerated() {
      let host = place % job.hostCount
      if job.activations[layer] > peaks[host].map({ job.activations[$0] }) ?? 0 { peaks[host] = layer }
    }
    for (host, peak) in peaks {
      for layer in 0..<job.layerCount { activations[index][layer * job.hostCount + host] *= 1 - Self.step }
      activations[index][peak * job.hostCount + host] += Self.step
    }
  }
}

extension RoutingJob {
  /// Whether the node may hold weights for other jobs too.
  var sharesWeights: Bool { firstItem != nil }
  var hasActivations: Bool { peakAhead[0] > 0 }
  /// Whether its paths take memory that does not add up layer by layer.
  var hasHoldings: Bool { sharesWeights || hasActivations }

  /// The position of a layer's weights on a host among the shared weights on all nodes.
  func cell(_ layer: Int, _ host: Int) -> Int {
    ((firstItem ?? 0) + layer) * network.nodeCount + hosts[host]
  }

  /// The end of the cells of the job's layers; 0 if it shares no weights.
  var cellsEnd: Int { firstItem.map { ($0 + layerCount) * network.nodeCount } ?? 0 }

  /// Calls for every layer and each host on which it can run.
  fileprivate func forEachCandidate(_ body: (_ layer: Int, _ host: Int, _ place: Int) -> Void) {
    for layer in 0..<layerCount {
      for host in 0..<hostCount {
        let place = layer * hostCount + host
        if computeCosts[place] < .infinity { body(layer, host, place) }
      }
    }
  }
}
