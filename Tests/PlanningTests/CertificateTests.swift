import Problems
import Splitting
import TestSupport
import Testing

/// Plans come with certificates that prove bounds, and nothing that was changed in them goes unnoticed.
@Suite struct CertificateTests {
  @Test(arguments: Coupling.allCases)
  func everyCertificateIsVerified(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<12 {
      for kind in ObjectiveKind.allCases {
        let instance = Instance.random(seed: seed, coupling)
        let context = "\(coupling) seed \(seed), \(kind)"
        let request = Planner.Request(objective: kind, certificate: true)
        guard let answer = try? await Planner().solve(instance, request),
          let objective = answer.document.objective
        else { continue }
        let certificate = try #require(answer.document.certificate, "\(context)")
        #expect(certificate.bound <= objective.value * (1 + 1e-9), "\(context)")
        let check = PlanCheck(answer.document, of: instance)
        #expect(check.findings.isEmpty, "\(context): \(check.findings)")
        #expect(check.provenBound == certificate.bound, "\(context)")
        // Nothing couples: the proof is complete.
        if coupling == .none {
          #expect(certificate.bound >= objective.value * (1 - 1e-9), "\(context): \(certificate.bound)")
        }
        let copy = try PlanDocument.parse(Array(answer.document.json().utf8))
        #expect(copy == answer.document, "\(context)")
      }
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func dualsProveTheRootBound() async throws {
    let instance = Instance.demo()
    let answer = try await Planner().solve(
      instance, Planner.Request(backend: Backends.built[0], certificate: true))
    let certificate = try #require(answer.document.certificate)
    // `layerroute compare` shows 236.57 ms as the root bound of layered.
    #expect(abs(certificate.bound - 0.23657) < 1e-4, "\(certificate.bound)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func tamperedCertificatesFail() async throws {
    var tampered = 0
    for seed in UInt64(0)..<30 {
      let instance = Instance.random(seed: seed, .memory)
      guard var document = try? await Planner().solve(instance, Planner.Request(certificate: true)).document,
        let certificate = document.certificate, certificate.bound > 0
      else { continue }
      document.certificate?.bound *= 1 + 1e-7
      #expect(!PlanCheck(document, of: instance).findings.isEmpty, "seed \(seed)")
      document.certificate = certificate
      guard case .multipliers(var multipliers) = certificate.proof else { continue }
      tampered += 1
      multipliers.computeLoad = [.init(node: instance.network.nodes[0].id, value: certificate.bound)]
      document.certificate?.proof = .multipliers(multipliers)
      #expect(!PlanCheck(document, of: instance).findings.isEmpty, "seed \(seed)")
    }
    #expect(tampered > 3, "\(tampered)")
  }
}
