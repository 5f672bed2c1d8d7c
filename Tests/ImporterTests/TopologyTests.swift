import Documents
import Networks
import Splitting
import TestSupport
import Testing

@testable import Importers

/// Topologies in the three formats, written here.
enum TopologySample {
  /// The Topology Zoo's manner: a hyperedge, labels twice and not at all, a node without coordinates, parallel links.
  static let graphML = """
    <?xml version="1.0" encoding="utf-8"?>
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key attr.name="LinkSpeedRaw" attr.type="double" for="edge" id="d1" />
      <key attr.name="LinkSpeed" attr.type="string" for="edge" id="d2" />
      <key attr.name="LinkSpeedUnits" attr.type="string" for="edge" id="d3" />
      <key attr.name="label" attr.type="string" for="node" id="d4" />
      <key attr.name="Longitude" attr.type="double" for="node" id="d5" />
      <key attr.name="Latitude" attr.type="double" for="node" id="d6" />
      <key attr.name="hyperedge" attr.type="int" for="node" id="d7"><default>0</default></key>
      <graph edgedefault="undirected">
        <data key="d0">ignored</data>
        <node id="0"><data key="d4">A &amp; B</data><data key="d5">0.0</data><data key="d6">0.0</data></node>
        <node id="1"><data key="d4">Twin</data><data key="d5">0.0</data><data key="d6">1.0</data></node>
        <node id="2"><data key="d4">Twin</data><data key="d5">1.0</data><data key="d6">0.0</data></node>
        <node id="3"><data key="d4">None</data><data key="d7">1</data></node>
        <edge source="0" target="1"><data key="d1">2500000000.0</data></edge>
        <edge source="1" target="0"><data key="d2">155</data><data key="d3">M</data></edge>
        <edge source="0" target="0" />
        <edge source="2" target="3" />
        <edge source="0" target="2"><data key="d2">&lt;10</data><data key="d3">G</data></edge>
      </graph>
    </graphml>
    """

  static let nodeLink = """
    {"directed": true, "multigraph": false, "graph": {},
     "nodes": [{"id": 1, "name": "one", "pos": [10, 50]}, {"id": "1", "name": "text"}, {"id": [1, 2]}, {}],
     "links": [{"source": 1, "target": "1", "dist": 200, "capacity": "10 Gbps"},
               {"source": "1", "target": 1, "dist": 200, "capacity": "10G"},
               {"source": [1, 2], "target": 3, "length": "4", "bandwidth": 5, "latency": "2 ms"}]}
    """

  static let gml = """
    # a comment
    Creator "by hand"
    graph [
      directed 0
      node [ id 1 label "K&#246;ln" lon 6.96 lat 50.94 ]
      node [ id 2 label "a &quot;b&quot; &amp; &unknown;" graphics [ x 1.5 y -2 ] ]
      edge [ source 1 target 2 dist 1e2 capacity 40 ]
    ]
    """

  static func topology(_ text: String, _ file: String = "t") throws -> Topology {
    try Topology(Array(text.utf8), file: file)
  }
}

struct TopologyTests {
  private func network(
    _ text: String, _ change: (inout NetworkDefaults) -> Void = { _ in }
  ) throws -> CompletedNetwork {
    var defaults = NetworkDefaults()
    change(&defaults)
    return try TopologySample.topology(text).network(completedWith: defaults)
  }

  // MARK: Formats

