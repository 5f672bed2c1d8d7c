import LayerRoute
import LinearModels
import Solvers
import Splitting
import SplittingAlgorithms
import SplittingFormulations
import TestSupport
import Testing

/// What is left out is never needed, and the relaxation of `layered` is the shortest path.
@Suite(.enabled(if: Solvers.first != nil, "needs a backend")) struct PruningTests {
  @Test(arguments: Coupling.allCases)
  func theOptimumStaysWhenDearerPlansAreLeftOut(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<25 {
      let instance = Instance.random(seed: seed, coupling)
      let optimum = BruteForce(instance).optimum()
      for formulation in Kinds.splitting.formulations where formulation.refusal(of: instance) == nil {
        let context = "\(formulation.name), \(coupling) seed \(seed)"
        let complete = try SplittingChoices(instance)
        let problem = optimum.map { complete.limited(to: $0) } ?? complete
        guard problem.lowerBound < .infinity else {
          #expect(optimum == nil, "\(context)")
          continue
        }
        let model = try formulation.encodeSplitting(problem).scaledModel
        let value = try await Solvers.value(model)
        #expect((value == nil) == (optimum == nil), "\(context): \(value as Any)")
        guard let value, let optimum else { continue }
        #expect(near(value, optimum, model), "\(context): \(value), not \(optimum)")
      }
    }
  }

  @Test func theProblemIsCompleteOnlyWhereNothingIsLeftOut() throws {
    for coupling in Coupling.allCases {
      for seed in UInt64(0)..<40 {
        let problem = try SplittingChoices(Instance.random(seed: seed, coupling))
        #expect(problem.isComplete)
        guard problem.lowerBound < .infinity else { continue }
        for factor in [1, 1.5, 10, 1e3, 1e6] {
          let limited = problem.limited(to: factor * problem.lowerBound)
          guard limited.isComplete else { continue }
          #expect(limited.jobs.map(\.hosts) == problem.jobs.map(\.hosts), "\(coupling) seed \(seed)")
          for (kept, all) in zip(limited.jobs, problem.jobs) {
            for stage in 0...all.graph.layerCount {
              let links = (kept.keptArcs(ofStage: stage), all.keptArcs(ofStage: stage))
              #expect(links.0.map(\.link) == links.1.map(\.link), "\(coupling) seed \(seed)")
            }
          }
        }
      }
    }
  }

  @Test(arguments: [Coupling.none, .hosts, .times])
  func withoutCouplingTheRelaxationOfLayeredIsTheShortestPath(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<40 {
      let instance = Instance.random(seed: seed, coupling)
      let problem = try SplittingChoices(instance)
      guard problem.lowerBound < .infinity else { continue }
      let paths = try ShortestPaths(instance).latencies
      let weighted = zip(instance.jobs, paths).map { $0.weight * $1 }
      let expected =
        instance.options.objective == .total ? weighted.reduce(0, +) : weighted.max() ?? 0
      let model = try LayeredFormulation().encode(problem).scaledModel
      let value = try #require(try await Solvers.value(model.relaxed()), "\(coupling) seed \(seed)")
      #expect(near(value, expected, model), "\(coupling) seed \(seed): \(value), not \(expected)")
    }
  }

  private func near(_ value: Double, _ expected: Double, _ model: CompiledModel) -> Bool {
    agree(value, expected) || abs(value - expected) <= 1e-8 * model.objectiveScale
  }
}

/// A backend to solve with, whichever the package's traits build.
enum Solvers {
  static var first: WorkerBackend? {
    #if GLPK
      .glpk
    #elseif CBC
      .cbc
    #else
      nil
    #endif
  }

  /// The optimum in seconds; `nil` where the model is infeasible.
  static func value(_ model: CompiledModel) async throws -> Double? {
    let solver = try #require(first)
    let solution = try await solver.solve(model)
    switch solution.termination {
    case .optimal: return try #require(solution.objective) * model.objectiveScale
    case .infeasible: return nil
    default:
      Issue.record("the solve ended with \(solution.termination)")
      return nil
    }
  }
}
