import Conformance
import LayerRoute
import TestSupport
import Testing

/// Every method and formulation reaches the optimum by enumeration.
@Suite(.enabled(if: Backends.areThere, "needs a backend"))
struct CoordinationKindTests {
  typealias Sample = ConformanceSample<CoordinationProblem>

  private static func samples(_ seeds: Range<UInt64>) -> [Sample] {
    CoordinationTrait.allCases.flatMap { trait in
      PathOption.allCases.flatMap { option in
        seeds.map { Sample("\(trait) \(option) seed \($0)", .random(trait, option, seed: $0)) }
      }
    }
  }

  private static var solvers: [any ModelSolver] {
    WorkerBackend.all.filter { Backends.built.contains($0.name) }
  }

  @Test func theKindConforms() async throws {
    try await KindConformance(
      Kinds.coordination, optimum: { 0 - CoordinationEnumeration($0).optimum() }
    ).check(Self.samples(0..<4), solvers: Self.solvers)
  }

  @Test(arguments: Kinds.coordination.formulations.map(\.name))
  func formulationsConform(_ name: String) async throws {
    let formulation = try Kinds.coordination.formulation(named: name)
    let counts = try await FormulationConformance(
      Kinds.coordination, formulation, optimum: { 0 - CoordinationEnumeration($0).optimum() }
    ).check(Self.samples(0..<3), solvers: Self.solvers)
    #expect((counts.refused > 0) == (name == "layered"))
  }

  /// `native` on hundreds more.
  @Test(arguments: CoordinationTrait.allCases)
  func nativeReachesTheOptimum(_ trait: CoordinationTrait) async throws {
    for option in PathOption.allCases {
      for seed in UInt64(100)..<130 {
        let instance = CoordinationInstance.random(trait, option, seed: seed)
        let answer = try await Kinds.coordination.solve(instance, SolveRequest(method: "native"))
        let optimum = CoordinationEnumeration(instance).optimum()
        #expect(answer.file.status == .optimal, "\(trait) \(option) seed \(seed)")
        #expect(
          abs(-answer.cost - optimum) <= 1e-6 * optimum,
          "\(trait) \(option) seed \(seed): \(-answer.cost), \(optimum)")
        #expect(
          -answer.bound >= optimum * (1 - 1e-9), "\(trait) \(option) seed \(seed): bound \(-answer.bound)")
      }
    }
  }
}
