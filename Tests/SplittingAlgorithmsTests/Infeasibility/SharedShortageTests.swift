import Graphs
import Problems
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Shortages that all jobs share, held to enumeration: the kind of constraint that a sentence names leaves no plan even
/// if no other kind is in force.
@Suite struct SharedShortageTests {
  /// How many instances of a kind must have had that shortage, so that each kind is tested.
  private static let least = 20

  /// What makes shortages of each kind common, while the others leave choices out as well.
  struct Family: Sendable, CustomTestStringConvertible {
    let kind: CouplingConstraint.Family
    let memory: Double
    let rate: Double
    var testDescription: String { kind.name }
  }

  private static let families = [
    Family(kind: .memory, memory: 0.6, rate: 1), Family(kind: .computeLoad, memory: 0.8, rate: 3),
    Family(kind: .linkLoad, memory: 0.5, rate: 8),
  ]

  @Test(arguments: families)
  func theNamedKindAloneLeavesNoPlan(_ family: Family) {
    var found = 0
    for seed in UInt64(0)..<6000 where found < 4 * Self.least {
      let instance = Instance.random(seed: seed, .together).tightened(
        memory: family.memory, rate: family.rate)
      guard let text = instance.shortage(of: family.kind) else { continue }
      found += 1
      #expect(!instance.hasPlan(keeping: family.kind), "seed \(seed): \(text)")
    }
    #expect(found >= Self.least, "only \(found) shortages of \(family.kind.name)")
  }

  @Test func aNodeThatIsTooSlowIsNoReasonForShortMemory() {
    // The camera is too slow for the backbones, but has memory without limit.
    let instance = Instance.camera(edgeMemory: 80e6, jobs: [.detect("a", rate: 2), .detect("b", rate: 2)])
    #expect(instance.simpleReason == nil)
  }

  @Test func aNodeThatIsTooSmallIsNoReasonForShortLinks() {
    // The input needs to leave the camera only because the backbones do not fit there.
    var instance = Instance.camera(
      cameraMemory: 40e6, jobs: [.detect("a", rate: 0.3), .detect("b", rate: 0.3)])
    instance.network.links[0].bandwidth = 0.4e6
    #expect(instance.simpleReason == nil)
  }
}

extension Instance {
  /// The sentence about a shortage of this kind, whatever else is wrong.
  fileprivate func shortage(of kind: CouplingConstraint.Family) -> String? {
    let network = NetworkGraph(network)
    switch kind {
    case .memory: return SharedShortage(instance: self, network: network).memory()
    case .computeLoad: return SharedShortage(instance: self, network: network).compute()
    case .linkLoad: return CutShortage(instance: self, network: network).text
    case .deadline: return nil
    }
  }

  /// Whether enumeration finds a plan that keeps all constraints of one kind.
  fileprivate func hasPlan(keeping kind: CouplingConstraint.Family) -> Bool {
    var limits = BruteForce.Limits.none(for: self)
    let stated = BruteForce.Limits(self)
    switch kind {
    case .memory: limits.memory = stated.memory
    case .computeLoad: limits.load = stated.load
    case .linkLoad: limits.bits = stated.bits
    case .deadline: limits.deadline = stated.deadline
    }
    return BruteForce(weightless, limits: limits).optimum() != nil
  }
}
