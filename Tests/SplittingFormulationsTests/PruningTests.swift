import LinearModels
import Splitting
import SplittingAlgorithms
import SplittingFormulations
import TestSupport
import Testing

/// What is left out, and the relaxation of `layered`, which is the shortest path. That nothing is left out that an optimum
/// needs is a part of conformance.
@Suite struct PruningTests {
  @Test func choicesAreCompleteOnlyIfNothingIsLeftOut() throws {
    var (complete, incomplete) = (0, 0)
    for family in SampleFamily.allCases {
      for seed in UInt64(0)..<40 {
        let choices = try SplittingChoices(family.instance(seed: seed))
        #expect(choices.isComplete)
        guard choices.lowerBound < .infinity else { continue }
        for factor in [1, 1.5, 10, 1e3, 1e6] {
          let limited = choices.limited(to: factor * choices.lowerBound)
          guard limited.isComplete else {
            incomplete += 1
            continue
          }
          complete += 1
          #expect(limited.jobs.map(\.hosts) == choices.jobs.map(\.hosts), "\(family) seed \(seed)")
          for (kept, all) in zip(limited.jobs, choices.jobs) {
            for stage in 0...all.graph.layerCount {
              let links = (kept.keptArcs(ofStage: stage), all.keptArcs(ofStage: stage))
              #expect(links.0.map(\.link) == links.1.map(\.link), "\(family) seed \(seed)")
            }
          }
        }
      }
    }
    #expect(complete > 100 && incomplete > 100, "\(complete) complete, \(incomplete) not")
  }

  @Test(
    .enabled(if: Solvers.first != nil, "needs a backend"),
    arguments: [
      SampleFamily.coupled(.none), .coupled(.hosts), .coupled(.times), .machines(.relays),
      .machines(.bandwidths),
    ])
  func withoutCouplingTheRelaxationOfLayeredIsTheShortestPath(_ family: SampleFamily) async throws {
    var checked = 0
    for seed in UInt64(0)..<40 {
      let instance = family.instance(seed: seed)
      let choices = try SplittingChoices(instance)
      guard choices.lowerBound < .infinity else { continue }
      let paths = try ShortestPaths(instance).latencies
      let weighted = zip(instance.jobs, paths).map { $0.weight * $1 }
      let expected =
        instance.options.objective == .total ? weighted.reduce(0, +) : weighted.max() ?? 0
      let model = try LayeredFormulation().encode(choices).scaledModel
      let value = try #require(try await Solvers.value(model.relaxed()), "\(family) seed \(seed)")
      #expect(near(value, expected, model), "\(family) seed \(seed): \(value), not \(expected)")
      checked += 1
    }
    #expect(checked > 20, "\(checked)")
  }

  private func near(_ value: Double, _ expected: Double, _ model: CompiledModel) -> Bool {
    agree(value, expected) || abs(value - expected) <= 1e-8 * model.objectiveScale
  }
}
