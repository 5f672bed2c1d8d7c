import LayerRoute
import TestSupport
import Testing

/// The texts of plans for people.
@Suite struct PlanTextTests {
  /// What hosts hold, as far as it does not simply add up.
  @Test func whatHostsHoldIsShownInItsParts() {
    var instance = Instance.contractExample()
    instance.jobs.append(instance.jobs[0])
    instance.jobs[1].id = "again"
    let plan = Plan(jobs: [.contractExample, .contractExample])
    #expect(!Kinds.splitting.text(plan, instance).contains("memory of"))
    instance.dnns[0].layers[0].activations = 2e6
    instance.dnns[0].layers[1].weights = 75e6
    let text = Kinds.splitting.text(plan, instance)
    #expect(
      text.hasSuffix(
        """

          memory of     holds       has  for
          camera     4.186 MB  536.9 MB  activations 4 MB, memory 186 kB
          edge         107 MB  no limit  weights 75 MB, memory 32 MB

        """), "\(text)")
  }
}
