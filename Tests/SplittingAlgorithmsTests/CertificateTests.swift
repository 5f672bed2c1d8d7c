import LayerRoute
import Planning
import Splitting
import TestSupport
import Testing

/// Plans come with certificates that prove bounds, and nothing that was changed in them goes unnoticed.
@Suite struct CertificateTests {
  @Test(arguments: Coupling.allCases)
  func everyCertificateIsVerified(_ coupling: Coupling) async throws {
    var compared = 0
    for seed in UInt64(0)..<12 {
      for kind in ObjectiveKind.allCases {
        let instance = Instance.random(seed: seed, coupling)
        let context = "\(coupling) seed \(seed), \(kind)"
        let request = SolveRequest(objective: kind.rawValue, certificate: true)
        guard let answer = try? await Kinds.splitting.solve(instance, request),
          let objective = answer.file.objective
        else { continue }
        let certificate = try #require(try answer.file.readCertificate(), "\(context)")
        #expect(certificate.bound <= objective.value * (1 + 1e-9), "\(context)")
        let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
        #expect(check.findings.isEmpty, "\(context): \(check.findings)")
        #expect(check.provenBound == certificate.bound, "\(context)")
        // Nothing couples: the proof is complete.
        if coupling == .none {
          #expect(certificate.bound >= objective.value * (1 - 1e-9), "\(context): \(certificate.bound)")
        }
        // Reading loses nothing.
        var copy = answer.file
        copy.certificate = certificate.jsonValue
        #expect(copy.json() == answer.file.json(), "\(context)")
        compared += 1
      }
    }
    #expect(compared > 5, "\(compared)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func dualsProveTheRootBound() async throws {
    let instance = Instance.demo()
    let answer = try await Kinds.splitting.solve(
      instance, SolveRequest(backend: Backends.built[0], certificate: true))
    let certificate = try #require(try answer.file.readCertificate())
    // `layerroute compare` shows 236.57 ms as the root bound of layered.
    #expect(abs(certificate.bound - 0.23657) < 1e-4, "\(certificate.bound)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func tamperedCertificatesFail() async throws {
    var tampered = 0
    for seed in UInt64(0)..<30 {
      let instance = Instance.random(seed: seed, .memory)
      guard var answer = try? await Kinds.splitting.solve(instance, SolveRequest(certificate: true)),
        let certificate = try answer.file.readCertificate(), certificate.bound > 0
      else { continue }
      var forged = certificate
      forged.bound *= 1 + 1e-7
      answer.file.certificate = forged.jsonValue
      #expect(try !answer.findings.isEmpty, "seed \(seed)")
      guard case .multipliers(var multipliers) = certificate.proof else { continue }
      tampered += 1
      multipliers.computeLoad = [.init([instance.network.nodes[0].id], value: certificate.bound)]
      answer.file.certificate =
        Certificate(bound: certificate.bound, proof: .multipliers(multipliers)).jsonValue
      #expect(try !answer.findings.isEmpty, "seed \(seed)")
    }
    #expect(tampered > 3, "\(tampered)")
  }
}
