import LayerRoute
import TestSupport
import Testing

/// What files may say, and what is said of those that are wrong.
@Suite struct CoordinationFileTests {
  static let text = """
    {"layerroute": 1, "problem": "coordination",
     "network": {"nodes": [{"id": "edge 1", "capacity": 0.9}, {"id": "edge 2"}],
                 "links": [{"from": "edge 1", "to": "edge 2", "bandwidth": "1 Gbit/s"}]},
     "dnns": {"alex": {"host": "edge 1", "input": "150 kB", "accuracy": 0.92,
                       "blocks": [{"name": "a1", "time": "2 ms", "output": "200 kB"},
                                  {"name": "a2", "time": "3 ms", "output": "4 kB"}]},
              "mobile": {"host": "edge 1", "input": "150 kB", "accuracy": 0.90,
                         "blocks": [{"name": "m1", "time": "1 ms", "output": "90 kB"},
                                    {"name": "m2", "time": "1 ms", "output": "4 kB"}]},
              "far": {"host": "edge 2", "input": 0, "accuracy": 1, "blocks": []}},
     "connections": [{"from": ["alex", "a1"], "to": ["mobile", "m2"], "time": "0.2 ms", "penalty": 0.02},
                     {"from": ["mobile", "m2"], "to": ["alex", "output"], "penalty": 0.01}],
     "tasks": [{"id": "cameras", "dnn": "alex", "rate": 300, "accuracy": 0.85, "value": 1}],
     "measured": [{"task": "cameras", "path": [["alex", "a1"], ["mobile", "m2"]], "accuracy": 0.897}],
     "options": {"paths": "single"}}
    """

  private func read(_ text: String) throws(InputError) -> CoordinationInstance {
    var document = try Document.parse(Array(text.utf8), format: .json, file: "instance")
    document.foreignKeys = Kinds.foreignKeys(toInstance: document)
    return try CoordinationProblem.instance(from: document)
  }

  @Test func aFileIsRead() throws {
    let instance = try read(Self.text)
    #expect(instance.network.nodes.map(\.capacity) == [0.9, 1])
    #expect(instance.services[1].blocks[0].time == 0.001 && instance.services[2].blocks.isEmpty)
    #expect(instance.connections[1].to == BlockVertex(service: 0, position: 3))
    #expect(instance.measured[0].accuracy == 0.897 && instance.paths == .single)
    #expect(instance.pathCount(BlockGraph(instance)) == 2)
  }

