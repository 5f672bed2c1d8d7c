import Foundations
import Networks
import Splitting
import Testing

@testable import SplittingChecking

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

  /// Potentials far above the latency must not hide in their rounding what they rise too much.
  @Test func hugePotentialsProveNothingMore() {
    let names: [Name] = ["t", "a", "b", "s"]
    let links = [(3, 1), (1, 2), (2, 0)].map {
      Link(tail: $0, head: $1, bandwidth: 1e9, latency: 0.001)
    }
    let instance = Instance(
      network: Network(
        nodes: names.map { Node(id: $0) },
        links: links + [Link(tail: 3, head: 0, bandwidth: 1e9, latency: 128)]),
      dnns: [DNN(name: "d", input: 0, layers: [])], jobs: [Job(id: "j", dnn: 0, source: 3, target: 0)])
    for exponent in 0..<1000 {
      let latency = Double(sign: .plus, exponent: exponent, significand: 1)
      for step in [0.13, 0.25, 0.5, 1] {
        let distances = (0..<3).map { Double($0) * step * min(latency.ulp, 1e300) / 4 }
        let forged = Certificate.Potentials(
          job: "j", latency: latency, leastTimes: [], runs: [],
          settled: [.init(stage: 0, isComputing: false, nodes: ["s", "a", "b"], distances: distances)])
        let proven = PotentialBound([forged], of: instance, .total).value
        #expect(proven <= 0.003 * (1 + 1e-9), "2^\(exponent), \(step): \(proven)")
      }
    }
  }

  // MARK: Relays

  /// From s to t in 2 s by a phone, and in 10 s by a switch; the phone computes a layer in a second, and s in `slow`.
  private func phone(isRelay: Bool, layers: Int, slow: Double = 100, _ waiting: WaitingPolicy) -> Instance {
    let nodes = [
      Node(id: "s", compute: 1 / slow), Node(id: "phone", compute: 1, backlog: 0.5, isRelay: isRelay),
      Node(id: "switch"), Node(id: "t", isRelay: false),
    ]
    let links = [(0, 1, 1), (1, 3, 1), (0, 2, 5), (2, 3, 5)].map {
      Link(tail: $0, head: $1, bandwidth: 1e9, latency: Double($2))
    }
    let dnn = DNN(
      name: "d", input: 0, layers: (0..<layers).map { Layer(name: Name("l\($0)"), work: 1, output: 0) })
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [dnn],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 3)], options: Options(waiting: waiting))
  }

  @Test(arguments: WaitingPolicy.allCases)
  func whatMayNotBePassedIsNoShorterWay(_ waiting: WaitingPolicy) {
    for (isRelay, latency) in [(true, 2.0), (false, 10)] {
      let transfer = phone(isRelay: isRelay, layers: 0, waiting)
      for boast in [latency, 1e3, 1e300] {
        let proven = PotentialBound([potentials(latency: boast, leastTimes: [])], of: transfer, .total).value
        #expect(proven <= latency * (1 + 1e-9), "\(isRelay), \(boast): \(proven)")
        if boast == latency { #expect(proven > latency * (1 - 1e-9), "\(isRelay): \(proven)") }
      }
    }
    // On s in 1.2 s, and the whole way round; or on the phone in 1 s after its backlog's 0.5, and straight on.
    let near = phone(isRelay: false, layers: 1, slow: 1.2, waiting)
    let settled: [Certificate.Settled] = [
      .init(stage: 0, isComputing: false, nodes: ["s", "phone", "switch", "t"], distances: [0, 1, 5, 2.5]),
      .init(stage: 0, isComputing: true, nodes: ["phone"], distances: [1.5]),
    ]
    for boast in [3.5, 4, 1e3] {
      let stated = potentials(latency: boast, leastTimes: [1], settled: settled)
      let proven = PotentialBound([stated], of: near, .total).value
      #expect(proven <= 3.5 * (1 + 1e-9), "\(boast): \(proven)")
      if boast == 3.5 { #expect(proven > 3.5 * (1 - 1e-9), "\(proven)") }
    }
    // As a relay, the phone may pass on what s has computed.
    let far = phone(isRelay: true, layers: 1, slow: 1.2, waiting)
    let stated = potentials(latency: 3.5, leastTimes: [1], settled: settled)
    #expect(PotentialBound([stated], of: far, .total).value <= 3.2 * (1 + 1e-9))
  }

  @Test func negativeDistancesProveNothingMore() {
    let settled = (0...2).map {
      Certificate.Settled(stage: $0, isComputing: false, nodes: ["a", "b"], distances: [-1e9, -1])
    }
    #expect(bound(potentials(settled: settled)).value <= 10)
    let start = Certificate.Settled(stage: 0, isComputing: false, nodes: ["a"], distances: [-1e9])
    #expect(bound(potentials(settled: [start])).value <= 10)
  }

  @Test func whatDoesNotFitIsNamed() {
    let cases: [(Certificate.Potentials, String)] = [
      (potentials(leastTimes: [1]), "1 least times for 2 layers"), (potentials(runs: [1]), "ascend"),
      (potentials(runs: [0, 0]), "ascend"), (potentials(runs: [0, 2]), "at most 1"),
      (potentials(latency: .infinity), "finite"), (potentials(latency: .nan), "finite"),
      (potentials(settled: [.init(stage: 3, isComputing: false, nodes: [], distances: [])]), "stage 3 of 2"),
      (potentials(settled: [.init(stage: -1, isComputing: true, nodes: [], distances: [])]), "stage -1"),
      (
        potentials(settled: [.init(stage: 0, isComputing: false, nodes: ["a"], distances: [])]),
        "1 nodes with 0 distances"
      ),
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
    #expect(bound(potentials(), potentials()).findings.count == 1)
    var stranger = potentials()
    stranger.job = "k"
    let strangers = [Certificate.Potentials](repeating: stranger, count: 1000)
    #expect(PotentialBound(strangers, of: instance, .total).findings.count < 10)
    #expect(bound(stranger).findings.first?.contains("\"k\", which the instance does not have") == true)
  }
}
