import Foundations
import Networks
import Splitting
import TestSupport
import Testing

@testable import SplittingChecking

/// Claims of jobs' cheapest paths within their own limits.
@Suite struct ClaimTests {
  /// One job competes with no other, so that its cheapest path within its limits is the optimum, whatever prices help.
  @Test(arguments: MachineFamily.allCases)
  func theCheapestPathOfAJobIsTheOptimum(_ family: MachineFamily) throws {
    let counts = try check("\(family)", isExact: true) { Instance.machines(family, seed: $0) }
    #expect(counts.compared > 60, "\(counts)")
    if [.sharedWeights, .ownWeights, .peaks, .parts].contains(family) {
      #expect(counts.better > 0, "\(counts)")
    }
  }

  @Test(arguments: Coupling.allCases)
  func soItIsOfRandomInstances(_ coupling: Coupling) throws {
    // A path may cross a link twice, which only labels that remember links would see.
    let isExact = ![.linkLoad, .together].contains(coupling)
    let counts = try check("\(coupling)", isExact: isExact) { Instance.random(seed: $0, coupling) }
    #expect(counts.compared > 60, "\(counts)")
  }

  private func check(
    _ name: String, isExact: Bool, _ make: (_ seed: UInt64) -> Instance
  ) throws -> (compared: Int, better: Int) {
    var counts = (compared: 0, better: 0)
    for seed in UInt64(0)..<150 {
      var random = SplitMix64(seed: seed)
      var instance = make(seed)
      guard let job = instance.jobs.randomElement(using: &random) else { continue }
      instance.jobs = [job]
      instance.jobs[0].isContiguous = random.nextUnit() < 0.3
      instance.options.objective = .total
      guard let optimum = BruteForce(instance).optimum(), optimum > 0 else { continue }
      for scale in [0, 0.1, 1, 30, 1e20, 1e300] {
        var multipliers = Certificate.Multipliers()
        multipliers.blocks = true
        let blocks = LagrangianBound(multipliers, of: instance, .total).value
        multipliers.paths = [.init([job.id], value: [10, 1e9, 1][Int(seed % 3)] * optimum)]
        multipliers.addOwnLimits(of: instance, scale: scale * optimum, &random)
        let bound = LagrangianBound(multipliers, of: instance, .total)
        let context = "\(name) seed \(seed), scale \(scale)"
        guard bound.findings.isEmpty else {
          #expect(scale == 1e300 && bound.findings[0].contains("too large"), "\(context): \(bound.findings)")
          continue
        }
        #expect(bound.value <= optimum * (1 + 1e-9), "\(context): \(bound.value), optimum \(optimum)")
        if isExact {
          #expect(bound.value >= optimum * (1 - 1e-9), "\(context): \(bound.value), optimum \(optimum)")
        }
        counts.compared += 1
        if bound.value > blocks * (1 + 1e-6) { counts.better += 1 }
      }
    }
    return counts
  }

  /// Claims, prices of own limits, cuts and all other multipliers together prove no more than the optimum.
  @Test(arguments: MachineFamily.allCases)
  func nothingTogetherProvesMoreThanTheOptimum(_ family: MachineFamily) throws {
    var proofs = 0
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      var instance = Instance.machines(family, seed: seed)
      instance.options.objective = seed % 2 == 0 ? .total : .max
      for job in instance.jobs.indices { instance.jobs[job].isContiguous = random.nextUnit() < 0.2 }
      guard let optimum = BruteForce(instance).optimum() else { continue }
      for scale in [0.1, 1, 1e20] {
        var multipliers = Certificate.Multipliers.random(for: instance, scale: scale * optimum, &random)
        multipliers.addParts(of: instance, &random)
        multipliers.blocks = true
        for job in instance.jobs where random.nextUnit() < 0.7 {
          multipliers.paths.append(.init([job.id], value: 3 * random.nextUnit() * max(1, scale) * optimum))
        }
        multipliers.addOwnLimits(of: instance, scale: scale * optimum, &random)
        for _ in 0..<3 {
          guard let cut = Certificate.Cut.random(for: instance, value: scale * optimum, &random) else {
            continue
          }
          var tried = multipliers
          tried.cuts.append(cut)
          if LagrangianBound(tried, of: instance, instance.options.objective).findings.isEmpty {
            multipliers = tried
          }
        }
        let bound = LagrangianBound(multipliers, of: instance, instance.options.objective)
        #expect(bound.findings.isEmpty, "\(family) seed \(seed): \(bound.findings)")
        #expect(
          !(bound.value > optimum * (1 + 1e-9)),
          "\(family) seed \(seed), scale \(scale): \(multipliers) prove \(bound.value), optimum \(optimum)")
        if bound.value > 0.5 * optimum { proofs += 1 }
      }
    }
    #expect(proofs > 10, "\(family): \(proofs)")
  }

  @Test func claimsOfWhatIsNotThereAreNamed() {
    var instance = Instance.contractExample()
    instance.jobs[0].deadline = nil
    var other = instance.jobs[0]
    other.id = "other"
    instance.jobs.append(other)
    var multipliers = Certificate.Multipliers()
    multipliers.paths = [
      .init(["nobody"], value: 1), .init(["detect"], value: 1), .init(["detect"], value: 1),
    ]
    multipliers.ownMemory = [
      .init(["detect", "nowhere"], value: 1), .init(["detect", "switch"], value: 1),
      .init(["other", "edge"], value: 1),
    ]
    multipliers.ownComputeLoad = [.init(["no one", "edge"], value: 1), .init(["detect", "edge"], value: 1)]
    multipliers.ownDeadline = [.init(["detect"], value: 1)]
    let findings = LagrangianBound(multipliers, of: instance, .total).findings
    for words in [
      "names job \"nobody\"", "names job \"detect\" twice", "names node \"nowhere\"",
      "node \"switch\", which has no limit", "limits of job \"other\" alone, and claims nothing",
      "names job \"no one\"",
      "deadline of job \"detect\", which has none",
    ] {
      #expect(findings.contains { $0.contains(words) }, "\(words): \(findings)")
    }
    #expect(findings.count == 7, "\(findings)")
  }
}

extension Certificate.Multipliers {
  /// Prices of some limits of the jobs that have claims, worth up to `scale` [s] for a whole limit.
  fileprivate mutating func addOwnLimits(of instance: Instance, scale: Double, _ random: inout SplitMix64) {
    let claimants = Set(paths.map(\.names))
    for job in instance.jobs where claimants.contains([job.id]) {
      for node in instance.network.nodes {
        if let memory = node.memory, memory > 0, random.nextUnit() < 0.5 {
          ownMemory.append(.init([job.id, node.id], value: scale * random.nextUnit() / memory))
        }
        if random.nextUnit() < 0.3 {
          ownComputeLoad.append(.init([job.id, node.id], value: scale * random.nextUnit()))
        }
      }
      if let deadline = job.deadline, random.nextUnit() < 0.5 {
        ownDeadline.append(.init([job.id], value: scale * random.nextUnit() / deadline))
      }
    }
  }
}
