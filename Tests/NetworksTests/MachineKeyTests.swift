import Documents
import Networks
import TestSupport
import Testing

/// The keys that describe machines as they are: `memoryBandwidth` and `relay` of nodes, and `weights`, `activations`
/// and `traffic` of layers.
struct MachineKeyTests {
  /// A node and a layer with every one of them.
  private static let sample = """
    {"network": {"nodes": [
       {"id": "phone", "compute": 1, "memoryBandwidth": "20 GB/s", "relay": false}
     ], "links": []},
     "dnns": {"d": {"input": 0, "layers": [
       {"name": "l", "output": 0, "weights": "16 MB", "activations": 8000, "traffic": "2 MiB"}
     ]}}}
    """

  private func parse(_ text: String, _ format: FileFormat = .json) throws -> NetworkAndDNNs {
    let document = try Document.parse(Array(text.utf8), format: format, file: "t")
    return try NetworkAndDNNs(
      in: document, network: document.required("network", of: Document.root),
      dnns: document.required("dnns", of: Document.root))
  }

  @Test(arguments: FileFormat.allCases)
  func theyAreReadInBaseUnits(_ format: FileFormat) throws {
    let read = try parse(Self.sample, format)
    #expect(
      read.network.nodes == [Node(id: "phone", compute: 1, memoryBandwidth: 20e9, isRelay: false)])
    #expect(
      read.dnns.dnns[0].layers
        == [Layer(name: "l", output: 0, weights: 16e6, activations: 8000, traffic: 2_097_152)])
  }

  @Test func withoutThemEverythingIsAsBefore() throws {
    let read = try parse(
      """
      {"network": {"nodes": [{"id": "n"}], "links": []},
       "dnns": {"d": {"input": 0, "layers": [{"name": "l", "output": 0, "memory": 7}]}}}
      """)
    let (node, layer) = (read.network.nodes[0], read.dnns.dnns[0].layers[0])
    #expect(node.memoryBandwidth == nil && node.isRelay)
    #expect(layer.weights == 0 && layer.activations == 0 && layer.traffic == 0)
    #expect(layer.footprint == 7)
  }

  @Test func aLayerAloneTakesAllThreeParts() {
    let layer = Layer(name: "l", output: 0, memory: 1, weights: 20, activations: 300, traffic: 4000)
    #expect(layer.footprint == 321)
  }

  @Test(arguments: [
    ("20e9", 20e9), ("\"20 GB/s\"", 20e9), ("\"20Gbyte/s\"", 20e9), ("\"400 Gbit/s\"", 50e9),
    ("\"8 b/s\"", 1), ("\"1 GiB/s\"", 1_073_741_824), ("1e-300", 1e-300),
  ])
  func aMemoryBandwidthIsInBytesASecond(_ text: String, _ expected: Double) throws {
    let read = try parse(Self.sample.replacing("\"20 GB/s\"", with: text))
    #expect(read.network.nodes[0].memoryBandwidth == expected)
  }

  @Test(arguments: [("weights", "\"16 MB\""), ("activations", "8000"), ("traffic", "\"2 MiB\"")])
  func whatLayersTakeIsInBytes(_ key: String, _ old: String) throws {
    let spellings = [("0", 0), ("3", 3), ("\"8 Mbit\"", 1e6), ("\"2 KiB\"", 2048), ("\"5 byte\"", 5.0)]
    for (text, expected) in spellings {
      let read = try parse(Self.sample.replacing("\"\(key)\": \(old)", with: "\"\(key)\": \(text)"))
      let layer = read.dnns.dnns[0].layers[0]
      let value = ["weights": layer.weights, "activations": layer.activations, "traffic": layer.traffic][key]
      #expect(value == expected, "\(key): \(text)")
    }
  }

  private static let (node, layer) = ("network.nodes[0]", "dnns.d.layers[0]")

  static let rejections: [Rejection] = [
    // Figures.
    .init("\"20 GB/s\"", "§0", "\(node).memoryBandwidth", "must be positive"),
    .init("\"20 GB/s\"", "§\"0 B/s\"", "\(node).memoryBandwidth", "must be positive"),
    .init("\"20 GB/s\"", "§-1", "\(node).memoryBandwidth", "negative"),
    .init("\"20 GB/s\"", "§1e400", "\(node).memoryBandwidth", "not a finite number"),
    .init("\"20 GB/s\"", "§\"20 GB\"", "\(node).memoryBandwidth", "byte/s"),
    .init("\"20 GB/s\"", "§\"20\"", "\(node).memoryBandwidth", "no unit", "byte/s"),
    .init("\"20 GB/s\"", "§null", "\(node).memoryBandwidth", "null is not allowed"),
    .init("\"16 MB\"", "§\"-16 MB\"", "\(layer).weights", "negative"),
    .init("\"16 MB\"", "§\"16 MFLOP\"", "\(layer).weights", "byte"),
    .init("8000", "§-8000", "\(layer).activations", "negative"),
    .init("8000", "§[8000]", "\(layer).activations", "this is a list"),
    .init("\"2 MiB\"", "§1e400", "\(layer).traffic", "not a finite number"),
    .init("\"2 MiB\"", "§\"2 MiB/s\"", "\(layer).traffic", "byte"),
    // Relays.
    .init("\"relay\": false", "\"relay\": §0", "\(node).relay", "true or false"),
    .init("\"relay\": false", "\"relay\": §\"false\"", "\(node).relay", "true or false"),
    .init("\"relay\": false", "\"relay\": §null", "\(node).relay", "null"),
    .init("\"relay\": false", "\"relay\": true, §\"relay\": false", "\(node).relay", "duplicate key"),
    // Keys.
    .init("\"relay\"", "§\"relays\"", "\(node).relays", "did you mean \"relay\""),
    .init(
      "\"memoryBandwidth\"", "§\"memorybandwidth\"", "\(node).memorybandwidth",
      "did you mean \"memoryBandwidth\""),
    .init("\"weights\"", "§\"weight\"", "\(layer).weight", "did you mean \"weights\""),
    .init("\"activations\"", "§\"activation\"", "\(layer).activation", "did you mean \"activations\""),
    .init("\"traffic\"", "§\"trafic\"", "\(layer).trafic", "did you mean \"traffic\""),
    // Of the other kind of object.
    .init("\"traffic\"", "§\"memoryBandwidth\"", "\(layer).memoryBandwidth", "unknown key"),
    .init("\"relay\": false", "§\"weights\": 1", "\(node).weights", "unknown key"),
  ]

  @Test(arguments: rejections)
  func aFaultIsRefusedWithItsPlaceAndItsWords(_ rejection: Rejection) throws {
    let range = try #require(Self.sample.firstRange(of: rejection.fragment))
    let marked = MarkedText(Self.sample.replacingCharacters(in: range, with: rejection.replacement))
    let error = try #require(throws: InputError.self, "accepted") { try parse(marked.text) }
    for word in rejection.words { #expect(error.message.contains(word), "\(error)") }
    #expect(error.path == rejection.path, "\(error)")
    #expect(error.line == marked.line && error.column == marked.column, "\(error)")
  }

  @Test func whatIsWrittenIsReadBackEqual() throws {
    let network = Network(
      nodes: [
        Node(id: "a", compute: 3, memory: 5, memoryBandwidth: 1 / 3, backlog: 2, isRelay: false),
        Node(id: "b", memoryBandwidth: 1e-300), Node(id: "c", isRelay: false), Node(id: "d"),
      ], links: [])
    let layers = [
      Layer(name: "l", work: 1, output: 4, memory: 2, weights: 0.1, activations: 1e22, traffic: 7),
      Layer(name: "m", output: 0, traffic: 1e-300), Layer(name: "n", output: 0),
    ]
    let dnn = DNN(name: "d", input: 3, layers: layers)
    let text = "{\"network\": \(network.json()), \"dnns\": {\"d\": \(dnn.json(nodes: network.nodes))}}"
    let read = try parse(text)
    #expect(read.network == network && read.dnns.dnns == [dnn], "\(text)")
  }

  /// In the order of the documentation, and none of them where it has its default.
  @Test func keysAreWrittenInTheirOrder() {
    let nodes = [
      Node(id: "a", compute: 3, memory: 5, memoryBandwidth: 4, backlog: 2, isRelay: false), Node(id: "b"),
    ]
    let network = Network(nodes: nodes, links: []).json()
    let full =
      "{\"id\": \"a\", \"compute\": 3, \"memory\": 5, \"memoryBandwidth\": 4, \"backlog\": 2, \"relay\": false}"
    #expect(network.contains(full) && network.contains("{\"id\": \"b\"}"), "\(network)")
    let layers = [
      Layer(name: "l", work: 1, output: 4, memory: 2, weights: 3, activations: 5, traffic: 7),
      Layer(name: "m", output: 0),
    ]
    let dnn = DNN(name: "d", input: 3, layers: layers).json()
    let parts =
      "\"work\": 1, \"output\": 4, \"memory\": 2, \"weights\": 3, \"activations\": 5, \"traffic\": 7}"
    #expect(dnn.contains("{\"name\": \"l\", \(parts)"), "\(dnn)")
    #expect(dnn.contains("{\"name\": \"m\", \"output\": 0}"), "\(dnn)")
  }
}
