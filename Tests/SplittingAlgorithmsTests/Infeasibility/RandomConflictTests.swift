import Problems
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Conflicts of random instances, held to enumeration: the set has no plan, the set without any one constraint has
/// one, what would be enough is enough, and a little less is not.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct RandomConflictTests {
  /// Couplings whose limits can be broken by several choices together, and what makes such instances common.
  struct Family: Sendable, CustomTestStringConvertible {
    let coupling: Coupling
    let memory: Double
    let rate: Double
    /// Times the shortest latency; `nil` for the deadlines of the family.
    let deadline: Double?

    /// What conflicts it must lead to, so that each kind is tested.
    let kinds: Set<String>

    var testDescription: String { "\(coupling)" }
  }

  private static let families = [
    Family(coupling: .memory, memory: 0.55, rate: 1, deadline: 1.3, kinds: ["memory", "deadline"]),
    Family(coupling: .computeLoad, memory: 1, rate: 2, deadline: 1.05, kinds: ["compute load", "deadline"]),
    Family(coupling: .linkLoad, memory: 1, rate: 6, deadline: 1.05, kinds: ["link load", "deadline"]),
    Family(coupling: .together, memory: 0.6, rate: 4, deadline: 1.2, kinds: ["memory"]),
  ]

  @Test(arguments: families)
  func isMinimalAndItsShortfallsAreExact(_ family: Family) async throws {
    var conflicts = 0
    var kinds: Set<String> = []
    for seed in UInt64(0)..<3000 where conflicts < 12 {
      let instance = Instance.random(seed: seed, family.coupling).tightened(family)
      if instance.simpleReason != nil || BruteForce(instance.weightless).optimum() != nil { continue }
      conflicts += 1
      let found = try await FoundConflict(instance)
      kinds.formUnion(found.conflict.rows.map(\.family.name))
      check(found, of: instance, "\(family.coupling) seed \(seed): \(found.text)")
    }
    #expect(conflicts >= 8, "\(family.coupling): only \(conflicts) conflicts")
    #expect(kinds.isSuperset(of: family.kinds), "\(family.coupling): conflicts of \(kinds) alone")
  }

  /// Memory times a factor, near what is needed of it.
  private static let machines: [(family: MachineFamily, memory: Double)] = [
    (.sharedWeights, 0.7), (.peaks, 0.7), (.parts, 0.7), (.relays, 1), (.together, 0.8),
  ]

  @Test(arguments: machines.map(\.family))
  func thoseOfMachinesAreAsWell(_ family: MachineFamily) async throws {
    let memory = Self.machines.first { $0.family == family }?.memory ?? 1
    var conflicts = 0
    for seed in UInt64(0)..<2000 where conflicts < 10 {
      let instance = Instance.machines(family, seed: seed).tightened(
        Family(coupling: .memory, memory: memory, rate: 1, deadline: 1.3, kinds: []))
      if instance.placeCount > 6 { continue }
      if instance.simpleReason != nil || BruteForce(instance.weightless).optimum() != nil { continue }
      conflicts += 1
      let found = try await FoundConflict(instance)
      check(found, of: instance, "\(family) seed \(seed): \(found.text)")
    }
    #expect(conflicts >= 4 || family == .relays, "\(family): only \(conflicts) conflicts")
  }

  private func check(_ found: FoundConflict, of instance: Instance, _ context: String) {
    let rows = found.conflict.rows
    #expect(found.conflict.isMinimal, "\(context)")
    #expect(!hasPlan(instance, rows), "\(context): a plan keeps them all")
    for row in rows {
      #expect(hasPlan(instance, rows.filter { $0 != row }), "\(context): \(row) could be spared")
    }
    #expect(found.shortfalls.map(\.row) == rows, "\(context)")
    for shortfall in found.shortfalls {
      #expect(shortfall.isLeast, "\(context): \(shortfall)")
      #expect(
        hasPlan(instance, rows, shortfall.row, shortfall.enough), "\(context): \(shortfall) is not enough")
      #expect(
        !hasPlan(instance, rows, shortfall.row, shortfall.enough * (1 - 1e-5)),
        "\(context): \(shortfall): less will do")
    }
  }

  /// Whether enumeration finds a plan that keeps `rows`, one of them with another limit.
  private func hasPlan(
    _ instance: Instance, _ rows: [CouplingConstraint], _ relaxed: CouplingConstraint? = nil,
    _ limit: Double = 0
  ) -> Bool {
    let stated = BruteForce.Limits(instance)
    var limits = BruteForce.Limits.none(for: instance)
    for row in rows {
      switch row {
      case .memory(let node): limits.memory[node] = row == relaxed ? limit : stated.memory[node]
      case .computeLoad(let node): limits.load[node] = row == relaxed ? limit : stated.load[node]
      case .linkLoad(let link): limits.bits[link] = row == relaxed ? limit : stated.bits[link]
      case .deadline(let job): limits.deadline[job] = row == relaxed ? limit : stated.deadline[job]
      }
    }
    return BruteForce(instance.weightless, limits: limits).optimum() != nil
  }
}

extension Instance {
  /// Less memory, higher rates, and deadlines a little above the shortest latency of each job.
  fileprivate func tightened(_ family: RandomConflictTests.Family) -> Instance {
    var tight = tightened(memory: family.memory, rate: family.rate)
    for job in jobs.indices { tight.jobs[job].deadline = nil }
    guard let latencies = try? ShortestPaths(tight).latencies else { return tight }
    for job in jobs.indices where latencies[job] > 0 && latencies[job] < .infinity {
      tight.jobs[job].deadline = family.deadline.map { $0 * latencies[job] }
    }
    return tight
  }
}
