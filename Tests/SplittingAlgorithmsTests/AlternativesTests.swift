import Foundations
import Splitting
import TestSupport
import Testing

/// The best plans in order, against the enumeration of all hosts.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct AlternativesTests {
  @Test(arguments: Coupling.allCases)
  func theBestPlansAreThoseOfEnumeration(_ coupling: Coupling) async throws {
    let instances = (UInt64(0)..<40).map {
      ("\(coupling) seed \($0)", Instance.random(seed: $0, coupling))
    }
    #expect(try await compare(instances) > 2)
  }

  @Test(arguments: MachineFamily.allCases)
  func thoseOfMachinesAreAsWell(_ family: MachineFamily) async throws {
    let instances = (UInt64(0)..<20).map { ("\(family) seed \($0)", Instance.machines(family, seed: $0)) }
    #expect(try await compare(instances) > 10)
  }

  /// - Returns: how many plans were compared.
  private func compare(_ instances: [(context: String, instance: Instance)]) async throws -> Int {
    var compared = 0
    for (context, instance) in instances {
      guard instance.placeCount <= 4 else { continue }
      let values = instance.everyPlacement().map(\.value).sorted()
      guard let ranking = try? await instance.alternatives(count: 6), !values.isEmpty else {
        #expect(values.isEmpty, "\(context)")
        continue
      }
      #expect(ranking.isComplete, "\(context)")
      let found = ranking.answers.compactMap { $0.file.objective?.value }
      #expect(found.count == min(6, values.count), "\(context): \(found), enumeration \(values.prefix(6))")
      #expect(zip(found, values).allSatisfy(agree), "\(context): \(found), enumeration \(values.prefix(6))")
      let hosts = ranking.answers.compactMap { $0.plan?.jobs.map(\.hosts) }
      #expect(Set(hosts).count == found.count, "\(context)")
      for answer in ranking.answers {
        #expect(try answer.findings.isEmpty, "\(context)")
        // No plan's bound is one of its part alone.
        #expect(answer.file.objective?.bound ?? .infinity <= values[0] * (1 + 1e-9), "\(context)")
      }
      compared += found.count
    }
    return compared
  }

  /// Where no time is left, no part was looked into, and each may hold something better.
  @Test(arguments: [Coupling.none, .memory])
  func withoutTimeNothingIsCalledComplete(_ coupling: Coupling) async throws {
    var stopped = 0
    for seed in UInt64(0)..<20 {
      let instance = Instance.random(seed: seed, coupling)
      guard instance.placeCount <= 4, instance.everyPlacement().count > 1 else { continue }
      let ranking = try await instance.alternatives(count: 2, budget: Budget(seconds: 1e-6))
      #expect(!ranking.isComplete, "\(coupling) seed \(seed)")
      stopped += 1
    }
    #expect(stopped > 2, "\(stopped)")
  }
}
