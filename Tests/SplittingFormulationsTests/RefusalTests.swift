import LayerRoute
import Splitting
import TestSupport
import Testing

/// The forms whose routes are fixed beforehand refuse what they cannot express, and nothing else is refused.
@Suite struct RefusalTests {
  private static let fixedRoutes = ["assignment", "assignment-tight"]

  @Test(arguments: Coupling.allCases)
  func onlyLinkLoadThatCouldBindIsRefused(_ coupling: Coupling) {
    var refused = 0
    for seed in UInt64(0)..<100 {
      let instance = Instance.random(seed: seed, coupling)
      for formulation in Kinds.splitting.formulations {
        let isRefused = formulation.refusal(of: instance) != nil
        let isExpected = Self.fixedRoutes.contains(formulation.name) && linkLoadCouldBind(instance)
        #expect(isRefused == isExpected, "\(formulation.name), \(coupling) seed \(seed)")
        refused += isRefused ? 1 : 0
      }
    }
    if coupling == .linkLoad { #expect(refused > 0) }
  }

  private func linkLoadCouldBind(_ instance: Instance) -> Bool {
    var bits = 0.0
    for job in instance.jobs {
      for size in [instance.dnns[job.dnn].input] + instance.dnns[job.dnn].layers.map(\.output) {
        bits += 8 * job.rate * size
      }
    }
    return instance.network.links.contains { bits > $0.bandwidth * 1.000001 }
  }

  @Test(arguments: [(0.0, false), (0.9e-6, false), (1.1e-6, true), (0.5, true)])
  func aSumUpToTheBandwidthIsAccepted(_ excess: Double, _ isRefused: Bool) throws {
    var instance = Instance.contractExample()
    // Three stages of 806112 B in all, ten times a second, and a second job that doubles them.
    instance.jobs.append(instance.jobs[0])
    instance.jobs[1].id = "other"
    instance.network.links[3].bandwidth = 2 * 10 * 8 * 806_112 / (1 + excess)
    for formulation in Kinds.splitting.formulations {
      let reason = formulation.refusal(of: instance)
      #expect((reason != nil) == (isRefused && Self.fixedRoutes.contains(formulation.name)))
      guard let reason else { continue }
      for word in ["\"edge\"", "\"switch\"", "layered"] { #expect(reason.contains(word), "\(reason)") }
    }
  }
}
