import Foundation
import Foundations
import Networks
import Splitting
import SplittingAlgorithms

/// Ten thousand jobs on a small network, with DNNs of their own or a few in common.
enum ManyJobs {
  static func measure(seeds: UInt64) throws {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    print("\n10000 jobs with DNNs of 40 layers on a network of 100 nodes, \(processors) processors:\n")
    print("| seed | DNNs | share of the nodes that compute | planner [s] |\n|---|---|---|---|")
    for seed in 1...seeds {
      for (dnns, share) in [(10_000, 1), (10_000, 0.1), (4, 0.1)] {
        let instance = instance(seed: seed, dnns: dnns, share: share)
        var paths: ShortestPaths?
        let time = try ContinuousClock().measure { paths = try ShortestPaths(instance) }
        precondition(paths?.plan != nil, "every job has a path")
        print("| \(seed) | \(dnns) | \(share) | \(time.seconds.shown) |")
      }
    }
  }

  private static func instance(seed: UInt64, dnns: Int, share: Double) -> Instance {
    let item = NativeCase(
      network: .grid, nodes: 100, layers: 1, share: share, hasFarHosts: false, seed: seed)
    var instance = item.network.instance(item)
    var random = SplitMix64(seed: seed)
    for node in instance.network.nodes.indices where instance.network.nodes[node].compute > 0 {
      if random.nextUnit() < 0.3 { instance.network.nodes[node].backlog = random.logarithmic(1e7, 1e9) }
    }
    instance.dnns = (0..<dnns).map { index in
      var dnn = DNN.shrinking(layers: 40, using: &random)
      dnn.name = Name("d\(index)")
      return dnn
    }
    instance.jobs = (0..<10_000).map { index in
      Job(
        id: Name("j\(index)"), dnn: index % dnns, source: random.below(100), target: random.below(100))
    }
    return instance
  }
}
