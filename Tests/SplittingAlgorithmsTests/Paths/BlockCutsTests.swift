import Foundations
import LayerRoute
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Cuts over blocks against the enumeration of plans.
@Suite(
  .enabled(if: !Backends.built.filter(["cbc", "glpk"].contains).isEmpty, "needs a backend with LP sessions"))
struct BlockCutsTests {
  private static let sessions = FirstSessionSource(WorkerBackend.sessionSources)

  @Test(arguments: [Coupling.memory, .together], ObjectiveKind.ofLatencies)
  func boundsWithCutsHold(_ coupling: Coupling, _ objective: ObjectiveKind) throws {
    let (cut, raised) = try check("\(coupling) \(objective)") { seed in
      var instance = Instance.random(seed: seed, coupling)
      instance.options.objective = objective
      return instance
    }
    #expect(cut > 1 && raised > 0, "\(coupling) \(objective): \(cut) with cuts, \(raised) raised")
  }

  @Test(arguments: [MachineFamily.sharedWeights, .ownWeights, .peaks, .parts, .together])
  func boundsWithCutsHoldOnMachines(_ family: MachineFamily) throws {
    let (cut, raised) = try check("\(family)") { Instance.machines(family, seed: $0) }
    // Jobs of one DNN that have nothing but its weights do not exclude each other.
    #expect(family == .sharedWeights || cut > 1 && raised > 0, "\(family): \(cut), \(raised)")
  }

  /// Every bound holds, and none is below that without cuts. Returns how many instances had cuts, and a better bound.
  private func check(
    _ name: String, _ make: (_ seed: UInt64) -> Instance
  ) throws -> (cut: Int, raised: Int) {
    var (cut, raised) = (0, 0)
    for seed in UInt64(0)..<120 {
      let instance = make(seed)
      guard instance.jobs.count > 1, let expected = BruteForce(instance).optimum() else { continue }
      let paths = PathInstance(ResidualRouting(instance), instance.options.objective)
      var generation = ColumnGeneration(
        paths, try Self.sessions.openSession(), artificialCost: 100 * max(expected, paths.unit), .never)
      let outcome = try generation.run(target: .infinity) { _ in }
      guard case .solved(plan: nil) = outcome else { continue }
      let without = generation.bound
      _ = try generation.tighten(target: .infinity) { bound in
        #expect(bound <= expected * (1 + 1e-9), "\(name) seed \(seed): \(bound), enumeration \(expected)")
        #expect(bound >= without, "\(name) seed \(seed): the bound falls")
      }
      if !generation.cuts.cuts.isEmpty { cut += 1 }
      if generation.bound > without * (1 + 1e-6) { raised += 1 }
    }
    return (cut, raised)
  }
}
