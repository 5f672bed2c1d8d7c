import Documents
import Foundations
import Networks
import Splitting
import TestSupport
import Testing

struct InstanceReaderTests {
  @Test func theContractsExampleIsReadInBaseUnits() throws {
    let expected = Instance(
      network: Network(
        nodes: [
          Node(id: "camera", compute: 5e9, memory: 536_870_912),
          Node(id: "edge", compute: 2e12, backlog: 4e9, position: Position(x: 2.5, y: -1)),
          Node(id: "switch"),
        ],
        links: [
          Link(tail: 0, head: 2, bandwidth: 1e9, latency: 0.001),
          Link(tail: 2, head: 0, bandwidth: 1e9, latency: 0.001),
          Link(tail: 2, head: 1, bandwidth: 1e9, latency: 0.0002, backlog: 50_000),
          Link(tail: 1, head: 2, bandwidth: 1e9),
        ]),
      dnns: [
        DNN(
          name: "tiny", input: 602_112,
          layers: [
            Layer(name: "conv1", work: 210_000_000, output: 200_000, memory: 93_000),
            Layer(
              name: "fc", work: 8_192_000, output: 4000, memory: 16e6,
              times: [MeasuredTime(node: 0, seconds: 0.09)]),
          ])
      ],
      jobs: [
        Job(
          id: "detect", dnn: 0, source: 0, target: 0, rate: 10, weight: 2, deadline: 0.25, release: 1,
          hosts: [HostRule(layer: 0, nodes: [0]), HostRule(layer: nil, nodes: [1])])
      ],
      options: Options(waiting: .layer, objective: .max))
    #expect(try parse(sampleInstance) == expected)
  }

  @Test func yamlAndJSONGiveEqualInstances() throws {
    #expect(try parse(sampleYAML, .yaml) == parse(sampleInstance))
    #expect(try parse(sampleInstance, .yaml) == parse(sampleInstance), "JSON is YAML too")
  }

  @Test func absentKeysHaveTheirDefaults() throws {
    let instance = try parse(
      """
      {"layerroute": 1, "network": {"nodes": [{"id": "a"}], "links": []},
       "dnns": {"d": {"input": 0, "layers": []}}, "jobs": [{"id": "j", "dnn": "d", "source": "a", "target": "a"}]}
      """)
    #expect(instance.options == Options())
    #expect(instance.network.nodes == [Node(id: "a")])
    #expect(instance.jobs == [Job(id: "j", dnn: 0, source: 0, target: 0, rate: 0, weight: 1)])
  }

