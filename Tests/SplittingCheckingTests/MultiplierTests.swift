import Foundations
import Networks
import Splitting
import TestSupport
import Testing

@testable import SplittingChecking

/// Whatever the multipliers, what they prove is true; and what they do not prove is not accepted.
@Suite struct MultiplierTests {
  @Test(arguments: Coupling.allCases)
  func noMultipliersProveMoreThanTheOptimum(_ coupling: Coupling) throws {
    var proofs = 0
    for seed in UInt64(0)..<60 {
      for kind in ObjectiveKind.ofLatencies {
        var instance = Instance.random(seed: seed, coupling)
        instance.options.objective = kind
        guard let optimum = BruteForce(instance).optimum() else { continue }
        for scale in [0, 0.01, 1, 100] {
          var random = SplitMix64(seed: seed)
          let multipliers = Certificate.Multipliers.random(for: instance, scale: scale * optimum, &random)
          let context = "\(coupling) seed \(seed), \(kind), scale \(scale)"
          let bound = LagrangianBound(multipliers, of: instance, kind)
          #expect(bound.findings.isEmpty, "\(context): \(bound.findings)")
          #expect(bound.value <= optimum * (1 + 1e-9), "\(context): \(bound.value), optimum \(optimum)")
          if bound.value > 0.5 * optimum { proofs += 1 }
        }
      }
    }
    // Bounds that are far below prove little of the code.
    #expect(proofs > 40, "\(proofs)")
  }

  @Test(arguments: MachineFamily.allCases)
  func noMultipliersOfWeightsAndActivationsProveMoreThanTheOptimum(_ family: MachineFamily) throws {
    var proofs = 0
    for seed in UInt64(0)..<100 {
      for kind in ObjectiveKind.ofLatencies {
        var instance = Instance.machines(family, seed: seed)
        instance.options.objective = kind
        guard let optimum = BruteForce(instance).optimum() else { continue }
        for scale in [0, 0.1, 1, 100, 1e25, 1e300] {
          var random = SplitMix64(seed: seed)
          var multipliers = Certificate.Multipliers.random(for: instance, scale: scale * optimum, &random)
          multipliers.addParts(of: instance, &random)
          let context = "\(family) seed \(seed), \(kind), scale \(scale)"
          let check = CertificateCheck(
            Certificate(bound: 0, proof: .multipliers(multipliers)), of: instance, kind)
          let proven = try #require(check.provenBound, "\(context): \(check.findings)")
          // NaN proves nothing, as a bound below 0 does.
          #expect(!(proven > optimum * (1 + 1e-9)), "\(context): \(proven), optimum \(optimum)")
          if proven > 0.5 * optimum { proofs += 1 }
        }
      }
    }
    #expect(proofs > 40, "\(proofs)")
  }

  /// Two jobs with two layers, each in no time on the edge server, which has room for one and a half of them, and in a
  /// second on the camera.
  private func halves(_ layer: Layer) -> Instance {
    let nodes = [Node(id: "camera", compute: 1e6), Node(id: "edge", compute: 1e9, memory: 15)]
    let layers = ["a", "b"].map { (name: Name) -> Layer in
      var layer = layer
      layer.name = name
      layer.times = [MeasuredTime(node: 0, seconds: 1), MeasuredTime(node: 1, seconds: 0)]
      return layer
    }
    return Instance(
      network: Network(
        nodes: nodes,
        links: [(0, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1e9) }),
      dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: ["j", "k"].map { Job(id: $0, dnn: 0, source: 0, target: 0) })
  }

  /// An entry for each job and layer on the edge server.
  private func everywhere(_ value: Double) -> [Certificate.LayerMultiplier] {
    ["j", "k"].flatMap { (job: Name) in
      [0, 1].map { .init(job: job, layer: $0, node: "edge", value: value) }
    }
  }

  private func bound(
    _ instance: Instance, memory: Double, holding: Double = 0, peak: Double = 0
  ) -> Double {
    var multipliers = Certificate.Multipliers()
    multipliers.memory = [.init(["edge"], value: memory)]
    multipliers.holding = everywhere(holding)
    multipliers.peak = everywhere(peak)
    let bound = LagrangianBound(multipliers, of: instance, .total)
    #expect(bound.findings == [])
    return bound.value
  }

