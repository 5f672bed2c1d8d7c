import Conformance
import LayerRoute
import TestSupport
import Testing

/// The kind, its formulations and its methods do what all must do, against enumeration.
@Suite struct ServingConformanceTests {
  private typealias Sample = ConformanceSample<ServingProblem>

  private static func samples(_ seeds: Range<UInt64>) -> [Sample] {
    seeds.map { Sample("seed \($0)", ServingSamples.instance(seed: $0)) }
  }

  private static func optimum(_ instance: ServingInstance) -> Double? {
    0 - ServingBruteForce(instance).value
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func theKindConforms() async throws {
    let solvers = WorkerBackend.all.filter { Backends.built.contains($0.name) }
    try await KindConformance(Kinds.serving, optimum: { Self.optimum($0) })
      .check(Self.samples(0..<24), solvers: solvers)
  }

  @Test(arguments: Kinds.serving.formulations.map(\.name))
  func modelsAndPointsConform(_ name: String) async throws {
    try await conformance(name).check(Self.samples(100..<220), solvers: [])
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: Kinds.serving.formulations.map(\.name))
  func optimaConform(_ name: String) async throws {
    let solvers = WorkerBackend.all.filter { Backends.built.contains($0.name) }
    for (index, solver) in solvers.enumerated() {
      let seeds = 300 + UInt64(8 * index)..<308 + UInt64(8 * index)
      try await conformance(name).check(Self.samples(seeds), solvers: [solver])
    }
  }

  /// The samples beside the mathematics are what `export` writes.
  @Test(arguments: Kinds.serving.formulations.map(\.name))
  func samplesAreTheModelsOfTheExample(_ name: String) async throws {
    let example = PackageFolder.url.appending(path: "docs/examples/cluster.json")
    let sample = PackageFolder.url.appending(path: "formulations/serving/\(name)/samples/cluster.lp")
    let instance = try ServingProblem.instance(from: Document.read(file: example.path))
    try await conformance(name).checkSample(of: instance, String(contentsOf: sample, encoding: .utf8))
  }

  private func conformance(_ name: String) throws -> FormulationConformance<ServingProblem> {
    FormulationConformance(
      Kinds.serving, try Kinds.serving.formulation(named: name), optimum: { Self.optimum($0) })
  }
}
