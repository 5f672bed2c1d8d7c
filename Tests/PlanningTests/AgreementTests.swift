import GLPKBackend
import LinearModels
import Solvers
import Splitting
import TestSupport
import Testing

/// GLPK in this process, the others in workers: both ways to a library are tested.
private let agreement = Agreement(
  WorkerBackend.all.map { $0.name == "glpk" ? InProcess(GLPKBackend()) : $0 })

/// Every way to the optimum reaches what enumeration finds.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct AgreementTests {
  @Test(arguments: Coupling.allCases)
  func everyPlannerReachesTheOptimumOfEnumeration(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<60 {
      let instance = Instance.random(seed: seed, coupling)
      try await agreement.check(instance, "\(coupling) seed \(seed)", turn: seed)
    }
  }

  @Test(arguments: [1e-6, 1e-3, 1e4])
  func theUnitsOfTimeDoNotMatter(_ factor: Double) async throws {
    for coupling in Coupling.allCases {
      for seed in UInt64(0)..<8 {
        let instance = Instance.random(seed: seed, coupling).slowed(by: factor)
        try await agreement.check(instance, "\(coupling) seed \(seed), slowed by \(factor)", turn: seed)
      }
    }
  }
}

extension Instance {
  /// The same instance on machines and links that are `factor` times slower.
  fileprivate func slowed(by factor: Double) -> Instance {
    var slowed = self
    for node in slowed.network.nodes.indices { slowed.network.nodes[node].compute /= factor }
    for link in slowed.network.links.indices {
      slowed.network.links[link].bandwidth /= factor
      slowed.network.links[link].latency *= factor
    }
    for dnn in slowed.dnns.indices {
      for layer in slowed.dnns[dnn].layers.indices {
        for time in slowed.dnns[dnn].layers[layer].times.indices {
          slowed.dnns[dnn].layers[layer].times[time].seconds *= factor
        }
      }
    }
    for job in slowed.jobs.indices {
      slowed.jobs[job].rate /= factor
      slowed.jobs[job].deadline = slowed.jobs[job].deadline.map { $0 * factor }
    }
    return slowed
  }
}
