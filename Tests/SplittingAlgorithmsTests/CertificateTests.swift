import Foundations
import LayerRoute
import Planning
import Solvers
import Splitting
import SplittingChecking
import SplittingFormulations
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Plans come with certificates that prove bounds, and nothing that was changed in them goes unnoticed.
@Suite struct CertificateTests {
  @Test(arguments: Coupling.allCases)
  func everyCertificateIsVerified(_ coupling: Coupling) async throws {
    let instances = (UInt64(0)..<12).map {
      ("\(coupling) seed \($0)", Instance.random(seed: $0, coupling))
    }
    #expect(try await verify(instances, isComplete: coupling == .none) > 5)
  }

  @Test(arguments: MachineFamily.allCases)
  func thoseOfMachinesAreAsWell(_ family: MachineFamily) async throws {
    let instances = (UInt64(0)..<24).map { ("\(family) seed \($0)", Instance.machines(family, seed: $0)) }
    #expect(try await verify(instances, isComplete: false) > 5)
  }

  /// Verifies the certificates of plans, which prove all of their values if they are complete.
  ///
  /// - Returns: how many there were.
  private func verify(_ instances: [(String, Instance)], isComplete: Bool) async throws -> Int {
    var compared = 0
    for (name, instance) in instances {
      for kind in ObjectiveKind.ofLatencies {
        let context = "\(name), \(kind)"
        let request = SolveRequest(objective: kind.rawValue, certificate: true)
        guard let answer = try? await Kinds.splitting.solve(instance, request),
          let objective = answer.file.objective
        else { continue }
        let certificate = try #require(try answer.file.readCertificate(), "\(context)")
        #expect(certificate.bound <= objective.value * (1 + 1e-9), "\(context)")
        let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
        #expect(check.findings.isEmpty, "\(context): \(check.findings)")
        #expect(check.provenBound == certificate.bound, "\(context)")
        if isComplete {
          #expect(certificate.bound >= objective.value * (1 - 1e-9), "\(context): \(certificate.bound)")
        }
        // Reading loses nothing.
        var copy = answer.file
        copy.certificate = certificate.jsonValue
        #expect(copy.json() == answer.file.json(), "\(context)")
        compared += 1
      }
    }
    return compared
  }

  /// The duals of the relaxation prove its optimum, those of what nodes hold included.
  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: MachineFamily.allCases)
  func dualsProveTheRelaxation(_ family: MachineFamily) async throws {
    let solver = try #require(WorkerBackend.all.first { Backends.built.contains($0.name) })
    var (compared, holding, peaks) = (0, 0, 0)
    // Prices of weights and peaks are rare.
    let seeds: UInt64 = [.sharedWeights, .peaks, .parts].contains(family) ? 60 : 20
    for seed in 0..<seeds {
      let instance = Instance.machines(family, seed: seed)
      guard instance.placeCount <= 6, let optimum = BruteForce(instance).optimum(), optimum > 0 else {
        continue
      }
      let context = "\(family) seed \(seed)"
      // Far above the optimum, so that no choice is left out.
      let known = 20 * optimum
      let relaxation = await LinearRelaxation(
        of: instance, LayeredFormulation(), solver, limitedTo: known, Budget())
      let value = try #require(relaxation?.value, "\(context)")
      let maker = MultiplierCertificate(instance: instance, latencies: try ShortestPaths(instance).latencies)
      let duals = await maker.relaxationDuals(LayeredFormulation(), solver, known: known, Budget())
      let multipliers = try #require(duals, "\(context)")
      let certificate = Certificate(bound: 0, proof: .multipliers(multipliers))
      let check = CertificateCheck(certificate, of: instance, instance.options.objective)
      let proven = try #require(check.provenBound, "\(context): \(check.findings)")
      #expect(proven >= value - 2e-5 * optimum, "\(context): proves \(proven) of \(value), \(multipliers)")
      #expect(proven <= optimum * (1 + 1e-6), "\(context): proves \(proven) of \(optimum)")
      compared += 1
      if !multipliers.holding.isEmpty { holding += 1 }
      if !multipliers.peak.isEmpty { peaks += 1 }
    }
    #expect(compared > 3, "\(compared)")
    if [.sharedWeights, .parts].contains(family) { #expect(holding > 0, "\(holding)") }
    if [.peaks, .parts].contains(family) { #expect(peaks > 2, "\(peaks)") }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func dualsProveTheRootBound() async throws {
    let instance = Instance.demo()
    let answer = try await Kinds.splitting.solve(
      instance, SolveRequest(backend: Backends.built[0], certificate: true))
    let certificate = try #require(try answer.file.readCertificate())
    // `layerroute compare` shows 296.68 ms as the root bound of layered.
    #expect(abs(certificate.bound - 0.29668) < 1e-4, "\(certificate.bound)")
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
