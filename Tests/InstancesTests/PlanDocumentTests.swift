import Foundation
import Testing

@testable import Documents
@testable import Foundations
@testable import Networks
@testable import Splitting
@testable import SplittingGenerators

struct PlanDocumentTests {
  private func plan(_ text: String) throws -> PlanDocument {
    try PlanDocument.parse(Array(text.utf8), name: "t")
  }

  @Test func theContractsExampleIsRead() throws {
    let plan = try plan(samplePlan)
    #expect(plan.status == .optimal && plan.reason == nil)
    #expect(plan.objective == .init(kind: .total, value: 0.050468096, bound: 0.050468096, gap: 0))
    #expect(plan.jobs.first?.routes.last == ["edge", "switch", "camera"])
    #expect(plan.solver == .init(formulation: "layered", backend: "native", seconds: 0.0004))
  }

  @Test(arguments: [
    PlanDocument(status: .infeasible, reason: "no host: \"x\"\n"), PlanDocument(status: .unknown),
    PlanDocument(status: .infeasible),
    PlanDocument(
      status: .feasible,
      objective: .init(kind: .max, value: -1e-300, bound: 1 / 3, gap: .greatestFiniteMagnitude),
      jobs: [
        .init(
          id: "e\u{301}", latency: 1e16, compute: 1e22, transfer: 5e-324, propagation: 123_456_789,
          waiting: -0.1,
          hosts: [], routes: [["\u{1}\u{7F}"], []])
      ]),
  ])
  func aWrittenPlanReadsBackEqual(plan: PlanDocument) throws {
    #expect(try self.plan(plan.json()) == plan)
  }

  @Test func theExampleReadsBackEqual() throws {
    #expect(try plan(plan(samplePlan).json()) == plan(samplePlan))
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

  @Test(arguments: [Certificate.Proof.multipliers(.sample), .potentials([.sample, .sample])])
  func aWrittenCertificateReadsBackEqual(proof: Certificate.Proof) throws {
    var plan = try plan(samplePlan)
    plan.certificate = Certificate(bound: 1 / 3, proof: proof)
    #expect(try self.plan(plan.json()) == plan)
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
    var plan = try plan(samplePlan)
    plan.certificate = Certificate(bound: 1, proof: .potentials([.sample]))
    let text = plan.json()
    let range = try #require(text.firstRange(of: fragment), "\(text)")
    let error = try #require(throws: InputError.self, "\(replacement) is accepted") {
      try self.plan(text.replacingCharacters(in: range, with: replacement))
    }
    #expect(error.message.contains(words), "\(error)")
    #expect(error.path == "certificate.potentials[0]" + path, "\(error)")
  }

  @Test func aCertificateHasOneProof() throws {
    var plan = try plan(samplePlan)
    plan.certificate = Certificate(bound: 1, proof: .potentials([]))
    for other in ["", "\"potentials\": [], \"multipliers\": {}"] {
      let text = plan.json().replacingOccurrences(of: "\"potentials\": []", with: other)
        .replacingOccurrences(of: "\"bound\": 1, }", with: "\"bound\": 1}")
      let error = try #require(throws: InputError.self, "\(text)") { try self.plan(text) }
      #expect(error.message.contains("either"), "\(error)")
    }
  }

  @Test func aPlanThatIsUnknownHasNoJobs() throws {
    let text = "{\"layerroute\": 1, \"status\": \"unknown\", \"jobs\": [1]}"
    let error = try #require(throws: InputError.self) { try plan(text) }
    #expect(error.path == "jobs[0]" && error.message.contains("no jobs"))
    let noJobs = try #require(throws: InputError.self) {
      try plan("{\"layerroute\": 1, \"status\": \"unknown\"}")
    }
    #expect(noJobs.message.contains("\"jobs\" is missing"))
  }
}

extension Certificate.Multipliers {
  fileprivate static var sample: Self {
    var multipliers = Self()
    multipliers.memory = [.init(node: "edge", value: 1e-9)]
    multipliers.computeLoad = [.init(node: "e\u{301}", value: 0.5)]
    multipliers.linkLoad = [.init(from: "camera", to: "edge", value: 1e-300)]
    multipliers.deadline = [.init(job: "detect", value: 2)]
    multipliers.makespan = [.init(job: "detect", value: 1)]
    return multipliers
  }
}

extension Certificate.Potentials {
  fileprivate static var sample: Self {
    Self(
      job: "detect", latency: 5e-324, leastTimes: [0, 1 / 3], runs: [0, 7],
      settled: [.init(stage: 3, isComputing: true, nodes: ["edge", "e\u{301}"], distances: [0, 0.1])])
  }
}
