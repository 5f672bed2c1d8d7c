import Documents
import Problems
import Splitting
import TestSupport
import Testing

/// Plan files: what they share with those of other kinds, the plan itself, and certificates.
struct PlanReaderTests {
  private func plan(_ text: String) throws -> (file: PlanFile, plan: Plan?, certificate: Certificate?) {
    let document = try Document.parse(Array(text.utf8), format: .json, file: "t")
    let file = try SplittingProblem.head(of: document)
    let stated = try SplittingProblem.plan(in: document, of: .contractExample())
    let token = document.member("certificate", of: Document.root)
    return (
      file, stated.plan, try token.map { token throws(InputError) in try document.certificate(token) }
    )
  }

  @Test func theContractsExampleIsRead() throws {
    let (file, plan, certificate) = try plan(samplePlan)
    #expect(file.status == .optimal && file.reason == nil)
    #expect(file.objective == .init(kind: "total", value: 0.050468096, bound: 0.050468096, gap: 0))
    #expect(plan == Plan(jobs: [.contractExample]) && certificate == nil)
    let origin = Origin(formulation: "layered", backend: "native")
    #expect(file.solver == .init(origin, seconds: 0.0004))
  }

  @Test(arguments: [
    PlanFile(status: .infeasible, reason: "no host: \"x\"\n", body: SplittingProblem.emptyPlan),
    PlanFile(status: .unknown, body: SplittingProblem.emptyPlan),
    PlanFile(status: .infeasible, body: SplittingProblem.emptyPlan),
    PlanFile(
      status: .feasible,
      objective: .init(kind: "max", value: -1e-300, bound: 1 / 3, gap: .greatestFiniteMagnitude),
      body: SplittingProblem.emptyPlan,
      solver: .init(
        Origin(formulation: "e\u{301}", backend: "\u{1}\u{7F}", method: "m"), seconds: .leastNonzeroMagnitude)
    ),
    PlanFile(
      problem: "splitting", status: .optimal, objective: .init(kind: "total", value: 1e22, bound: 0, gap: 1),
      body: SplittingProblem.emptyPlan),
  ])
  func whatIsWrittenIsReadBackEqual(file: PlanFile) throws {
    let read = try plan(file.json()).file
    #expect(read.status == file.status && read.reason == file.reason)
    #expect(read.objective == file.objective && read.solver == file.solver)
  }

  @Test(arguments: [
    ("\"optimal\"", "§\"infeasible\"", "objective", "no objective"),
    ("\"optimal\"", "§\"best\"", "status", "\"optimal\", \"feasible\", \"infeasible\", \"unknown\""),
    ("\"kind\": \"total\", ", "", "objective", "\"kind\" is missing"),
    ("\"gap\": 0", "\"gap\": §\"0\"", "objective.gap", "must be a number"),
    ("\"gap\": 0", "\"gap\": §-1e999", "objective.gap", "not a finite"),
    ("\"status\": \"optimal\",", "\"status\": \"optimal\", \"reason\": §\"x\",", "reason", "infeasible"),
    (
      "\"status\": \"optimal\",", "\"status\": \"optimal\", §\"resaon\": \"x\",", "resaon",
      "did you mean \"reason\""
    ),
    ("\"waiting\": 0.0028,", "", "jobs[0]", "\"waiting\" is missing"),
    ("[\"camera\", \"edge\"]", "[\"camera\", §5]", "jobs[0].hosts[1]", "must be a string"),
    ("[[\"camera\"],", "[§\"camera\",", "jobs[0].routes[0]", "must be a list"),
    ("\"native\"", "§null", "solver.backend", "null"),
    ("\"solver\"", "§\"network\"", "network", "unknown key"),
    ("\"layerroute\": 1", "\"layerroute\": §1.5", "layerroute", "version 1"),
  ])
  func aFileThatIsNoPlanIsRefused(fragment: String, replacement: String, path: String, words: String) throws {
    let range = try #require(samplePlan.firstRange(of: fragment))
    let marked = MarkedText(samplePlan.replacingCharacters(in: range, with: replacement))
    let error = try #require(throws: InputError.self, "\(replacement) is accepted") { try plan(marked.text) }
    #expect(error.message.contains(words) && error.path == path, "\(error)")
  }

  @Test(arguments: [
    ("\"edge\"],", "\"egde\"],", "no node \"egde\""),
    ("\"id\": \"detect\"", "\"id\": \"other\"", "no job \"other\""),
  ])
  func aPlanOfAnotherInstanceIsAFinding(fragment: String, replacement: String, words: String) throws {
    let range = try #require(samplePlan.firstRange(of: fragment))
    let text = samplePlan.replacingCharacters(in: range, with: replacement)
    let document = try Document.parse(Array(text.utf8), format: .json, file: "t")
    let stated = try SplittingProblem.plan(in: document, of: .contractExample())
    #expect(stated.plan == nil)
    #expect(stated.findings.contains { $0.contains(words) }, "\(stated.findings)")
  }

