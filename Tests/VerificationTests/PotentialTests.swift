import Instances
import TestSupport
import Testing

@testable import Verification

/// What potentials prove, by hand; PotentialCertificateTests has those of searches.
@Suite struct PotentialTests {
  /// Two layers of 1 s each on a, then 3 s to b.
  private var instance: Instance {
    let layers = (0..<2).map { Layer(name: Name("l\($0)"), work: 1, output: 1) }
    return Instance(
      network: Network(
        nodes: [Node(id: "a", compute: 1), Node(id: "b")],
        links: [Link(tail: 0, head: 1, bandwidth: 8, latency: 2)]),
      dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 1, weight: 2)])
  }

  private func potentials(
    latency: Double = 5, leastTimes: [Double] = [1, 1], runs: [Int] = [], settled: [Certificate.Settled] = []
  ) -> Certificate.Potentials {
    Certificate.Potentials(
      job: "j", latency: latency, leastTimes: leastTimes, runs: runs, settled: settled)
  }

  private func bound(_ potentials: Certificate.Potentials...) -> PotentialBound {
    PotentialBound(potentials, of: instance, .total)
  }

  @Test func theBoundAloneProvesWhatItKnows() {
    // The way for an empty tensor takes 2 s, that for the last one 3.
    #expect(abs(bound(potentials()).value - 2 * 4) < 1e-8)
    #expect(abs(bound(potentials(runs: [0])).value - 2 * 4) < 1e-8)
    // Nodes within 5 s, counting the rest by that bound.
    let settled: [Certificate.Settled] = [
      .init(stage: 0, isComputing: false, nodes: ["a", "b"], distances: [0, 2]),
      .init(stage: 1, isComputing: false, nodes: ["a"], distances: [1]),
    ]
    #expect(abs(bound(potentials(settled: settled)).value - 2 * 5) < 1e-8)
    // A run of its own for each size knows all.
    #expect(abs(bound(potentials(runs: [0, 1])).value - 2 * 5) < 1e-8)
  }

  @Test func boastsProveNothingMore() {
    for latency in [0, 1, 5, 6, 1e300] {
      #expect(bound(potentials(latency: latency, runs: [0])).value <= 2 * min(latency, 5) * (1 + 1e-9))
    }
    #expect(bound(potentials(leastTimes: [10, 10])).value <= 10)
    let far = Certificate.Settled(stage: 1, isComputing: false, nodes: ["a"], distances: [4])
    #expect(bound(potentials(settled: [far])).value <= 10)
    #expect(bound().value == 0)
  }

  @Test func whatDoesNotFitIsNamed() {
    let cases: [(Certificate.Potentials, String)] = [
      (potentials(leastTimes: [1]), "1 least times for 2 layers"), (potentials(runs: [1]), "ascend"),
      (potentials(runs: [0, 0]), "ascend"), (potentials(runs: [0, 2]), "at most 1"),
      (potentials(latency: .infinity), "finite"), (potentials(latency: .nan), "finite"),
      (potentials(settled: [.init(stage: 3, isComputing: false, nodes: [], distances: [])]), "stage 3 of 2"),
      (
        potentials(settled: [.init(stage: 0, isComputing: false, nodes: ["c"], distances: [0])]),
        "node \"c\", which the network does not have"
      ),
    ]
    for (potentials, words) in cases {
      let findings = bound(potentials).findings
      #expect(findings.count == 1 && findings[0].contains(words), "\(words): \(findings)")
      #expect(findings.first?.contains("job \"j\"") == true, "\(findings)")
    }
    #expect(bound(potentials(), potentials()).findings.first?.contains("\"j\" twice") == true)
    var stranger = potentials()
    stranger.job = "k"
    #expect(bound(stranger).findings.first?.contains("\"k\", which the instance does not have") == true)
  }
}
