import LayerRoute
import Splitting
import SplittingAlgorithms
import SplittingFormulations
import TestSupport
import Testing

/// Points of plans where a limit to the number of hosts, or to the cost, leaves plans out.
@Suite struct PointTests {
  @Test(arguments: SampleFamily.allCases)
  func aPlanIsAFeasiblePointOfALimitToTheHostsThatItKeeps(_ family: SampleFamily) throws {
    var (kept, broken) = (0, 0)
    for seed in UInt64(0)..<60 {
      let instance = family.instance(seed: seed)
      guard let plan = ResidualRouting(instance).outcome().plan?.plan, !plan.hosts.isEmpty else { continue }
      for formulation in Kinds.splitting.formulations where formulation.refusal(of: instance) == nil {
        for limit in 1...3 {
          let context = "\(formulation.name), limit \(limit), \(family) seed \(seed): \(instance.json())"
          var limited = instance
          limited.hostLimit = limit
          let encoding = try formulation.encoding(of: SplittingChoices(limited))
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
    let choices = try SplittingChoices(instance)
    for formulation in Kinds.splitting.formulations {
      #expect(try formulation.encoding(of: choices).point(onCamera) != nil, "\(formulation.name)")
      #expect(
        try formulation.encoding(of: choices.limited(to: 0.1)).point(onCamera) == nil, "\(formulation.name)")
    }
  }
}