  static let rejections: [Rejection] = [
    // The version, unknown keys and missing ones.
    .init("\"layerroute\": 1", "\"layerroute\": §2", "layerroute", "reads version 1"),
    .init("\"layerroute\": 1", "\"layerroute\": §\"1\"", "layerroute", "reads version 1"),
    .init("\"options\"", "§\"optoins\"", "optoins", "unknown key \"optoins\"", "did you mean \"options\""),
    .init("\"release\"", "§\"relaese\"", "jobs[0].relaese", "did you mean \"release\""),
    .init(
      "\"memory\": \"93 kB\"", "§\"zzz\": 1", "dnns.tiny.layers[0].zzz", "known here: name, work, output"),
    .init(
      "\"backlog\": \"50 kB\"", "§\"back log\": 1", "network.links[1][\"back log\"]",
      "did you mean \"backlog\""),
    .init("{\"id\": \"switch\"}", "§{}", "network.nodes[2]", "\"id\" is missing"),
    .init("\"to\": \"edge\", ", "", "network.links[1]", "\"to\" is missing"),
    .init("\"bandwidth\": 1e9, ", "", "network.links[2]", "\"bandwidth\" is missing"),
    .init("\"input\": \"602112 B\",", "", "dnns.tiny", "\"input\" is missing"),
    .init("\"output\": 4000, ", "", "dnns.tiny.layers[1]", "\"output\" is missing"),
    .init("\"dnn\": \"tiny\", ", "", "jobs[0]", "\"dnn\" is missing"),
    .init("\"target\": \"camera\",", "", "jobs[0]", "\"target\" is missing"),
    // Quantities.
    .init("\"bandwidth\": 1e9", "\"bandwidth\": §-1", "network.links[2].bandwidth", "negative"),
    .init("\"bandwidth\": 1e9", "\"bandwidth\": §0", "network.links[2].bandwidth", "must be positive"),
    .init("\"bandwidth\": 1e9", "\"bandwidth\": §1e400", "network.links[2].bandwidth", "not a finite number"),
    .init("\"5 GFLOP/s\"", "§\"5 GB/s\"", "network.nodes[0].compute", "FLOP/s or MAC/s"),
    .init("\"5 GFLOP/s\"", "§\"NaN FLOP/s\"", "network.nodes[0].compute", "not a number"),
    .init("\"5 GFLOP/s\"", "§[5]", "network.nodes[0].compute", "this is a list"),
    .init("\"5 GFLOP/s\"", "§null", "network.nodes[0].compute", "null is not allowed"),
    .init("\"5 GFLOP/s\"", "§true", "network.nodes[0].compute", "this is a boolean"),
    .init("\"90 ms\"", "§\"90\"", "dnns.tiny.layers[1].times.camera", "no unit"),
    .init("\"90 ms\"", "§null", "dnns.tiny.layers[1].times.camera", "this is null"),
    .init("\"weight\": 2", "\"weight\": §-2", "jobs[0].weight", "negative"),
    .init("\"weight\": 2", "\"weight\": §\"2\"", "jobs[0].weight", "must be a number"),
    .init("\"duplex\": false", "\"duplex\": §0", "network.links[2].duplex", "true or false"),
    .init("\"compute\": \"2 TFLOP/s\", ", "", "network.nodes[1].backlog", "\"edge\"", "compute"),
    .init("\"2 TFLOP/s\"", "0", "network.nodes[1].backlog", "\"edge\"", "compute"),
    // Positions.
    .init("\"position\"", "§\"positions\"", "network.nodes[1].positions", "did you mean \"position\""),
    .init("[2.5, -1]", "§[2.5]", "network.nodes[1].position", "list of two numbers"),
    .init("[2.5, -1]", "§[2.5, -1, 0]", "network.nodes[1].position", "list of two numbers"),
    .init("[2.5, -1]", "§{\"x\": 1, \"y\": 2}", "network.nodes[1].position", "must be a list"),
    .init("[2.5, -1]", "[2.5, §1e400]", "network.nodes[1].position[1]", "not a finite number"),
    .init("[2.5, -1]", "[§\"2.5\", -1]", "network.nodes[1].position[0]", "must be a number"),
    // Names.
    .init("{\"id\": \"switch\"}", "{\"id\": §\"edge\"}", "network.nodes[2].id", "a second node", "\"edge\""),
    .init("{\"id\": \"switch\"}", "{\"id\": §\"\\u0065dge\"}", "network.nodes[2].id", "a second node"),
    .init("{\"id\": \"switch\"}", "{\"id\": §\"\"}", "network.nodes[2].id", "empty"),
    .init("{\"id\": \"switch\"}", "{\"id\": §3}", "network.nodes[2].id", "quotation marks"),
    .init(
      "\"to\": \"edge\"", "\"to\": §\"egde\"", "network.links[1].to", "\"egde\"", "did you mean \"edge\""),
    .init("\"to\": \"edge\"", "\"to\": §\"a\\u001b[1m\"", "network.links[1].to", "\\u001b"),
    .init(
      "{\"camera\": \"90 ms\"}", "{§\"camra\": 1}", "dnns.tiny.layers[1].times.camra",
      "did you mean \"camera\""),
    .init("\"name\": \"fc\"", "\"name\": §\"conv1\"", "dnns.tiny.layers[1].name", "a second layer", "conv1"),
    .init("\"name\": \"fc\"", "\"name\": §\"*\"", "dnns.tiny.layers[1].name", "\"*\""),
    .init("\"name\": \"fc\"", "\"name\": §\"\"", "dnns.tiny.layers[1].name", "empty"),
    .init("\"tiny\": {", "§\"\": {", "dnns[\"\"]", "empty"),
    .init("\"dnn\": \"tiny\"", "\"dnn\": §\"tniy\"", "jobs[0].dnn", "there is no DNN \"tniy\"", "\"tiny\""),
    .init(
      "\"source\": \"camera\"", "\"source\": §\"nowhere\"", "jobs[0].source", "there is no node \"nowhere\""),
    .init("\"conv1\": [", "§\"conv99\": [", "jobs[0].hosts.conv99", "no layer \"conv99\"", "\"conv1\""),
    .init("[\"edge\"]", "§[]", "jobs[0].hosts[\"*\"]", "empty list"),
    .init("[\"edge\"]", "[\"edge\", §\"edge\"]", "jobs[0].hosts[\"*\"][1]", "\"edge\"", "twice"),
    .init("[\"edge\"]", "[§null]", "jobs[0].hosts[\"*\"][0]", "this is null"),
    .init("[\"edge\"]", "§\"edge\"", "jobs[0].hosts[\"*\"]", "must be a list"),
    .init("\"*\": [\"edge\"]", "§\"conv1\": [\"edge\"]", "jobs[0].hosts.conv1", "duplicate key"),
    // Links.
    .init("{\"from\": \"edge\"", "§{\"from\": \"switch\"", "network.links[2]", "itself", "\"switch\""),
    .init(
      "{\"from\": \"edge\", \"to\": \"switch\"", "§{\"from\": \"switch\", \"to\": \"edge\"",
      "network.links[2]",
      "\"switch\" and \"edge\"", "same direction"),
    .init(
      "{\"from\": \"edge\", \"to\"",
      "§{\"from\": \"switch\", \"to\": \"camera\", \"bandwidth\": 1}, {\"from\": \"edge\", \"to\"",
      "network.links[2]", "\"switch\" and \"camera\""),
    .init("\"duplex\": false", "\"duplex\": true", "network.links[2]", "\"edge\" and \"switch\""),
    // Words and structure.
    .init("\"waiting\": \"layer\"", "\"waiting\": §\"always\"", "options.waiting", "\"visit\", \"layer\""),
    .init("\"objective\": \"max\"", "\"objective\": §\"min\"", "options.objective", "\"total\", \"max\""),
    .init("{\"waiting\": \"layer\", \"objective\": \"max\"}", "§null", "options", "null is not allowed"),
    .init("{\"waiting\": \"layer\", \"objective\": \"max\"}", "§[]", "options", "must be an object"),
    .init("\"dnns\": {", "\"dnns\": §[], \"x\": {", "", "unknown key \"x\""),
  ]