  @Test(arguments: [
    ("\"time\": \"0.2 ms\", \"penalty\"", "\"penatly\": 0, \"penalty\"", "did you mean \"penalty\""),
    ("\"from\": [\"alex\", \"a1\"]", "\"from\": [\"alex\", \"a3\"]", "there is no block of \"alex\" \"a3\""),
    ("\"from\": [\"alex\", \"a1\"]", "\"from\": [\"alex\", \"output\"]", "from a block or from an \"input\""),
    ("\"to\": [\"alex\", \"output\"]", "\"to\": [\"alex\", \"input\"]", "to a block or to an \"output\""),
    (
      "\"to\": [\"alex\", \"output\"]", "\"to\": [\"alex\", \"a1\"]",
      "cycle, \"alex: a1\" > \"mobile: m2\" > \"alex: a1\""
    ),
    (
      "\"to\": [\"alex\", \"output\"]", "\"to\": [\"far\", \"output\"]",
      "measured[0].path: this is no path of the task"
    ),
    (
      "\"from\": [\"mobile\", \"m2\"]", "\"from\": [\"far\", \"input\"]",
      "a link from node \"edge 2\" to \"edge 1\""
    ),
    ("\"from\": [\"mobile\", \"m2\"]", "\"from\": [\"alex\", \"a2\"]", "beside an arc"),
    (
      "\"from\": [\"mobile\", \"m2\"], \"to\": [\"alex\", \"output\"]",
      "\"from\": [\"alex\", \"a1\"], \"to\": [\"mobile\", \"m2\"]", "a second connection"
    ),
    ("\"accuracy\": 0.92", "\"accuracy\": 1.2", "between 0 and 1"),
    ("\"accuracy\": 0.85", "\"accuracy\": -0.1", "between 0 and 1"),
    ("\"accuracy\": 0.897", "\"accuracy\": 90", "between 0 and 1"),
    (
      "[\"mobile\", \"m2\"]], \"accuracy\"", "[\"mobile\", \"m1\"]], \"accuracy\"",
      "no block or connection leads"
    ),
    (
      "[[\"alex\", \"a1\"], [\"mobile\", \"m2\"]], \"accuracy\"", "[], \"accuracy\"",
      "no block or connection leads"
    ),
    ("\"name\": \"a2\"", "\"name\": \"output\"", "must not be called \"output\""),
    ("\"name\": \"a2\"", "\"name\": \"a1\"", "a second block"),
    ("\"capacity\": 0.9", "\"capacity\": -1", "must not be negative"),
    ("\"capacity\": 0.9", "\"compute\": 1", "belongs to the problem splitting"),
    ("\"rate\": 300, ", "", "the key \"rate\" is missing"),
    ("\"tasks\"", "\"jobs\": [], \"tasks\"", "belongs to the problem splitting"),
    ("\"blocks\": []", "\"layers\": [], \"blocks\": []", "belongs to the problem splitting"),
    ("\"paths\": \"single\"", "\"paths\": \"both\"", "is not one of \"single\", \"split\""),
    ("\"value\": 1", "\"value\": \"1\"", "must be a number"),
    ("\"host\": \"edge 2\"", "\"host\": \"edge 3\"", "there is no node \"edge 3\""),
  ])
  func faultsAreNamed(_ old: String, _ new: String, _ words: String) {
    #expect {
      try read(Self.text.replacing(old, with: new, maxReplacements: 1))
    } throws: {
      "\($0)".contains(words) && "\($0)".contains("instance:")
    }
  }

  /// Requests that no path is accurate enough for do not hide those of other tasks, however many they are.
  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: ["paths", "layered"])
  func whatCannotBeServedSetsNoScale(_ name: String) async throws {
    let instance = try read(
      """
      {"layerroute": 1, "problem": "coordination", "network": {"nodes": [{"id": "n"}], "links": []},
       "dnns": {"d": {"host": "n", "input": 0, "accuracy": 0.8, "blocks": [{"name": "x", "time": 0, "output": 0}]}},
       "tasks": [{"id": "big", "dnn": "d", "rate": 1e9, "accuracy": 0.9}, {"id": "small", "dnn": "d", "rate": 1}]}
      """)
    for backend in WorkerBackend.all.map(\.name) where Backends.built.contains(backend) {
      let request = SolveRequest(formulation: name, backend: backend)
      let value = try await Kinds.coordination.solve(instance, request).file.objective?.value
      #expect(abs((value ?? 0) - 0.8) < 1e-6, "\(name) \(backend): \(value as Any)")
    }
  }

  /// A solve without time has a plan and a bound, and does not call the plan optimal.
  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: ["exact", "own", "search"])
  func withoutTimeNothingIsOptimal(_ method: String) async throws {
    let instance = try read(Self.text)
    let answer = try await Kinds.coordination.solve(
      instance, SolveRequest(method: method), budget: Budget(seconds: 1e-9))
    let report = try #require(answer.file.objective)
    #expect(answer.file.status == .feasible && report.bound >= 269.1 && report.bound < .infinity, "\(report)")
  }

  /// Of paths that are not measured; within the tolerance.
  @Test func accuraciesOfPathsAreBetween0And1() throws {
    let large = Self.text.replacing("\"penalty\": 0.02", with: "\"penalty\": 1.02")
    #expect(throws: Never.self) { try read(large) }
    let unmeasured = large.replacing("\"measured\": [{", with: "\"measured\": []}", maxReplacements: 1)
    let start = try #require(unmeasured.range(of: "\"measured\": []}"))
    let text = String(unmeasured[..<start.lowerBound]) + "\"options\": {}}"
    #expect {
      try read(text)
    } throws: {
      "\($0)".contains("task \"cameras\" has a path of accuracy -0.11")
        && "\($0)".contains("alex: a1 > mobile: m2")
    }
    let gain = text.replacing("\"penalty\": 1.02", with: "\"penalty\": -0.0899999999")
    #expect(throws: Never.self) { try read(gain) }
    #expect(throws: InputError.self) { try read(gain.replacing("0.0899999999", with: "0.09001")) }
  }

  private func plan(_ tasks: String, loads: String = "\"nodes\": [], \"links\": []") throws -> [String] {
    let instance = try read(Self.text)
    let text = """
      {"layerroute": 1, "problem": "coordination", "status": "feasible",
       "objective": {"kind": "reward", "value": 89.7, "bound": 89.7, "gap": 0}, "tasks": \(tasks), \(loads)}
      """
    let document = try Document.parse(Array(text.utf8), format: .json, file: "plan")
    return try PlanVerification(document, of: instance, Kinds.coordination).findings
  }

  static let loads = "\"nodes\": [{\"id\": \"edge 1\", \"load\": 0.32}], \"links\": []"
  static let task = """
    [{"id": "cameras", "rate": 100, "accuracy": 0.897,
      "paths": [{"rate": 100, "accuracy": 0.897, "blocks": [["alex", "a1"], ["mobile", "m2"]]}]}]
    """

  @Test func aPlanHolds() throws { #expect(try plan(Self.task, loads: Self.loads) == []) }

  @Test(arguments: [
    ("\"mobile\", \"m2\"", "\"mobile\", \"m1\"", "no arc leads between"), ("m2", "m7", "no block \"m7\""),
    ("cameras", "doors", "no task \"doors\""),
    ("\"rate\": 100, \"accuracy\": 0.897, \"b", "\"rate\": -1, \"accuracy\": 0.897, \"b", "a rate is"),
    ("\"rate\": 100, \"accuracy\": 0.897, \"b", "\"rate\": 301, \"accuracy\": 0.897, \"b", "only 300 arrive"),
    ("0.897,\n", "0.9,\n", "accuracy is stated as 0.9"),
  ])
  func corruptedPlansAreRefused(_ old: String, _ new: String, _ words: String) throws {
    let findings = try plan(Self.task.replacing(old, with: new, maxReplacements: 1), loads: Self.loads)
    #expect(findings.contains { $0.contains(words) }, "\(findings)")
  }

  @Test func tasksWithoutTrafficHaveNoAccuracy() throws {
    let none = "[{\"id\": \"cameras\", \"rate\": 0, \"accuracy\": 0.9, \"paths\": []}]"
    #expect(try plan(none).contains { $0.contains("state it as null") })
    #expect(try plan("[]").contains { $0.contains("task \"cameras\" is missing") })
  }
}
