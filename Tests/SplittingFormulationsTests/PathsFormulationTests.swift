import Foundation
import LayerRoute
import LinearModels
import Planning
import Problems
import Splitting
import SplittingAlgorithms
import SplittingChecking
import SplittingFormulations
import TestSupport
import Testing

/// The model of the paths that prove an optimum has this optimum.
@Suite(
  .enabled(if: !Backends.built.filter(["cbc", "glpk", "highs"].contains).isEmpty, "needs LP sessions"))
struct PathsFormulationTests {
  @Test(arguments: SampleFamily.allCases)
  func exportsHaveTheOptimumOfEnumeration(_ family: SampleFamily) async throws {
    var (compared, refused) = (0, 0)
    for seed in UInt64(0)..<15 {
      let instance = family.instance(seed: seed)
      let context = "\(family) seed \(seed): \(instance.json())"
      guard let expected = BruteForce(instance).optimum() else {
        await #expect(throws: PlanningError.self, "\(context)") {
          try await Kinds.splitting.model(of: instance, formulation: "paths")
        }
        refused += 1
        continue
      }
      let model = try await Kinds.splitting.model(of: instance, formulation: "paths")
      let value = try await Solvers.value(model)
      #expect(agree(value ?? .nan, expected), "\(context): \(value ?? .nan), enumeration \(expected)")
      compared += 1
    }
    #expect(compared > 3, "\(family): \(compared), \(refused) without a plan")
  }

  /// The points of plans are feasible and worth what the plans cost, and stand for them.
  @Test(arguments: SampleFamily.allCases)
  func plansAreFeasiblePoints(_ family: SampleFamily) throws {
    var compared = 0
    for seed in UInt64(0)..<25 {
      let instance = family.instance(seed: seed)
      guard let known = ResidualRouting(instance).outcome().plan else { continue }
      let shortest = try ShortestPaths(instance).plan
      let paths = instance.jobs.indices.map { job in
        [known.plan.jobs[job], shortest?.jobs[job]].compactMap(\.self)
      }
      let context = "\(family) seed \(seed): \(instance.json())"
      let encoding = try PathsFormulation(paths).encoding(of: SplittingChoices(instance))
      let point = try #require(encoding.point(known.plan), "\(context)")
      #expect(encoding.model.violation(at: point, tolerance: 1e-9) == nil, "\(context)")
      #expect(agree(encoding.model.objectiveValue(at: point), known.cost), "\(context)")
      #expect(encoding.decode(point) == known.plan, "\(context)")
      compared += 1
    }
    #expect(compared > 8, "\(family): \(compared)")
  }

  @Test func theSampleIsWhatIsExported() async throws {
    let example = PackageFolder.url.appending(path: "docs/examples/camera.yaml")
    let sample = PackageFolder.url.appending(path: "formulations/splitting/paths/samples/camera.lp")
    let model = try await Kinds.splitting.model(
      of: Instance.read(file: example.path), formulation: "paths")
    #expect(try model.lpText() == String(contentsOf: sample, encoding: .utf8))
  }

  @Test func itIsSolvedByItsOwnMethodAlone() async throws {
    let instance = Instance.contractExample()
    let answer = try await Kinds.splitting.solve(instance, SolveRequest(formulation: "paths"))
    #expect(answer.file.status == .optimal)
    await #expect {
      try await Kinds.splitting.solve(instance, SolveRequest(formulation: "paths", backend: "cbc"))
    } throws: {
      "\($0)".contains("its own method")
    }
  }
}
