import Documents
import Foundations
import LayerRoute
import Networks
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

  /// Three layers of 6 bytes each run best on the edge server, which has room for two: the job must not come back after a
  /// layer on the phone.
  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: [1, 2])
  func jobsThatComeBackAreProved(_ jobCount: Int) async throws {
    func layer(_ memory: Double, phone seconds: Double) -> Layer {
      Layer(
        name: "l", output: 0, memory: memory,
        times: [MeasuredTime(node: 0, seconds: seconds), MeasuredTime(node: 1, seconds: 0)])
    }
    let layers = (0..<5).map { $0 % 2 == 0 ? layer(6, phone: 1) : layer(0, phone: 0.01) }
    let nodes = [Node(id: "phone", compute: 1), Node(id: "edge", compute: 1, memory: 12.5)]
    let instance = Instance(
      network: Network(
        nodes: nodes, links: [(0, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1e9) }),
      dnns: [
        DNN(name: "d", input: 0, layers: layers), DNN(name: "e", input: 0, layers: [layer(1, phone: 0.1)]),
      ],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 0), Job(id: "k", dnn: 1, source: 0, target: 0)]
        .dropLast(2 - jobCount))
    let optimum = try #require(BruteForce(instance).optimum())
    let answer = try await Kinds.splitting.solve(instance, SolveRequest(certificate: true))
    #expect(agree(try #require(answer.file.objective).value, optimum))
    let certificate = try #require(try answer.file.readCertificate())
    guard case .multipliers(var multipliers) = certificate.proof else {
      Issue.record("no multipliers")
      return
    }
    if jobCount == 1 { #expect(agree(certificate.bound, optimum), "\(certificate)") }
    #expect(try answer.findings == [])
    // What is proved needs the claims.
    #expect(!multipliers.paths.isEmpty, "\(multipliers)")
    multipliers.paths = []
    (multipliers.ownMemory, multipliers.ownComputeLoad, multipliers.ownDeadline) = ([], [], [])
    let check = CertificateCheck(
      Certificate(bound: certificate.bound, proof: .multipliers(multipliers)), of: instance, .total)
    #expect(!check.findings.isEmpty)
  }

  /// Two streams of one DNN, whose weights the server holds once: cuts of their blocks prove the optimum.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func cutsProveTheStreamsOfTheExample() async throws {
    let instance = try Instance.read(
      file: PackageFolder.url.appending(path: "docs/examples/streams.yaml").path)
    let answer = try await Kinds.splitting.solve(instance, SolveRequest(certificate: true))
    let certificate = try #require(try answer.file.readCertificate())
    #expect(agree(certificate.bound, try #require(answer.file.objective).value), "\(certificate.bound)")
    guard case .multipliers(let multipliers) = certificate.proof else {
      Issue.record("no multipliers")
      return
    }
    #expect(!multipliers.cuts.isEmpty)
    var forged = multipliers
    forged.cuts = []
    let check = CertificateCheck(
      Certificate(bound: certificate.bound, proof: .multipliers(forged)), of: instance, .total)
    #expect(!check.findings.isEmpty)
  }

  /// Every family of multipliers is read as it was written.
  @Test func everyFamilyIsReadAsItWasWritten() throws {
    var multipliers = Certificate.Multipliers()
    multipliers.blocks = true
    multipliers.memory = [.init(["n"], value: 1)]
    multipliers.holding = [.init(job: "j", layer: 2, node: "n", value: 2)]
    multipliers.peak = [.init(job: "j", layer: 3, node: "n", value: 3)]
    multipliers.computeLoad = [.init(["n"], value: 4)]
    multipliers.linkLoad = [.init(["n", "m"], value: 5)]
    multipliers.deadline = [.init(["j"], value: 6)]
    multipliers.makespan = [.init(["j"], value: 7)]
    let jobs: [Certificate.CutJob] = [
      .init(job: "j", layers: 1...2, memory: 0.1), .init(job: "k", layers: 3...3, memory: 1e9 / 3),
    ]
    multipliers.cuts = [.init(node: "n", jobs: jobs, atMost: 1, value: 8.5)]
    multipliers.paths = [.init(["j"], value: 9)]
    multipliers.ownMemory = [.init(["j", "n"], value: 10)]
    multipliers.ownComputeLoad = [.init(["j", "n"], value: 11)]
    multipliers.ownDeadline = [.init(["j"], value: 12)]
    let certificate = Certificate(bound: 0.5, proof: .multipliers(multipliers))
    #expect(try read(JSONWriter.text(of: certificate.jsonValue)) == certificate)
  }

  @Test(arguments: [
    (#""value": 1"#, #""value": -1"#, "must not be negative"),
    (#""atMost": 1"#, #""atMost": 0.5"#, "a whole number"),
    (#""atMost": 1"#, #""atMost": -1"#, "must not be negative"),
    ("[1, 2]", "[2, 1]", "its first and its last layer"),
    ("[1, 2]", "[1]", "its first and its last layer"),
    (#""memory": 5"#, #""memory": -5"#, "must not be negative"),
    (#""memory": 5"#, #""memory": "5 MB""#, "a number"), (#""atMost": 1"#, #""atLeast": 1"#, "atLeast"),
    (#", "memory": 5"#, "", "memory"),
  ])
  func malformedCutsAreRefused(_ part: String, _ change: String, _ words: String) throws {
    let text = """
      {"bound": 1, "multipliers": {"blocks": true, "cuts": [{"node": "n", "jobs": \
      [{"job": "j", "layers": [1, 2], "memory": 5}], "atMost": 1, "value": 1}]}}
      """
    _ = try read(text)
    #expect {
      try read(text.replacing(part, with: change))
    } throws: {
      "\($0)".contains(words)
    }
  }

  private func read(_ text: String) throws -> Certificate {
    let document = try Document.parse(Array(text.utf8), format: .json, file: "certificate")
    return try document.certificate(Document.root)
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
    // `layerroute compare` shows 296.68 ms as the root bound of layered; blocks and cuts prove more.
    #expect(certificate.bound > 0.29668 - 1e-4, "\(certificate.bound)")
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
