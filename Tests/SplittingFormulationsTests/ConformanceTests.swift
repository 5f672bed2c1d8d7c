import Conformance
import LayerRoute
import Splitting
import TestSupport
import Testing

/// Every formulation does what formulations must do. PlanningTests do the rest: every instance with every backend.
@Suite struct ConformanceTests {
  static let formulations = Kinds.splitting.formulations.map(\.name)

  /// Models and points, without a backend.
  @Test(arguments: formulations)
  func modelsAndPointsConform(_ name: String) async throws {
    let samples = Self.samples(coupled: 0..<60, machines: 0..<60)
    let counts = try await conformance(name).check(samples, solvers: [])
    #expect(counts.points > 600, "\(counts)")
  }

  /// The same for pipelines, whose models are of loads.
  @Test(arguments: formulations)
  func modelsAndPointsOfPipelinesConform(_ name: String) async throws {
    try await conformance(name).check(Self.pipelines(0..<60), solvers: [])
  }

  @Test(.enabled(if: Solvers.first != nil, "needs a backend"), arguments: formulations)
  func optimaOfPipelinesConform(_ name: String) async throws {
    let solvers = WorkerBackend.all.filter { Backends.built.contains($0.name) }
    for (index, solver) in solvers.enumerated() {
      let seeds = UInt64(4 * index)..<UInt64(4 * index + 4)
      try await conformance(name).check(Self.pipelines(seeds), solvers: [solver])
    }
  }

  @Test(.enabled(if: Solvers.first != nil, "needs a backend"), arguments: formulations)
  func optimaConform(_ name: String) async throws {
    let solver = try #require(Solvers.first)
    try await conformance(name).check(Self.samples(coupled: 0..<10, machines: 0..<5), solvers: [solver])
  }

  /// The samples beside the mathematics are what `export` writes.
  @Test(arguments: formulations)
  func samplesAreTheModelsOfTheExample(_ name: String) async throws {
    let example = PackageFolder.url.appending(path: "docs/examples/camera.yaml")
    let sample = PackageFolder.url.appending(path: "formulations/splitting/\(name)/samples/camera.lp")
    let text = try String(contentsOf: sample, encoding: .utf8)
    try await conformance(name).checkSample(of: Instance.read(file: example.path), text)
  }

  private func conformance(_ name: String) throws -> FormulationConformance<SplittingProblem> {
    FormulationConformance(
      Kinds.splitting, try Kinds.splitting.formulation(named: name),
      // Routes that are fixed beforehand may be better than the plan's.
      isSame: { $0.jobs.map(\.hosts) == $1.jobs.map(\.hosts) },
      optimum: { BruteForce($0).optimum() })
  }

  private static func pipelines(_ seeds: Range<UInt64>) -> [ConformanceSample<SplittingProblem>] {
    PipelineFamily.allCases.flatMap { family in
      seeds.map { ConformanceSample("\(family) seed \($0)", Instance.pipeline(family, seed: $0)) }
    }
  }

  private static func samples(
    coupled: Range<UInt64>, machines: Range<UInt64>
  ) -> [ConformanceSample<SplittingProblem>] {
    SampleFamily.allCases.flatMap { family in
      (family.describesMachines ? machines : coupled).map {
        ConformanceSample("\(family) seed \($0)", family.instance(seed: $0))
      }
    }
  }
}
