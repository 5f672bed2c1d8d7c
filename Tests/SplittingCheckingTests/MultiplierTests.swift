import Foundations
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
      for kind in ObjectiveKind.allCases {
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

  @Test func withoutMultipliersTheBoundIsTheShortestPaths() throws {
    var checked = 0
    for seed in UInt64(0)..<60 {
      var instance = Instance.random(seed: seed, .none)
      instance.options.objective = .total
      guard let optimum = BruteForce(instance).optimum() else { continue }
      checked += 1
      let bound = LagrangianBound(Certificate.Multipliers(), of: instance, .total)
      #expect(
        abs(bound.value - optimum) <= 1e-9 * optimum, "seed \(seed): \(bound.value), optimum \(optimum)")
    }
    #expect(checked > 30, "\(checked)")
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
  fileprivate static func random(
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
}
