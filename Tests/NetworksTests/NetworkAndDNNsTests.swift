import Documents
import Foundation
import Networks
import TestSupport
import Testing

/// The network and the DNNs of an instance of any kind: in the instance's file, and in files of their own.
struct NetworkAndDNNsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("nodes:\n  - {id: a, compute: 1}\nlinks: []\n", to: "parts/net.yaml")
    try folder.write("{\"input\": 3, \"layers\": []}", to: "dnn.json")
  }

  private func read(network: String, dnns: String) throws -> NetworkAndDNNs {
    let file = try folder.write("{\"network\": \(network), \"dnns\": \(dnns)}", to: "instance.json")
    let document = try Document.read(file: file)
    return try NetworkAndDNNs(
      in: document, network: document.required("network", of: Document.root),
      dnns: document.required("dnns", of: Document.root))
  }

  @Test func filesAreReadInPlaceOfObjects() throws {
    let inline = try read(
      network: "{\"nodes\": [{\"id\": \"a\", \"compute\": 1}], \"links\": []}",
      dnns: "{\"d\": {\"input\": 3, \"layers\": []}}")
    #expect(inline.network.nodes == [Node(id: "a", compute: 1)])
    #expect(inline.dnns.dnns == [DNN(name: "d", input: 3, layers: [])])
    let files = try read(network: "{\"file\": \"parts/net.yaml\"}", dnns: "{\"d\": {\"file\": \"dnn.json\"}}")
    #expect(files.network == inline.network && files.dnns.dnns == inline.dnns.dnns)
  }

  @Test func aFaultInAReferencedFileIsPlacedThere() throws {
    try folder.write("{\"input\": 3,\n \"layers\": [{\"name\": \"l\", \"output\": -1}]}", to: "bad.json")
    let error = try #require(throws: InputError.self) {
      try read(network: "{\"file\": \"parts/net.yaml\"}", dnns: "{\"d\": {\"file\": \"bad.json\"}}")
    }
    #expect(error.file.hasSuffix("/bad.json") && error.line == 2, "\(error)")
    #expect(error.path == "layers[0].output", "\(error)")
  }

  /// A few bytes a reference must not multiply a large file in memory or time.
  @Test func manyReferencesToOneFileCostNoMoreThanTheFile() throws {
    let layers = (0..<2000).map { "{\"name\": \"l\($0)\", \"output\": 0}" }.joined(separator: ",")
    try folder.write("{\"input\": 0, \"layers\": [\(layers)]}", to: "large.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("same.json"), withDestinationPath: "large.json")
    let dnns = (0..<2000).map {
      "\"d\($0)\": {\"file\": \"\($0.isMultiple(of: 2) ? "large" : "same").json\"}"
    }
    let start = Fuzzing.processorSeconds
    let read = try read(
      network: "{\"file\": \"parts/net.yaml\"}", dnns: "{\(dnns.joined(separator: ","))}")
    #expect(Fuzzing.processorSeconds - start < 5)
    let table = read.dnns
    #expect(table.dnns.count == 2000 && table.dnns[1999].name == "d1999")
    #expect(table.dnns[1999].layers == table.dnns[0].layers && table.dnns[0].layers.count == 2000)
    #expect(table.layers.count == 2000)
  }

  @Test func whatIsWrittenIsReadBackEqual() throws {
    let network = Network(
      nodes: [
        Node(
          id: "a", compute: 1 / 3, memory: .leastNonzeroMagnitude, backlog: 1e22,
          position: Position(x: -0.1, y: 2)),
        Node(id: "e\u{301}"),
      ],
      links: [
        Link(tail: 0, head: 1, bandwidth: 1e9, latency: 0.1, backlog: 7),
        Link(tail: 1, head: 0, bandwidth: 1e9, latency: 0.1, backlog: 7),
      ])
    let layers = [
      Layer(name: "l", work: 0, output: 4, memory: 2, times: [MeasuredTime(node: 1, seconds: 0.25)]),
      Layer(name: "m", output: 0),
    ]
    let dnn = DNN(name: "d", input: 3, layers: layers)
    let read = try read(network: network.json(), dnns: "{\"d\": \(dnn.json(nodes: network.nodes))}")
    #expect(read.network == network && read.dnns.dnns == [dnn])
  }
}