  /// But for the tolerance that the capacity includes.
  private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-5 }

  @Test func weightsOfJobsThatShareThemProveTheRelaxation() {
    let shared = halves(Layer(name: "l", output: 0, weights: 10))
    #expect(BruteForce(shared).optimum() == 2)
    // Half of the weights of one layer do not fit: both jobs compute half of it on the camera.
    #expect(isNear(bound(shared, memory: 0.2, holding: 1), 1))
    // What is paid for holding beyond the price of the memory is lost, and weights without a price are free.
    #expect(isNear(bound(shared, memory: 0.1, holding: 1), 0.5))
    #expect(isNear(bound(shared, memory: 0.2, holding: 0.5), 2 - 3))
    #expect(bound(shared, memory: 0.2, holding: 2) < -1)
    // Alone, a job has no such multipliers, and pays the memory's price.
    var alone = shared
    alone.jobs.removeLast()
    var multipliers = Certificate.Multipliers()
    multipliers.memory = [.init(["edge"], value: 0.1)]
    #expect(isNear(LagrangianBound(multipliers, of: alone, .total).value, 2 - 1.5))
  }

  @Test func largestActivationsProveTheRelaxation() {
    let peaks = halves(Layer(name: "l", output: 0, activations: 10))
    #expect(BruteForce(peaks).optimum() == 2)
    #expect(isNear(bound(peaks, memory: 0.2, peak: 0.1), 1))
    #expect(isNear(bound(peaks, memory: 0.1, peak: 0.1), 0.5))
    #expect(isNear(bound(peaks, memory: 0.2, peak: 0.05), 2 - 3))
    #expect(bound(peaks, memory: 0.2, peak: 0.2) < -1)
  }

  @Test func layersThatAloneExceedTheMemoryAreLeftOut() {
    for layer in [
      Layer(name: "l", output: 0, memory: 16), Layer(name: "l", output: 0, weights: 16),
      Layer(name: "l", output: 0, activations: 16),
      Layer(name: "l", output: 0, memory: 6, weights: 6, activations: 6),
    ] {
      let instance = halves(layer)
      #expect(BruteForce(instance).optimum() == 4)
      #expect(LagrangianBound(Certificate.Multipliers(), of: instance, .total).value == 4, "\(layer)")
    }
  }

  /// What two multipliers of the same constraint prove is what their sum proves.
  @Test func multipliersOfOneConstraintAddUp() {
    let shared = halves(Layer(name: "l", output: 0, weights: 10))
    var multipliers = Certificate.Multipliers()
    multipliers.memory = [.init(["edge"], value: 0.2)]
    multipliers.holding = everywhere(0.25) + everywhere(0.75)
    let sum = LagrangianBound(multipliers, of: shared, .total).value
    #expect(agree(sum, bound(shared, memory: 0.2, holding: 1)))
  }

  /// Numbers far above the objective must not hide in their rounding what they prove too much.
  @Test func hugeMultipliersOfPartsProveNothingMore() {
    for exponent in 1..<300 {
      let huge = Double(sign: .plus, exponent: exponent, significand: 1.1)
      for (weights, activations) in [(10.0, 0.0), (0, 10), (5, 5)] {
        let instance = halves(Layer(name: "l", output: 0, weights: weights, activations: activations))
        for memory in [0, 0.2, huge / 10] {
          let value = bound(instance, memory: memory, holding: huge, peak: huge / 20)
          #expect(!(value > 2), "2^\(exponent), \(weights), \(memory): \(value)")
        }
      }
    }
  }

  /// Sums of such numbers, rounded in different orders, differ by more than the objective.
  @Test func hugeMultipliersDoNotHideWhatTheyProveInTheirRounding() {
    var instance = halves(Layer(name: "l", output: 0, weights: 10, activations: 7))
    instance.network.nodes[1].memory = 1000
    for job in instance.jobs.indices { instance.jobs[job].hosts = [HostRule(layer: nil, nodes: [1])] }
    #expect(BruteForce(instance).optimum() == 0)
    for seed in UInt64(0)..<200 {
      var random = SplitMix64(seed: seed)
      let huge = Double(sign: .plus, exponent: 50 + Int(seed), significand: 1)
      func disturbed() -> [Certificate.LayerMultiplier] {
        everywhere(0).map {
          .init(job: $0.job, layer: $0.layer, node: $0.node, value: huge * random.nextUnit())
        }
      }
      var multipliers = Certificate.Multipliers()
      multipliers.holding = disturbed()
      if seed % 2 == 1 { multipliers.peak = disturbed() }
      let value = LagrangianBound(multipliers, of: instance, .total).value
      #expect(!(value > 0), "seed \(seed): \(value)")
    }
  }

  @Test func partsThatAreNotInTheInstanceAreNamed() {
    var instance = halves(Layer(name: "l", output: 0, weights: 10))
    instance.dnns.append(DNN(name: "e", input: 0, layers: instance.dnns[0].layers))
    instance.jobs.append(Job(id: "alone", dnn: 1, source: 0, target: 0))
    var multipliers = Certificate.Multipliers()
    multipliers.holding = [
      .init(job: "nobody", layer: 0, node: "edge", value: 1),
      .init(job: "alone", layer: 0, node: "edge", value: 1),
    ]
    multipliers.peak = [
      .init(job: "j", layer: 2, node: "edge", value: 1), .init(job: "j", layer: -1, node: "edge", value: 1),
      .init(job: "j", layer: 0, node: "nowhere", value: 1),
    ]
    let findings = LagrangianBound(multipliers, of: instance, .total).findings
    for words in [
      "names job \"nobody\"", "job \"alone\", which alone runs its DNN", "layer 2 of the 2 of job \"j\"",
      "layer -1 of", "names node \"nowhere\"",
    ] {
      #expect(findings.contains { $0.contains(words) }, "\(words): \(findings)")
    }
    #expect(findings.count == 5)
  }

  @Test func withoutMultipliersTheBoundIsTheShortestPaths() throws {
    var checked = 0
    let instances =
      (UInt64(0)..<60).map { ("seed \($0)", Instance.random(seed: $0, .none)) }
      + [MachineFamily.relays, .bandwidths].flatMap { family in
        (UInt64(0)..<60).map { ("\(family) seed \($0)", Instance.machines(family, seed: $0)) }
      }
    for (context, uncoupled) in instances {
      var instance = uncoupled
      instance.options.objective = .total
      guard let optimum = BruteForce(instance).optimum() else { continue }
      checked += 1
      let bound = LagrangianBound(Certificate.Multipliers(), of: instance, .total)
      #expect(
        abs(bound.value - optimum) <= 1e-9 * optimum, "\(context): \(bound.value), optimum \(optimum)")
    }
    #expect(checked > 90, "\(checked)")
  }

  @Test func aBoundBeyondTheProofIsRefused() {
    let instance = Instance.contractExample()
    let proof = Certificate.Proof.multipliers(Certificate.Multipliers())
    let optimum = 0.050468096
    for (bound, holds) in [
      (0, true), (optimum * (1 - 1e-12), true), (optimum * (1 + 1e-6), false), (1e9, false),
      (.infinity, false), (.nan, false),
    ] {
      let check = CertificateCheck(Certificate(bound: bound, proof: proof), of: instance, .total)
      #expect(check.findings.isEmpty == holds, "\(bound): \(check.findings)")
    }
  }

  /// Infinity minus infinity is not a proof of anything.
  @Test func multipliersBeyondTheLargestNumberProveNothing() {
    let instance = Instance.contractExample()
    var multipliers = Certificate.Multipliers()
    multipliers.computeLoad = [.init(["camera"], value: 1.7e308), .init(["edge"], value: 1.7e308)]
    for blocks in [false, true] {
      multipliers.blocks = blocks
      for bound in [0.06, 1e300] {
        let check = CertificateCheck(
          Certificate(bound: bound, proof: .multipliers(multipliers)), of: instance, .total)
        #expect(check.findings.contains { $0.contains("too large") }, "\(bound): \(check.findings)")
      }
    }
  }

  @Test func whatIsNotInTheInstanceIsNamed() {
    var instance = Instance.contractExample()
    instance.jobs[0].deadline = nil
    var multipliers = Certificate.Multipliers()
    multipliers.memory = [.init(["nowhere"], value: 1), .init(["switch"], value: 1)]
    multipliers.computeLoad = [.init(["elsewhere"], value: 1)]
    multipliers.linkLoad = [.init(["camera", "edge"], value: 1)]
    multipliers.deadline = [.init(["nobody"], value: 1), .init(["detect"], value: 1)]
    multipliers.makespan = [.init(["detect"], value: 1)]
    let findings = LagrangianBound(multipliers, of: instance, .total).findings
    for word in [
      "nowhere", "\"switch\", which has no limit", "elsewhere", "from \"camera\" to \"edge\"", "nobody",
    ] {
      #expect(findings.contains { $0.contains(word) }, "\(word): \(findings)")
    }
    #expect(findings.contains { $0.contains("deadline of job \"detect\"") }, "\(findings)")
    #expect(findings.contains { $0.contains("makespan") }, "\(findings)")
    #expect(findings.count == 7)
  }

  @Test(arguments: [0, 0.5, 1.001, 2])
  func multipliersOfTheMakespanSumToOne(_ sum: Double) {
    var multipliers = Certificate.Multipliers()
    multipliers.makespan = [.init(["detect"], value: sum)]
    let findings = LagrangianBound(multipliers, of: .contractExample(), .max).findings
    #expect(findings.count == 1, "\(findings)")
  }
}

