import Testing

@testable import Instances

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