  @Test func graphMLOfTheZooIsReadWithItsOddities() throws {
    let completed = try network(TopologySample.graphML) {
      ($0.bandwidth, $0.latency, $0.compute, $0.memory) = (1e9, 0.001, 5e9, 1e6)
    }
    let nodes = completed.network.nodes
    #expect(nodes.map(\.id.text) == ["A & B", "Twin (1)", "Twin (2)", "3"])
    #expect(nodes.map(\.compute) == [5e9, 5e9, 5e9, 0], "nothing computes on a hyperedge")
    #expect(nodes.map(\.memory) == [1e6, 1e6, 1e6, nil])
    #expect(nodes.map(\.position) == [Position(x: 0, y: 0), Position(x: 0, y: 1), Position(x: 1, y: 0), nil])
    // One degree of a great circle is 111.195 km, 0.556 ms.
    let degree = 0.000555975
    var links = completed.network.links
    for index in links.indices { links[index].latency = (links[index].latency * 1e9).rounded() / 1e9 }
    let expected = [
      Link(tail: 0, head: 1, bandwidth: 2.655e9, latency: degree),
      Link(tail: 1, head: 0, bandwidth: 2.655e9, latency: degree),
      Link(tail: 2, head: 3, bandwidth: 1e9, latency: 0.001),
      Link(tail: 3, head: 2, bandwidth: 1e9, latency: 0.001),
      Link(tail: 0, head: 2, bandwidth: 1e9, latency: degree),
      Link(tail: 2, head: 0, bandwidth: 1e9, latency: degree),
    ]
    #expect(links == expected, "to the nanosecond")
    #expect(completed.fileLinks == 5 && completed.mergedLinks == 1 && completed.selfLinks == 1)
    #expect(agree(completed.totalLength, 3 * 111.19493))
    #expect(
      completed.assumptions.lines == [
        "not used, since it is no speed: \"<10 G\"",
        "the bandwidth of 2 links is that of --bandwidth",
        "the propagation delay of 1 link is that of --latency",
        "dropped: 1 link from a node to itself",
        "merged with parallel ones, the bandwidths added: 1 link, \"A & B\" to \"Twin (1)\" (2)",
      ])
  }

  @Test func nodeLinkJSONTellsTheNumberOneFromTheTextOne() throws {
    let completed = try network(TopologySample.nodeLink) { ($0.speedUnit, $0.latency) = (1e6, 0) }
    #expect(completed.network.nodes.map(\.id.text) == ["one", "text", "[1,2]", "3"])
    #expect(completed.network.nodes[0].position == Position(x: 10, y: 50))
    #expect(
      completed.network.links == [
        Link(tail: 0, head: 1, bandwidth: 10e9, latency: 0.001),
        Link(tail: 1, head: 0, bandwidth: 10e9, latency: 0.001),
        Link(tail: 2, head: 3, bandwidth: 5e6, latency: 0.002),
      ], "directed, and the stated delay before the length")
    let renamed = TopologySample.nodeLink.replacing("\"links\"", with: "\"edges\"")
    #expect(try TopologySample.topology(renamed).links.count == 3)
  }

  @Test func gmlIsReadWithItsEntities() throws {
    let completed = try network(TopologySample.gml) { $0.speedUnit = 1e9 }
    #expect(completed.network.nodes.map(\.id.text) == ["Köln", "a \"b\" & &unknown;"])
    #expect(
      completed.network.nodes.map(\.position) == [Position(x: 6.96, y: 50.94), Position(x: 1.5, y: -2)])
    #expect(
      completed.network.links == [
        Link(tail: 0, head: 1, bandwidth: 40e9, latency: 0.0005),
        Link(tail: 1, head: 0, bandwidth: 40e9, latency: 0.0005),
      ])
    #expect(
      completed.assumptions.lines == [
        "positions that are not longitudes and latitudes are used for pictures only"
      ])
  }

  @Test func graphMLHyperedgesDefaultsAndNestedGraphsAreRead() throws {
    let topology = try TopologySample.topology(
      """
      <graphml><key id="s" attr.name="speed" for="edge"><default>10 Mbit/s</default></key>
      <graph edgedefault="directed">
        <node id="a"><graph edgedefault="undirected"><node id="inner"/></graph></node><node id="b"/>
        <hyperedge><endpoint node="a"/><endpoint node="b"/><endpoint node="inner"/></hyperedge>
        <edge source="a" target="b"/>
        <edge source="b" target="inner" directed="false"><data key="s">1 kbit/s</data></edge>
      </graph></graphml>
      """)
    #expect(topology.nodes.map(\.id.text) == ["a", "inner", "b", "hyperedge"])
    #expect(topology.nodes.map(\.isHyperedge) == [false, false, false, true])
    #expect(topology.links.map(\.isDirected) == [false, false, false, true, false])
    #expect(topology.links.map(\.speed) == Array(repeating: .bandwidth(1e7), count: 4) + [.bandwidth(1000)])
  }

  @Test(arguments: [
    ("a.graphml", TopologySample.graphML), ("a.XML", TopologySample.graphML), ("a", TopologySample.graphML),
    ("a.json", TopologySample.nodeLink), ("-", TopologySample.nodeLink), ("a.gml", TopologySample.gml),
    ("a.txt", TopologySample.gml),
  ])
  func theFormatIsKnownByExtensionOrContent(_ file: String, _ text: String) throws {
    #expect(try TopologySample.topology("\u{FEFF}" + text, file).nodes.count >= 2)
  }

  // MARK: Names

  @Test func idsAreUniqueWhateverTheLabels() {
    let nodes = [("x", "1"), ("x", "2"), ("x (1)", "3"), ("", "y"), ("y", "4"), ("", ""), ("x", "2")]
    let names = NodeNames.unique(nodes.map { (label: $0.0, id: $0.1) })
    #expect(names == ["x (1) (2)", "x (2)", "x (1)", "y (2)", "y", "node", "x (2) (2)"])
    #expect(NodeNames.unique([("\u{E9}", "1"), ("e\u{301}", "2")]) == ["\u{E9}", "e\u{301}"])
  }

  @Test func theNetworkReadsBackEqual() throws {
    let network = try network(TopologySample.graphML) { ($0.bandwidth, $0.latency) = (1e9, 0) }.network
    let text = network.json()
    #expect(text.contains("\"duplex\": true"))
    let folder = try TemporaryFolder()
    try folder.write(text, to: "network.json")
    let instance = try folder.write(
      "{\"layerroute\": 1, \"network\": {\"file\": \"network.json\"}, \"dnns\": {}, \"jobs\": []}",
      to: "i.json")
    #expect(try Instance.read(file: instance).network == network)
  }

  // MARK: What is lacking

  @Test(arguments: [
    (
      TopologySample.graphML,
      "the speed of 2 of 4 links is missing, for example from \"Twin (2)\" to \"3\"; give it with"
    ),
    (
      TopologySample.nodeLink,
      "the speed of 1 of 3 links has no unit, for example 5 from \"[1,2]\" to \"3\"; give the unit"
    ),
  ])
  func missingSpeedsAreErrorsThatSayWhatToDo(_ text: String, _ words: String) throws {
    let error = try #require(throws: InputError.self) { try network(text) }
    #expect(error.message.contains(words), "\(error)")
  }

  @Test func missingLengthsAreErrorsThatSayWhatToDo() throws {
    let error = try #require(throws: InputError.self) {
      try network(TopologySample.graphML) { $0.bandwidth = 1 }
    }
    #expect(
      error.message.contains("the length of 1 of 4 links is missing, and so are the coordinates"), "\(error)")
    #expect(error.message.contains("--latency"), "\(error)")
  }

  @Test func figuresBeyondAllMeasureAreErrors() throws {
    let text = TopologySample.gml.replacing("capacity 40", with: "capacity 1e308")
    #expect(throws: InputError.self) { try network(text) { $0.speedUnit = 1e9 } }
  }

  @Test func distancesAreThoseOfTheSphere() {
    typealias Place = Topology.Coordinates
    let paris = Place(longitude: 2.3522, latitude: 48.8566)
    let tokyo = Place(longitude: 139.6917, latitude: 35.6895)
    // By the spherical law of cosines.
    #expect(agree(paris.distance(to: tokyo), 9712.07))
    #expect(paris.distance(to: paris) == 0)
    let antipodes = Place(longitude: 180, latitude: 0).distance(to: Place(longitude: 0, latitude: 0))
    #expect(agree(antipodes, .pi * 6371))
  }

  // MARK: Errors

  static let refusals: [(String, Int, Int, String)] = [
    ("<graphml><graph><node/></graph></graphml>", 1, 0, "no attribute \"id\""),
    (
      "<graphml>\n<graph><node id='a'/>\n<node id='a'/></graph></graphml>", 3, 0,
      "a second node has the id \"a\""
    ),
    (
      "<graphml><graph><node id='ab'/>\n<edge source='ab' target='ba'/></graph></graphml>", 2, 0,
      "did you mean"
    ),
    ("<graphml><graph><node id='a'/>", 1, 0, "cut off"),
    ("<graphml><graph></graphml>", 1, 0, "well-formed"),
    ("<graphml><graph><node id='a'></edge></node></graph></graphml>", 1, 0, "well-formed"),
    ("<graphml><graph><node id='a' id='b'/></graph></graphml>", 1, 0, "well-formed"),
    ("<graphml><graph><node id='&b;'/></graph></graphml>", 1, 0, "well-formed"),
    ("<graphml><graph><node id='a'/></graph></graphml>x", 1, 0, "well-formed"),
    ("<graphml><graph><node id=a/></graph></graphml>", 1, 0, "no attribute"),
    ("<html/>", 1, 0, "begins with <html>"), ("<graphml/>", 0, 0, "no <graph>"),
    ("<graphml><graph></graph><graph></graph></graphml>", 1, 0, "a second graph"),
    ("<graphml><graph/></graphml>", 0, 0, "no nodes"),
    ("<!DOCTYPE g [<!ENTITY a \"b\">]><graphml/>", 1, 1, "declarations inside the document type"),
    ("<?xml version='1.0' encoding='utf-7'?><graphml/>", 1, 1, "the encoding \"utf-7\""),
    (
      "<graphml><graph><node id='a'><data key='lat'>x</data><data key='lon'>1</data></node></graph></graphml>",
      1, 0, "not a number"
    ),
    ("{\"nodes\": []}", 1, 1, "neither \"links\" nor \"edges\""),
    ("{\"links\": []}", 1, 1, "\"nodes\" is missing"),
    ("{\"nodes\": [{}], \"links\": [], \"edges\": []}", 1, 0, "both"),
    ("{\"nodes\": [{\"id\": 0}, {\"id\": 0.0}], \"links\": []}", 1, 30, "a second node has the id \"0\""),
    ("{\"nodes\": [{}],\n \"links\": [{\"source\": 0, \"target\": \"0\"}]}", 2, 0, "there is no node"),
    ("{\"nodes\": [{}], \"links\": [{\"source\": 0}]}", 1, 0, "\"target\" is missing"),
    (
      "{\"nodes\": [{}, {}], \"links\": [{\"source\": 0, \"target\": 1, \"dist\": -1}]}", 1, 0,
      "must not be negative"
    ),
    (
      "{\"nodes\": [{}, {}], \"links\": [{\"source\": 0, \"target\": 1, \"speed\": 0}]}", 1, 0,
      "must be positive"
    ),
    ("{\"nodes\": [{}], \"links\": {}, \"directed\": false}", 1, 0, "must be a list"),
    ("graph [ node [ id 1 ]\n node [ id 1 ] ]", 2, 2, "a second node"),
    ("graph [ node [ id 1 ]", 1, 22, "\"]\" is missing"),
    ("graph [ node [ label 1 ] ]", 1, 9, "this node has no id"),
    ("graph [ node 5 ]", 1, 9, "list in brackets"),
    ("graph [ node [ id 1x ] ]", 1, 19, "a number"),
    ("graph [ node [ id \"x ] ]", 1, 19, "no closing quotation mark"),
    ("graph [ edge [ source 1 target 2 ] ]", 1, 9, "no node"), ("", 0, 0, "not a GML file"),
    ("%", 1, 1, "a key was expected"),
    ("graph [ ] graph [ ]", 1, 11, "a second graph"),
    (String(repeating: "a [ ", count: 200), 1, 0, "nested deeper"),
    ("<graphml>" + String(repeating: "<a>", count: 200), 1, 0, "nested deeper"),
    ("<graphml a='" + String(repeating: "x", count: 70_000) + "'/>", 1, 1, "longer than 65536 bytes"),
  ]

  /// A column of 0 stands for any.
  @Test(arguments: refusals)
  func malformedFilesAreRefusedAtTheirPlace(_ text: String, _ line: Int, _ column: Int, _ words: String)
    throws
  {
    let error = try #require(throws: InputError.self) { try TopologySample.topology(text) }
    #expect(error.message.contains(words), "\(error)")
    #expect(error.line == line && (column == 0 || error.column == column), "\(error)")
  }

  @Test func bytesThatAreNoUTF8AreRefused() throws {
    for text in ["<graphml>", "graph [ ", "{\"nodes\": "] {
      let error = try #require(throws: InputError.self) { try Topology(Array(text.utf8) + [0xFF], file: "t") }
      #expect(error.message.contains("UTF-8"), "\(error)")
    }
  }
}