extension Certificate.Multipliers {
  /// Multipliers of some of the rows, worth up to `scale` [s] for a whole capacity.
  static func random(
    for instance: Instance, scale: Double, _ random: inout SplitMix64
  ) -> Certificate.Multipliers {
    var multipliers = Certificate.Multipliers()
    let ids = instance.network.nodes.map(\.id)
    for node in instance.network.nodes {
      if let memory = node.memory, memory > 0, random.nextUnit() < 0.5 {
        multipliers.memory.append(.init([node.id], value: scale * random.nextUnit() / memory))
      }
      if random.nextUnit() < 0.3 {
        multipliers.computeLoad.append(.init([node.id], value: scale * random.nextUnit()))
      }
    }
    for link in instance.network.links where random.nextUnit() < 0.3 {
      multipliers.linkLoad.append(
        .init([ids[link.tail], ids[link.head]], value: scale * random.nextUnit() / link.bandwidth))
    }
    for job in instance.jobs where job.deadline != nil && random.nextUnit() < 0.5 {
      multipliers.deadline.append(.init([job.id], value: random.nextUnit() * min(1, scale)))
    }
    if instance.options.objective == .max {
      let shares = instance.jobs.map { _ in random.nextUnit() + 0.01 }
      let sum = shares.reduce(0, +)
      multipliers.makespan = zip(instance.jobs, shares).map { .init([$0.id], value: $1 / sum) }
    }
    return multipliers
  }

