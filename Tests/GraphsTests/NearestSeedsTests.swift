import Foundations
import Networks
import TestSupport
import Testing

@testable import Graphs

/// Least costs from seeds against the algorithm of Bellman and Ford, which has no heap.
@Suite struct NearestSeedsTests {
  private struct Sample {
    let network: Network
    let capacities: Capacities
    let seeds: [Double]
    let bytes: Double
    let rate: Double

    init(seed: UInt64) {
      var random = SplitMix64(seed: seed)
      let count = random.nextIndex(below: 12) + 1
      let arcs = (0..<random.nextIndex(below: 3 * count + 1)).map { _ in
        Link(
          tail: random.nextIndex(below: count), head: random.nextIndex(below: count),
          bandwidth: 8 * (1 + 9 * random.nextUnit()), latency: Double(random.nextIndex(below: 4)) / 2,
          backlog: random.nextUnit() < 0.3 ? 5 : 0)
      }
      network = Network(
        nodes: (0..<count).map { Node(id: Name("n\($0)")) }, links: arcs.filter { $0.tail != $0.head })
      let unlimited = [Double](repeating: .infinity, count: count)
      capacities = Capacities(
        memory: unlimited, computeLoad: unlimited,
        linkLoad: network.links.map { random.nextUnit() < 0.5 ? $0.bandwidth : .infinity })
      seeds = (0..<count).map { _ in random.nextUnit() < 0.7 ? .infinity : 4 * random.nextUnit() }
      bytes = [0, 1, 3][random.nextIndex(below: 3)]
      rate = [0, 2][random.nextIndex(below: 2)]
    }

    func cost(_ link: Link) -> Double { 8 * (bytes + link.backlog) / link.bandwidth + link.latency }

    func admits(_ link: Int) -> Bool { 8 * rate * bytes <= capacities.linkLoad[link] }

    /// Relaxes every link as often as there are nodes.
    func leastCosts(backward: Bool) -> [Double] {
      var costs = seeds
      for _ in network.nodes {
        for (index, link) in network.links.enumerated() where admits(index) {
          let (from, to) = backward ? (link.head, link.tail) : (link.tail, link.head)
          costs[to] = min(costs[to], costs[from] + cost(link))
        }
      }
      return costs
    }
  }

  @Test(arguments: [false, true])
  func costsAreThoseOfBellmanAndFord(_ backward: Bool) throws {
    var (reached, refused) = (0, 0)
    let heap = KeyHeap()
    for seed in UInt64(0)..<600 {
      let sample = Sample(seed: seed)
      let network = SearchNetwork(sample.network, waiting: .visit, capacities: sample.capacities)
      let values = FlatArray(sample.seeds)
      let previous = FlatArray(repeating: Int32(-1), count: sample.seeds.count)
      try NearestSeeds(
        arcs: backward ? network.backward : network.forward, bytes: sample.bytes, rate: sample.rate,
        relays: nil
      ).spread(values, previous: previous, heap: heap, cancellation: .never)
      let expected = sample.leastCosts(backward: backward)
      for node in sample.seeds.indices {
        let context = "seed \(seed), node \(node)"
        #expect(near(values[node], expected[node]), "\(context): \(values[node]), not \(expected[node])")
        #expect((previous[node] >= 0) == (values[node] < sample.seeds[node]), "\(context)")
        guard previous[node] >= 0 else { continue }
        reached += 1
        // The node before is as far away as the arc between them takes.
        let before = Int(previous[node])
        let arcs = sample.network.links.indices.filter {
          let link = sample.network.links[$0]
          let ends = backward ? (link.head, link.tail) : (link.tail, link.head)
          return ends == (before, node) && sample.admits($0)
        }
        let least = arcs.map { values[before] + sample.cost(sample.network.links[$0]) }.min() ?? .nan
        #expect(near(values[node], least), "\(context): \(values[node]) by way of \(before), not \(least)")
      }
      refused += sample.network.links.indices.count { !sample.admits($0) }
    }
    #expect(reached > 500 && refused > 200, "\(reached) nodes reached, \(refused) links too small")
  }

  @Test func leastCostsFromOneNodeAllowEveryLink() throws {
    for seed in UInt64(0)..<100 {
      let sample = Sample(seed: seed)
      let network = SearchNetwork(sample.network, waiting: .visit, capacities: sample.capacities)
      let costs = try network.leastCosts(from: 0, bytes: sample.bytes, workspace: SearchWorkspace())
      var expected = [Double](repeating: .infinity, count: sample.seeds.count)
      expected[0] = 0
      for _ in expected {
        for link in sample.network.links {
          expected[link.head] = min(expected[link.head], expected[link.tail] + sample.cost(link))
        }
      }
      #expect(zip(costs, expected).allSatisfy(near), "seed \(seed): \(costs), not \(expected)")
    }
  }

  @Test func aCancelledSearchEnds() throws {
    let samples = (UInt64(0)..<100).lazy.map { Sample(seed: $0) }
    let sample = try #require(samples.first { !$0.network.links.isEmpty })
    let network = SearchNetwork(sample.network, waiting: .visit, capacities: sample.capacities)
    let values = FlatArray(repeating: Double.infinity, count: sample.seeds.count)
    values[sample.network.links[0].tail] = 0
    #expect(throws: CancellationError.self) {
      try NearestSeeds(arcs: network.forward, bytes: 1, rate: 0, relays: nil)
        .spread(values, heap: KeyHeap(), cancellation: Cancellation { true })
    }
  }

  private func near(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-12 * max(abs(left), abs(right))
  }
}
