import Conformance
import LayerRoute
import TestSupport
import Testing

/// The kind and its formulations do what all must do.
@Suite struct ConformanceTests {
  private static func samples(_ seeds: Range<Int>) -> [ConformanceSample<BatchingProblem>] {
    seeds.map { ConformanceSample("seed \($0)", .random(seed: $0, users: 6)) }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func theKindConforms() async throws {
    let conformance = KindConformance(Kinds.batching, optimum: { 0 - $0.enumeratedOptimum() })
    try await conformance.check(Self.samples(0..<60), solvers: Solvers.all)
  }

  @Test(arguments: ["selection", "layered"])
  func modelsAndPointsConform(_ name: String) async throws {
    let counts = try await conformance(name).check(Self.samples(0..<150), solvers: [])
    #expect(counts.points > 100, "\(counts)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: ["selection", "layered"])
  func optimaConform(_ name: String) async throws {
    let solver = try #require(Solvers.all.last)
    try await conformance(name).check(Self.samples(0..<30), solvers: [solver])
  }

  @Test(arguments: ["selection", "layered"])
  func samplesAreTheModelsOfTheExample(_ name: String) async throws {
    let example = PackageFolder.url.appending(path: "docs/examples/batching/cell.yaml")
    let sample = PackageFolder.url.appending(path: "formulations/batching/\(name)/samples/cell.lp")
    let instance = try BatchingProblem.instance(from: Document.read(file: example.path))
    try await conformance(name).checkSample(of: instance, String(contentsOf: sample, encoding: .utf8))
  }

  private func conformance(_ name: String) throws -> FormulationConformance<BatchingProblem> {
    FormulationConformance(
      Kinds.batching, try Kinds.batching.formulation(named: name),
      // Users of no value are left out.
      isSame: { decoded, plan in zip(decoded.exits, plan.exits).allSatisfy { $0 == nil || $1 != nil } },
      optimum: { 0 - $0.enumeratedOptimum() })
  }
}
