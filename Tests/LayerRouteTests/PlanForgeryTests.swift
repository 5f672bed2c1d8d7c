import Documents
import LayerRoute
import Planning
import Problems
import Splitting
import Testing

/// Forged plan files of splitting, and what is said of them.
@Suite struct PlanForgeryTests {
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
    let findings = findings(ForgedFile(), of: instance)
    #expect(findings.contains { $0.contains("transfer is stated as") }, "\(findings)")
  }

  /// A change to the true plan, and a word of the finding that it must lead to.
  struct Forgery: Sendable, CustomStringConvertible {
    let description: String
    let word: String
    let change: @Sendable (inout ForgedFile) -> Void

    init(_ description: String, _ word: String, _ change: @escaping @Sendable (inout ForgedFile) -> Void) {
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
    Forgery("no objective", "\"objective\" is missing") { $0.objective = nil },
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
    let findings = findings(ForgedFile(), of: instance)
    #expect(findings.count == 1)
    #expect(findings.first?.hasPrefix("deadline: ") == true)
  }

  @Test func theObjectiveIsTheOneThatThePlanNames() {
    var instance = Instance.contractExample()
    instance.options.objective = .max
    #expect(findings(ForgedFile(), of: instance) == [])
  }

  @Test func idsAreComparedCodePointByCodePoint() {
    var instance = Instance.contractExample()
    // The same letter composed and decomposed: two nodes.
    instance.network.nodes[1].id = "\u{e9}"
    instance.network.nodes[2].id = "e\u{301}"
    var file = ForgedFile()
    file.jobs[0].hosts = ["camera", "\u{e9}"]
    file.jobs[0].routes = [
      ["camera"], ["camera", "e\u{301}", "\u{e9}"], ["\u{e9}", "e\u{301}", "camera"],
    ]
    #expect(findings(file, of: instance) == [])
    file.jobs[0].hosts[1] = "e\u{301}"
    #expect(!findings(file, of: instance).isEmpty)
  }

  private func findings(_ change: (inout ForgedFile) -> Void) -> [String] {
    var file = ForgedFile()
    change(&file)
    return findings(file, of: .contractExample())
  }

  /// What is wrong with a file; why it cannot be read, if it cannot.
  private func findings(_ file: ForgedFile, of instance: Instance) -> [String] {
    do {
      let bytes = Array(JSONWriter.text(of: file.jsonValue).utf8)
      let document = try Document.parse(bytes, format: .json, file: "t")
      return try PlanVerification(document, of: instance, Kinds.splitting).findings
    } catch {
      return ["\(error)"]
    }
  }
}

/// The plan of the contract's example as it is to be stated.
struct ForgedFile {
  var status = PlanFile.Status.optimal
  var objective: PlanFile.ObjectiveReport? = PlanFile.ObjectiveReport(
    kind: "total", value: 0.050468096, bound: 0.050468096, gap: 0)
  var jobs = [Job()]

  struct Job {
    var id = "detect"
    var latency = 0.050468096
    var compute = 0.042004096
    var transfer = 0.003264
    var propagation = 0.0024
    var waiting = 0.0028
    var hosts = ["camera", "edge"]
    var routes = [["camera"], ["camera", "switch", "edge"], ["edge", "switch", "camera"]]

    var jsonValue: JSONValue {
      func list(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }
      return [
        "id": .string(id), "latency": .number(latency), "compute": .number(compute),
        "transfer": .number(transfer), "propagation": .number(propagation), "waiting": .number(waiting),
        "hosts": list(hosts), "routes": .array(routes.map(list)),
      ]
    }
  }

  var jsonValue: JSONValue {
    PlanFile(
      status: status, objective: objective, body: [.init("jobs", .array(jobs.map(\.jsonValue)))]
    ).jsonValue
  }
}