  /// Multipliers of weights and activations: those that fit the prices of memory, shared out at random, and some that
  /// do not.
  mutating func addParts(of instance: Instance, _ random: inout SplitMix64) {
    for price in memory {
      let isOff = random.nextUnit() < 0.3
      for dnn in instance.dnns.indices {
        let jobs = instance.jobs.indices.filter { instance.jobs[$0].dnn == dnn }
        let layers = instance.dnns[dnn].layers
        for (layer, figures) in layers.enumerated() where jobs.count > 1 {
          let shares = jobs.map { _ in random.nextUnit() + 0.01 }
          let factor = (isOff ? 3 * random.nextUnit() : 1) / shares.reduce(0, +)
          for (job, share) in zip(jobs, shares) {
            holding.append(
              .init(
                job: instance.jobs[job].id, layer: layer, node: price.names[0],
                value: price.value * figures.weights * share * factor))
          }
        }
        for job in jobs {
          let shares = layers.map { _ in random.nextUnit() + 0.01 }
          let factor = (isOff ? 3 * random.nextUnit() : 1) / shares.reduce(0, +)
          for (layer, share) in shares.enumerated() {
            peak.append(
              .init(
                job: instance.jobs[job].id, layer: layer, node: price.names[0],
                value: price.value * share * factor))
          }
        }
      }
    }
  }
}
