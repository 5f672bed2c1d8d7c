import Foundations
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Prices of memory prove bounds only if no plan is charged for more than it takes.
@Suite struct MemorySharesTests {
  private static let families: [MachineFamily] = [
    .sharedWeights, .ownWeights, .peaks, .parts, .transfers, .together,
  ]

  @Test(arguments: families)
  func noPlanIsChargedForMoreThanItTakes(_ family: MachineFamily) {
    var (checked, changed) = (0, 0)
    for seed in UInt64(0)..<100 {
      let instance = Instance.machines(family, seed: seed)
      let routing = ResidualRouting(instance)
      guard routing.jobs.allSatisfy({ $0.shortestLatency < .infinity }) else { continue }
      var random = SplitMix64(seed: seed)
      var search = LabelSearch(routing.resources)
      var prices = ScarcityPrices(routing.jobs, routing.resources)
      let first = prices.current.shares
      for round in 0..<12 {
        guard let shares = prices.current.shares else { break }
        for _ in 0..<10 {
          checked += 1
          check(shares, instance, routing, hosts(routing, &random), "\(family) seed \(seed), round \(round)")
        }
        if !prices.adjust(&search, target: nil, Budget()) { break }
      }
      if let last = prices.current.shares, let first,
        last.weights != first.weights || last.activations != first.activations
      {
        changed += 1
      }
    }
    #expect(checked > 1000, "\(checked)")
    // One job alone has nothing to share.
    #expect(changed > 10 || family == .ownWeights, "\(changed)")
  }

  private func check(
    _ shares: MemoryShares, _ instance: Instance, _ routing: ResidualRouting, _ hosts: [[Int]],
    _ context: String
  ) {
    var charged = [Double](repeating: 0, count: instance.network.nodes.count)
    for (index, job) in routing.jobs.enumerated() {
      let charges = shares.charges(ofJob: index, job)
      for (layer, node) in hosts[index].enumerated() {
        charged[node] +=
          charges.isEmpty ? job.memory[layer] : charges[layer * job.hostCount + job.hostIndex(of: node)]
      }
    }
    for (node, held) in instance.memoryHeld(hosts: hosts).enumerated()
    where charged[node] > held * (1 + 1e-12) {
      Issue.record("\(context): \(charged[node]) charged on node \(node), which holds \(held) for \(hosts)")
      return
    }
  }

  /// Any nodes that can run the layers.
  private func hosts(_ routing: ResidualRouting, _ random: inout SplitMix64) -> [[Int]] {
    routing.jobs.map { job in
      (0..<job.layerCount).map { layer in
        let able = job.hosts.indices.filter { job.computeCosts[layer * job.hostCount + $0] < .infinity }
        return job.hosts[able.randomElement(using: &random) ?? 0]
      }
    }
  }
}
