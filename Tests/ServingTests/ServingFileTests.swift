import LayerRoute
import TestSupport
import Testing

/// Files of serving: faults are named with their place, plans that are wrong are refused, and what is unusual is read.
@Suite struct ServingFileTests {
  private static func read(_ text: String) throws -> ServingInstance {
    try ServingProblem.instance(from: Document.parse(Array(text.utf8), format: .json, file: "cluster.json"))
  }

  private static func instance(
    model: String = #"{"layers": 2}"#, types: String = #"{"T": {"throughput": {"1": 5, "2": "3 /s"}}}"#,
    machines: String = #"[{"id": "a", "type": "T"}, {"id": "b", "throughput": {"1": 4}}]"#,
    links: String =
      #"[{"from": "source", "to": "a", "capacity": 9}, {"from": "a", "to": "b", "capacity": 9}, {"from": "b", "to": "sink", "capacity": 9}]"#,
    more: String = ""
  ) -> String {
    #"{"layerroute": 1, "problem": "serving", "model": \#(model), "types": \#(types), "machines": \#(machines), "links": \#(links)\#(more)}"#
  }

  private static let faults: [(text: String, words: [String])] = [
    (instance(model: #"{"layers": 0}"#), ["model.layers", "at least one"]),
    (instance(model: #"{"layers": 1.5}"#), ["model.layers", "whole"]),
    (instance(model: "{}"), ["layers", "missing"]),
    (instance(types: #"{"T": {"throughput": {"0": 5}}}"#), ["types.T.throughput", "whole numbers from 1"]),
    (instance(types: #"{"T": {"throughput": {"01": 5}}}"#), ["\"01\""]),
    (instance(types: #"{"T": {"throughput": {"1": -5}}}"#), ["negative"]),
    (instance(types: #"{"T": {"throughput": {"1": "5 GB"}}}"#), ["/s"]),
    (instance(types: #"{"T": {"throughput": {"1": null}}}"#), ["null"]),
    (instance(types: #"{"T": {}}"#), ["throughput", "missing"]),
    (instance(machines: #"[{"id": "a"}]"#), ["machines[0]", "type", "throughput"]),
    (
      instance(machines: #"[{"id": "a", "type": "T", "throughput": {"1": 1}}]"#),
      ["machines[0].throughput", "not both"]
    ),
    (instance(machines: #"[{"id": "source", "type": "T"}]"#), ["machines[0].id", "source"]),
    (instance(machines: #"[{"id": "a", "type": "U"}]"#), ["machines[0].type", "\"U\""]),
    (
      instance(machines: #"[{"id": "a", "type": "T"}, {"id": "a", "type": "T"}]"#),
      ["machines[1].id", "second"]
    ),
    (
      instance(links: #"[{"from": "a", "to": "source", "capacity": 1}]"#), ["links[0].to", "into the source"]
    ),
    (
      instance(links: #"[{"from": "sink", "to": "a", "capacity": 1}]"#), ["links[0].from", "out of the sink"]
    ),
    (
      instance(links: #"[{"from": "source", "to": "sink", "capacity": 1}]"#),
      ["links[0]", "source to the sink"]
    ),
    (instance(links: #"[{"from": "a", "to": "a", "capacity": 1}]"#), ["links[0].to", "itself"]),
    (instance(links: #"[{"from": "a", "to": "c", "capacity": 1}]"#), ["links[0].to", "\"c\""]),
    (instance(links: #"[{"from": "a", "to": "b"}]"#), ["links[0]", "bandwidth", "capacity"]),
    (
      instance(links: #"[{"from": "a", "to": "b", "capacity": 1, "bandwidth": 8}]"#),
      ["links[0]", "not both"]
    ),
    (instance(links: #"[{"from": "a", "to": "b", "bandwidth": 8}]"#), ["links[0].bandwidth", "hidden"]),
    (instance(links: #"[{"from": "source", "to": "b", "bandwidth": 8}]"#), ["links[0].bandwidth", "input"]),
    (instance(links: #"[{"from": "b", "to": "sink", "bandwidth": 8}]"#), ["links[0].bandwidth", "output"]),
    (
      instance(links: #"[{"from": "source", "to": "a", "capacity": 1, "duplex": true}]"#),
      ["links[0].duplex", "source"]
    ),
    (
      instance(
        links:
          #"[{"from": "a", "to": "b", "capacity": 1, "duplex": true}, {"from": "b", "to": "a", "capacity": 1}]"#
      ),
      ["links[1]", "second link"]
    ),
    (instance(more: #", "options": {"partail": true}"#), ["partail", "partial"]),
    (instance(more: #", "network": {}"#), ["unknown key \"network\"", "machines"]),
  ]

  @Test(arguments: faults.indices)
  func faultsAreNamedWithTheirPlace(_ index: Int) {
    let (text, words) = Self.faults[index]
    #expect {
      _ = try Self.read(text)
    } throws: { error in
      words.allSatisfy("\(error)".contains)
    }
  }

  @Test func whatIsUnusualIsRead() async throws {
    let texts = [
      // No machines, no links, empty tables, entries of 0 and beyond L, capacities of 0.
      Self.instance(machines: "[]", links: "[]"), Self.instance(types: #"{"T": {"throughput": {}}}"#),
      Self.instance(types: #"{"T": {"throughput": {"1": 0, "7": 3, "1000000000000": 5}}}"#),
      Self.instance(links: #"[{"from": "source", "to": "a", "capacity": 0}]"#),
      Self.instance(model: #"{"layers": 1000000000}"#),
    ]
    for text in texts {
      let instance = try Self.read(text)
      let answer = try await Kinds.serving.solve(instance, SolveRequest(method: "native"))
      let check = try PlanVerification(answer.file, of: instance, Kinds.serving)
      #expect(check.findings.isEmpty, "\(text): \(check.findings)")
      #expect(answer.file.status == .optimal, "\(text): \(answer.file.status)")
    }
  }

  @Test func tokensOfNoBytesNeverLimitALink() async throws {
    let text = Self.instance(
      model: #"{"layers": 2, "input": 0, "hidden": "0 B", "output": 0}"#,
      links:
        #"[{"from": "source", "to": "a", "bandwidth": 1}, {"from": "a", "to": "b", "bandwidth": 1}, {"from": "b", "to": "sink", "bandwidth": 1}]"#
    )
    let answer = try await Kinds.serving.solve(Self.read(text), SolveRequest(method: "native"))
    #expect(answer.cost == -4)
  }

  @Test func throughputsThatAddUpToNoNumberAreRefused() async throws {
    let instance = try Self.read(Self.instance(types: #"{"T": {"throughput": {"2": 1.7e308}}}"#))
    await #expect(throws: PlanningError.self) { try await Kinds.serving.solve(instance) }
  }

  // MARK: Plans

  private static let plan =
    #"{"layerroute": 1, "problem": "serving", "status": "feasible", "objective": {"kind": "throughput", "value": 4, "bound": 4, "gap": 0}, "machines": [{"id": "a", "first": 0, "layers": 1, "flow": 4}, {"id": "b", "first": 1, "layers": 1, "flow": 4}], "flows": [{"from": "source", "to": "a", "rate": 4}, {"from": "a", "to": "b", "rate": 4}, {"from": "b", "to": "sink", "rate": 4}]}"#

  private static func findings(_ plan: String) throws -> (findings: [String], remarks: [String]) {
    let document = try Document.parse(Array(plan.utf8), format: .json, file: "plan.json")
    let check = try PlanVerification(document, of: read(instance()), Kinds.serving)
    return (check.findings, check.remarks)
  }

  @Test func aPlanThatHoldsIsAccepted() throws {
    let check = try Self.findings(Self.plan)
    #expect(check.findings.isEmpty && check.remarks.isEmpty, "\(check)")
  }

  @Test func whatThePlacementWouldPassMoreIsSaid() throws {
    let less = Self.plan.replacing(": 4,", with: ": 3,").replacing(": 4}", with: ": 3}")
    let check = try Self.findings(less)
    #expect(check.findings.isEmpty, "\(check)")
    #expect(check.remarks.count == 1 && check.remarks[0].contains("4"), "\(check)")
  }

  @Test(arguments: [
    (#""first": 1"#, #""first": 0"#, "layer 2"),
    (#""layers": 1, "flow": 4}, "#, #""layers": 2, "flow": 4}, "#, "a"),
    (#""to": "b", "rate": 4"#, #""to": "b", "rate": 3"#, "into"),
    (#"{"from": "b", "to": "sink", "rate": 4}"#, #"{"from": "a", "to": "sink", "rate": 4}"#, "no link"),
    (#""value": 4"#, #""value": 4.1"#, "objective"),
    (#""layers": 1, "flow": 4}]"#, #""layers": 2, "flow": 4}]"#, "b"),
  ])
  func plansThatAreWrongAreRefused(_ from: String, _ to: String, _ word: String) throws {
    let check = try Self.findings(Self.plan.replacing(from, with: to))
    #expect(check.findings.contains { $0.contains(word) }, "\(check)")
  }

  @Test func aFlowAboveTheThroughputIsRefused() throws {
    let check = try Self.findings(Self.plan.replacing(": 4,", with: ": 5,").replacing(": 4}", with: ": 5}"))
    #expect(check.findings.contains { $0.contains("it passes 4") }, "\(check)")
  }

  // MARK: Published instances

  /// The values that docs/serving.md states.
  @Test(arguments: [
    ("30b-10", 286.587410), ("30b-a100", 1044.533345), ("30b-l4", 252.649846), ("30b-t4", 397.685064),
    ("30b-a100-clusters", 1044.533345), ("70b-24", 2045.641047),
  ])
  func publishedInstancesAreProved(_ name: String, _ value: Double) async throws {
    let family = try #require(Kinds.serving.families.first { $0.name == "helix" })
    let instance = try family.instance(ParameterValues(["instance": .word(name)]))
    let answer = try await Kinds.serving.solve(instance, SolveRequest(method: "native"))
    #expect(answer.file.status == .optimal)
    #expect(abs(answer.cost + value) <= 2e-6 * value, "\(answer.cost)")
  }

  /// No bound is below a known plan.
  @Test(arguments: ["30b-10", "30b-l4", "30b-a100", "70b-24-clusters", "70b-24-pruned", "70b-42"])
  func noBoundIsBelowAKnownPlan(_ name: String) throws {
    let known = [
      "30b-10": 286.587, "30b-l4": 252.649, "30b-a100": 1044.533, "70b-24-clusters": 1754.381,
      "70b-24-pruned": 1754.381, "70b-42": 6050.770,
    ]
    let family = try #require(Kinds.serving.families.first { $0.name == "helix" })
    let instance = try family.instance(ParameterValues(["instance": .word(name)]))
    #expect(AreaBound(instance.figures).value >= (known[name] ?? 0))
  }
}
