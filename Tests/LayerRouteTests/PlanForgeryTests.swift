import Problems
import Splitting
import Testing

@Suite struct PlanCheckTests {
  @Test func aTruePlanHasNoFindings() {
    #expect(findings { _ in } == [])
    #expect(
      findings {
        $0.status = .feasible
        $0.objective?.bound = 0.04
        $0.objective?.gap = (0.050468096 - 0.04) / 0.050468096
      } == [])
  }

  /// Infinity agrees with nothing.
  @Test func figuresBeyondAllNumbersAreWrong() {
    var instance = Instance.contractExample()
    (instance.jobs[0].deadline, instance.jobs[0].rate) = (nil, 0)
    for link in instance.network.links.indices { instance.network.links[link].bandwidth = 1e-308 }
    let check = PlanCheck(document(), of: instance)
    #expect(check.findings.contains { $0.contains("transfer is stated as") }, "\(check.findings)")
  }

  /// A change to the true plan, and a word of the finding that it must lead to.
  struct Forgery: Sendable, CustomStringConvertible {
    let description: String
    let word: String
    let change: @Sendable (inout PlanDocument) -> Void

    init(_ description: String, _ word: String, _ change: @escaping @Sendable (inout PlanDocument) -> Void) {
      self.description = description
      self.word = word
      self.change = change
    }
  }

  @Test(arguments: [
    Forgery("latency", "latency is stated as") { $0.jobs[0].latency *= 1.001 },
    Forgery("compute", "compute is stated as") { $0.jobs[0].compute = 0 },
    Forgery("transfer", "transfer is stated as") { $0.jobs[0].transfer *= 2 },
    Forgery("propagation", "propagation is stated as") { $0.jobs[0].propagation = -1 },
    Forgery("waiting", "waiting is stated as") { $0.jobs[0].waiting = 0 },
    Forgery("value", "objective is stated as") { $0.objective?.value = 0.05 },
    Forgery("value and bound alike", "objective is stated as") {
      $0.objective?.value = 0.05
      $0.objective?.bound = 0.05
    },
    Forgery("bound above the value", "above the value") { $0.objective?.bound = 0.06 },
    Forgery("gap", "gap is stated as") { $0.objective?.gap = 0.01 },
    Forgery("optimal with a gap", "calls itself optimal") {
      $0.objective?.bound = 0.04
      $0.objective?.gap = (0.050468096 - 0.04) / 0.050468096
    },
    Forgery("no objective", "no objective") { $0.objective = nil },
    Forgery("a missing job", "nothing for job") { $0.jobs = [] },
    Forgery("a job twice", "twice") { $0.jobs.append($0.jobs[0]) },
    Forgery("an unknown job", "no job") { $0.jobs[0].id = "someone" },
    Forgery("an unknown host", "no node") { $0.jobs[0].hosts[1] = "nowhere" },
    Forgery("an unknown node on a route", "no node") { $0.jobs[0].routes[1][1] = "nowhere" },
    Forgery("a host that is not allowed", "cannot run on") {
      $0.jobs[0].hosts[0] = "edge"
      $0.jobs[0].routes = [["camera", "switch", "edge"], ["edge"], ["edge", "switch", "camera"]]
    },
    Forgery("a route through a missing link", "no link") { $0.jobs[0].routes[1] = ["camera", "edge"] },
    Forgery("a node passed twice", "passes a node twice") {
      $0.jobs[0].routes[1] = ["camera", "switch", "camera", "switch", "edge"]
    },
    Forgery("a route to elsewhere", "must lead") { $0.jobs[0].routes[2] = ["edge", "switch"] },
    Forgery("a host too few", "hosts and") { $0.jobs[0].hosts = ["camera"] },
  ])
  func everyForgeryIsFound(_ forgery: Forgery) {
    let found = findings(forgery.change)
    #expect(found.contains { $0.contains(forgery.word) }, "\(forgery): \(found)")
  }

  @Test func numbersAgreeWithinAMillionth() {
    #expect(findings { $0.jobs[0].latency *= 1 + 0.9e-6 } == [])
    #expect(findings { $0.jobs[0].latency *= 1 + 1.2e-6 }.count == 1)
    #expect(findings { $0.objective?.bound *= 1 + 0.9e-6 } == [])
    #expect(findings { $0.objective?.bound *= 1 - 0.9e-6 } == [])
  }

  @Test func brokenConstraintsAreNamed() {
    var instance = Instance.contractExample()
    instance.jobs[0].deadline = 0.05
    let check = PlanCheck(document(), of: instance)
    #expect(check.findings.count == 1)
    #expect(check.findings.first?.hasPrefix("deadline: ") == true)
  }

  @Test func theObjectiveIsTheOneThatThePlanNames() {
    var instance = Instance.contractExample()
    instance.options.objective = .max
    #expect(PlanCheck(document(), of: instance).findings == [])
  }

  @Test func idsAreComparedCodePointByCodePoint() {
    var instance = Instance.contractExample()
    // The same letter composed and decomposed: two nodes.
    instance.network.nodes[1].id = "\u{e9}"
    instance.network.nodes[2].id = "e\u{301}"
    var document = document()
    document.jobs[0].hosts = ["camera", "\u{e9}"]
    document.jobs[0].routes = [
      ["camera"], ["camera", "e\u{301}", "\u{e9}"], ["\u{e9}", "e\u{301}", "camera"],
    ]
    #expect(PlanCheck(document, of: instance).findings == [])
    document.jobs[0].hosts[1] = "e\u{301}"
    #expect(!PlanCheck(document, of: instance).findings.isEmpty)
  }

  private func findings(_ change: (inout PlanDocument) -> Void) -> [String] {
    var document = document()
    change(&document)
    return PlanCheck(document, of: .contractExample()).findings
  }

  private func document() -> PlanDocument {
    let job = PlanDocument.JobReport(
      id: "detect", latency: 0.050468096, compute: 0.042004096, transfer: 0.003264, propagation: 0.0024,
      waiting: 0.0028, hosts: ["camera", "edge"],
      routes: [["camera"], ["camera", "switch", "edge"], ["edge", "switch", "camera"]])
    let objective = PlanDocument.Objective(kind: .total, value: 0.050468096, bound: 0.050468096, gap: 0)
    return PlanDocument(status: .optimal, objective: objective, jobs: [job])
  }
}