  @Test func aPlanThatIsUnknownHasNoJobs() throws {
    for status in ["unknown", "infeasible"] {
      let text = "{\"layerroute\": 1, \"status\": \"\(status)\", \"jobs\": [1]}"
      let error = try #require(throws: InputError.self) { try plan(text) }
      #expect(error.path == "jobs[0]" && error.message.contains("no jobs"), "\(error)")
    }
    let noJobs = try #require(throws: InputError.self) {
      try plan("{\"layerroute\": 1, \"status\": \"unknown\"}")
    }
    #expect(noJobs.message.contains("\"jobs\" is missing"))
  }

  // MARK: Certificates

  /// The sample plan with a certificate.
  private func text(_ certificate: Certificate) throws -> String {
    let value = JSONWriter.text(of: certificate.jsonValue)
    let end = try #require(samplePlan.lastIndex(of: "}"))
    return samplePlan[..<end] + ", \"certificate\": " + value + "}"
  }

  @Test(arguments: [Certificate.Proof.multipliers(.sample), .potentials([.sample, .sample])])
  func aWrittenCertificateReadsBackEqual(proof: Certificate.Proof) throws {
    let certificate = Certificate(bound: 1 / 3, proof: proof)
    #expect(try plan(text(certificate)).certificate == certificate)
  }

  @Test(arguments: [
    ("\"latency\": 5e-324", "\"latency\": -1", ".latency", "negative"),
    ("\"runs\": [0, 7]", "\"runs\": [0, 1.5]", ".runs[1]", "whole number"),
    ("\"runs\": [0, 7]", "\"runs\": [0, 1e300]", ".runs[1]", "whole number"),
    ("\"distances\": [0, 0.1]", "\"distances\": [0]", ".settled[0]", "2 nodes, but 1 distances"),
    ("\"distances\": [0, 0.1]", "\"distances\": [0, -2]", ".settled[0].distances[1]", "negative"),
    ("\"computing\": true", "\"computing\": 1", ".settled[0].computing", "true or false"),
    ("\"stage\": 3", "\"stag\": 3", ".settled[0].stag", "did you mean \"stage\""),
  ])
  func potentialsOfTheWrongShapeAreRefused(
    fragment: String, replacement: String, path: String, words: String
  ) throws {
    let text = try text(Certificate(bound: 1, proof: .potentials([.sample])))
    let range = try #require(text.firstRange(of: fragment), "\(text)")
    let error = try #require(throws: InputError.self, "\(replacement) is accepted") {
      try plan(text.replacingCharacters(in: range, with: replacement))
    }
    #expect(error.message.contains(words), "\(error)")
    #expect(error.path == "certificate.potentials[0]" + path, "\(error)")
  }

  @Test(arguments: [
    ("\"layer\": 2, ", "", ".holding[0]", "layer"),
    ("\"layer\": 2", "\"layer\": 2.5", ".holding[0].layer", "whole number"),
    ("\"layer\": 2", "\"layer\": -1", ".holding[0].layer", "negative"),
    ("\"value\": 0.25", "\"value\": -0.25", ".holding[0].value", "negative"),
    ("\"layer\": 0", "\"layers\": 0", ".peak[0].layers", "did you mean \"layer\""),
    ("\"peak\"", "\"peaks\"", ".peaks", "did you mean \"peak\""),
  ])
  func multipliersOfTheWrongShapeAreRefused(
    fragment: String, replacement: String, path: String, words: String
  ) throws {
    let text = try text(Certificate(bound: 1, proof: .multipliers(.sample)))
    let range = try #require(text.firstRange(of: fragment), "\(text)")
    let error = try #require(throws: InputError.self, "\(replacement) is accepted") {
      try plan(text.replacingCharacters(in: range, with: replacement))
    }
    #expect(error.message.contains(words), "\(error)")
    #expect(error.path == "certificate.multipliers" + path, "\(error)")
  }

  @Test func aCertificateHasOneProof() throws {
    let text = try text(Certificate(bound: 1, proof: .potentials([])))
    for other in ["", ", \"potentials\": [], \"multipliers\": {}"] {
      let changed = text.replacing(", \"potentials\": []", with: other)
      #expect(changed != text)
      let error = try #require(throws: InputError.self, "\(changed)") { try plan(changed) }
      #expect(error.message.contains("either"), "\(error)")
    }
  }
}

extension Certificate.Multipliers {
  fileprivate static var sample: Self {
    var multipliers = Self()
    multipliers.memory = [.init(["edge"], value: 1e-9)]
    multipliers.holding = [.init(job: "detect", layer: 2, node: "e\u{301}", value: 0.25)]
    multipliers.peak = [.init(job: "d\u{301}", layer: 0, node: "edge", value: 1e-300)]
    multipliers.computeLoad = [.init(["e\u{301}"], value: 0.5)]
    multipliers.linkLoad = [.init(["camera", "edge"], value: 1e-300)]
    multipliers.deadline = [.init(["detect"], value: 2)]
    multipliers.makespan = [.init(["detect"], value: 1)]
    return multipliers
  }
}

extension Certificate.Potentials {
  fileprivate static var sample: Self {
    Self(
      job: "detect", latency: .leastNonzeroMagnitude, leastTimes: [0, 1 / 3], runs: [0, 7],
      settled: [.init(stage: 3, isComputing: true, nodes: ["edge", "e\u{301}"], distances: [0, 0.1])])
  }
}
