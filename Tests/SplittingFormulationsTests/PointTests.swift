import LayerRoute
import Splitting
import SplittingAlgorithms
import SplittingChecking
import SplittingFormulations
import TestSupport
import Testing

/// The way from plans to points of the models, and back.
@Suite struct PointTests {
  @Test(arguments: Coupling.allCases)
  func aPlanIsAFeasiblePointOfItsValue(_ coupling: Coupling) throws {
    var checked = 0
    for seed in UInt64(0)..<60 {
      let instance = Instance.random(seed: seed, coupling)
      guard let known = ResidualRouting(instance).bestPlan() else { continue }
      let problem = try SplittingChoices(instance)
      for formulation in Kinds.splitting.formulations where formulation.refusal(of: instance) == nil {
        for problem in [problem, problem.limited(to: known.cost)] {
          let context = "\(formulation.name), \(coupling) seed \(seed): \(instance.json())"
          let encoding = try formulation.encodeSplitting(problem)
          let point = try #require(encoding.point(known.plan), "\(context)")
          #expect(encoding.model.violation(at: point, tolerance: 1e-9) == nil, "\(context)")
          let model = encoding.scaledModel
          let value = model.objectiveValue(at: point) * model.objectiveScale
          #expect(abs(value - known.cost) <= 1e-6 * known.cost, "\(context): \(value), not \(known.cost)")
          let decoded = try #require(encoding.decode(point), "\(context)")
          #expect(decoded.jobs.map(\.hosts) == known.plan.jobs.map(\.hosts), "\(context)")
          let again = Evaluator(instance).evaluate(decoded).objective(instance.options.objective)
          #expect(agree(again, known.cost) || again < known.cost, "\(context)")
          checked += 1
        }
      }
    }
    #expect(checked > 100)
  }

  @Test(arguments: Coupling.allCases)
  func aPlanIsAFeasiblePointOfALimitToTheHostsThatItKeeps(_ coupling: Coupling) throws {
    var (kept, broken) = (0, 0)
    for seed in UInt64(0)..<60 {
      let instance = Instance.random(seed: seed, coupling)
      guard let plan = ResidualRouting(instance).bestPlan()?.plan, !plan.hosts.isEmpty else { continue }
      for formulation in Kinds.splitting.formulations where formulation.refusal(of: instance) == nil {
        for limit in 1...3 {
          let context = "\(formulation.name), limit \(limit), \(coupling) seed \(seed): \(instance.json())"
          let encoding = try formulation.encodeSplitting(try SplittingChoices(instance.limited(toHosts: limit)))
          let point = try #require(encoding.point(plan), "\(context)")
          let keepsLimit = plan.hosts.count <= limit
          #expect((encoding.model.violation(at: point, tolerance: 1e-9) == nil) == keepsLimit, "\(context)")
          if keepsLimit { kept += 1 } else { broken += 1 }
        }
      }
    }
    #expect(kept > 50 && broken > 10, "\(kept) kept, \(broken) broken")
  }

  @Test func aPlanThatUsesWhatWasLeftOutHasNoPoint() throws {
    // On the edge server the second layer takes 50 ms in all, on the camera 132 ms.
    var instance = Instance.contractExample()
    instance.jobs[0].deadline = nil
    let onCamera = Plan(jobs: [JobPlan(hosts: [0, 0], routes: [[0], [0], [0]])])
    let problem = try SplittingChoices(instance)
    for formulation in Kinds.splitting.formulations {
      #expect(try formulation.encodeSplitting(problem).point(onCamera) != nil, "\(formulation.name)")
      #expect(try formulation.encodeSplitting(problem.limited(to: 0.1)).point(onCamera) == nil, "\(formulation.name)")
    }
  }
}