  @Test(arguments: rejections)
  func aFaultIsRefusedWithItsPlaceAndItsWords(rejection: Rejection) throws {
    #expect(sampleInstance.contains(rejection.fragment))
    let range = try #require(sampleInstance.firstRange(of: rejection.fragment))
    let marked = MarkedText(sampleInstance.replacingCharacters(in: range, with: rejection.replacement))
    let error = try #require(throws: InputError.self, "accepted") { try parse(marked.text) }
    for word in rejection.words { #expect(error.message.contains(word), "\(error)") }
    guard !rejection.path.isEmpty else { return }
    #expect(error.path == rejection.path, "\(error)")
    guard rejection.replacement.contains("§") else { return }
    #expect(error.line == marked.line && error.column == marked.column, "\(error)")
    #expect(error.description.hasPrefix("t:\(marked.line):\(marked.column): \(rejection.path): "), "\(error)")
  }

  @Test func everyTopLevelKeyButOptionsIsRequired() throws {
    let members = [
      ("layerroute", "1"), ("network", "{\"nodes\": [{\"id\": \"a\"}], \"links\": []}"), ("dnns", "{}"),
      ("jobs", "[]"), ("options", "{}"),
    ]
    for absent in members.indices {
      let present = members.indices.filter { $0 != absent }
      let text = present.map { "\"\(members[$0].0)\": \(members[$0].1)" }.joined(separator: ", ")
      if members[absent].0 == "options" {
        #expect(try parse("{\(text)}").jobs.isEmpty)
      } else {
        let error = try #require(throws: InputError.self) { try parse("{\(text)}") }
        #expect(error.message.contains("\"\(members[absent].0)\" is missing"), "\(error)")
      }
    }
  }

  @Test func aNetworkNeedsANode() throws {
    let text = "{\"layerroute\": 1, \"network\": {\"nodes\": [], \"links\": []}, \"dnns\": {}, \"jobs\": []}"
    let error = try #require(throws: InputError.self) { try parse(text) }
    #expect(error.path == "network.nodes" && error.message.contains("at least one node"))
  }

  @Test(arguments: FileFormat.allCases)
  func canonicallyEquivalentIdsAreDifferentIds(format: FileFormat) throws {
    let text = """
      {"layerroute": 1,
       "network": {"nodes": [{"id": "\u{E9}", "compute": 1}, {"id": "e\u{301}", "compute": 2}],
                   "links": [{"from": "e\\u0301", "to": "\\u00e9", "bandwidth": 1}]},
       "dnns": {"\u{E9}": {"input": 1, "layers": []},
                "e\u{301}": {"input": 2, "layers": [{"name": "l", "output": 1, "times": {"\u{E9}": 1, "e\u{301}": 2}}]}},
       "jobs": [{"id": "j", "dnn": "e\u{301}", "source": "\u{E9}", "target": "e\u{301}"}]}
      """
    let instance = try parse(text, format)
    #expect(instance.network.links == [Link(tail: 1, head: 0, bandwidth: 1)])
    #expect(instance.jobs[0].dnn == 1 && instance.jobs[0].source == 0 && instance.jobs[0].target == 1)
    #expect(instance.dnns[1].layers[0].times.map(\.node) == [0, 1])
  }

  @Test(arguments: FileFormat.allCases)
  func anyStringIsAnId(format: FileFormat) throws {
    let ids = [
      "*", "a b", "3e5", "true", "null", "", "\u{1F600}", "\u{F0000}*", "\u{10FFFF}", "quo\"te",
      "back\\slash", "~", "\n\t",
    ]
    for id in ids where !id.isEmpty {
      let network = Network(nodes: [Node(id: Name(id), compute: 1)], links: [])
      let layer = Layer(name: "l", output: 1, times: [MeasuredTime(node: 0, seconds: 2)])
      let instance = Instance(
        network: network, dnns: [DNN(name: Name(id), input: 1, layers: [layer])], jobs: [])
      #expect(try parse(instance.json(), format) == instance, "\(id.debugDescription)")
    }
  }

  @Test func columnsCountCodePoints() throws {
    let text = sampleInstance.replacing(
      "{\"id\": \"switch\"}", with: "{\"id\": \"日本é\u{301}😀\", \"compute\": -1}")
    let error = try #require(throws: InputError.self) { try parse(text) }
    #expect(error.line == 7 && error.column == 34, "\(error)")
  }
}
