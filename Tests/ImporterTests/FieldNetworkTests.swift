import Documents
import Foundations
import TestSupport
import Testing

@testable import Importers

/// Topologies and profiles in the forms that people have.
@Suite struct FieldNetworkTests {
  private func topology(_ text: String, _ file: String) throws -> Topology {
    try Topology(Array(text.utf8), file: file)
  }

  private func completed(
    _ text: String, _ file: String, _ change: (inout NetworkDefaults) -> Void = { _ in }
  ) throws -> CompletedNetwork {
    var defaults = NetworkDefaults()
    (defaults.bandwidth, defaults.latency) = (1e9, 0.001)
    change(&defaults)
    return try topology(text, file).network(completedWith: defaults)
  }

  @Test(arguments: ["lon 210.5 lat 40", "pos 210.5 pos 40", "lon 15 lat 95"])
  func coordinatesOutOfRangeArePlacesInADrawing(_ place: String) throws {
    let network = try completed(
      "graph [ node [ id 0 \(place) ] node [ id 1 lon 3 lat 4 ] edge [ source 0 target 1 dist 20 ] ]", "g.gml"
    )
    #expect(network.network.nodes.allSatisfy { $0.position != nil })
    #expect(network.longestPropagation == 1e-4)
    #expect(network.assumptions.lines.contains { $0.contains("pictures only") })
  }

  @Test func aLatencyWithoutAUnitTakesTheOneThatIsGiven() throws {
    let text = "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 latency 12.5 ] ]"
    #expect(try topology(text, "g.gml").hasLatenciesWithoutUnit)
    #expect(try completed(text, "g.gml") { $0.latencyUnit = 1e-3 }.longestPropagation == 0.0125)
    let unused = try completed(text, "g.gml")
    #expect(unused.longestPropagation == 0.001)
    #expect(unused.assumptions.lines.contains { $0.contains("--latency-unit") })
    let error = #expect(throws: InputError.self) { try completed(text, "g.gml") { $0.latency = nil } }
    #expect(error?.message.contains("--latency-unit") == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    ("100 Mbit", 1e8), ("10gbit", 1e10), ("10 Gbps", 1e10), ("2.5 G", 2.5e9), ("1 MB/s", 8e6),
    ("7 Kbit", 7000), ("1 gigabit", 1e9), ("3 kilobits", 3000), ("2 mebibit", 0x1p21), ("10 gibit", 0xAp30),
    ("12.5MBps", 1e8), ("1 KBps", 8000), ("100 MBit/s", 1e8), ("1 gbit/s", 1e9), ("10 Gbit/sec", 1e10),
    ("25 Gb", 2.5e10), ("1gbps", 1e9), ("100 mbps", 1e8), ("2 Mbytes/s", 1.6e7),
  ])
  func speedsAreReadAsToolsWriteThem(_ text: String, _ speed: Double) throws {
    #expect(LinkSpeed.reading(of: text)?.value == speed)
    let network = try completed(
      "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 bandwidth \"\(text)\" ] ]", "g.gml")
    #expect(network.network.links[0].bandwidth == speed)
  }

  @Test func smallBitsASecondAreSaidToBeBits() {
    #expect(LinkSpeed.reading(of: "100 mbps")?.remark == "mbps is taken as Mbit/s")
    #expect(LinkSpeed.reading(of: "100 Mbps")?.remark == nil)
  }

  @Test(arguments: ["fast", "10 MB", "10 bps per lane", "5 Gbit/min", "10 ps", "Mbit", "-"])
  func aSpeedThatIsNoneIsQuoted(_ speed: String) throws {
    let network = try completed(
      "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 bandwidth \"\(speed)\" ] ]", "g.gml")
    #expect(network.network.links[0].bandwidth == 1e9)
    #expect(
      network.assumptions.lines.contains { $0.contains("\"\(speed)\"") }, "\(network.assumptions.lines)")
  }

  @Test func linksOfShadowHaveWhatTheirEndsHave() throws {
    let text = """
      graph [ directed 1 node [ id 0 host_bandwidth_up "5 Mbit" host_bandwidth_down "9 Mbit" ]
        node [ id 1 host_bandwidth_up "7 Mbit" host_bandwidth_down "3 Mbit" ]
        edge [ source 0 target 1 latency "10 ms" ] edge [ source 1 target 0 latency "10 ms" ] ]
      """
    let network = try completed(text, "g.gml")
    #expect(network.network.links.map(\.bandwidth) == [3e6, 7e6])
    #expect(network.assumptions.lines.contains { $0.contains("host_bandwidth") })
  }

  @Test func nanInJSONIsAbsentAndPlacesOfErrorsStay() throws {
    let text = """
      {"nodes": [{"id": "a", "Longitude": NaN, "note": "NaN"}, {"id": "b", "pos": [Infinity, 2]}],
       "links": [{"source": "a", "target": "b", "bandwidth": -Infinity}]}
      """
    let network = try completed(text, "g.json")
    #expect(network.network.links[0].bandwidth == 1e9)
    let said = network.assumptions.first { $0.subject == .key("NaN") }
    #expect(said?.count == 3, "\(network.assumptions)")
    let wrong = #expect(throws: InputError.self) {
      try topology(text.replacing("\"target\": \"b\"", with: "\"target\": \"c\""), "g.json")
    }
    #expect(wrong?.line == 2 && wrong?.message.contains("\"c\"") == true, "\(String(describing: wrong))")
  }

  @Test func linksMayNameTheirEndsByPosition() throws {
    let text = """
      {"nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "links": [{"source": 0, "target": 2}]}
      """
    let network = try completed(text, "g.json")
    #expect(network.network.links.first.map { [$0.tail, $0.head] } == [0, 2])
    #expect(network.assumptions.lines.contains { $0.contains("position") })
    #expect(throws: InputError.self) { try topology(text.replacing("2}", with: "3}"), "g.json") }
    // Numbers that are ids stay ids.
    let ids = "{\"nodes\": [{\"id\": 1}, {\"id\": 0}], \"links\": [{\"source\": 0, \"target\": 1}]}"
    #expect(try topology(ids, "g.json").links[0].tail == 1)
  }

  @Test func keysThatAreNotReadAreNamed() throws {
    let text = """
      {"nodes": [{"id": 0, "Country": "x"}, {"id": 1, "Country": "y", "label": "b"}],
       "links": [{"source": 0, "target": 1, "key": 0, "weight": 3, "geo": {"a": 1}}]}
      """
    let unread = try completed(text, "g.json").assumptions.filter { $0.treatment == "not read" }
    #expect(unread.map(\.subject) == [.key("Country"), .key("weight"), .key("geo")])
    #expect(unread.map(\.count) == [2, 1, 1])
  }

  // MARK: Profiles

  /// The class 1 holds the first and the last operation, and so the one between them.
  private static let classes = """
    {"maxFPGAs": 1, "nodes": [
      {"id": 0, "name": "w", "supportedOnFpga": 1, "cpuLatency": 0, "fpgaLatency": 0, "colorClass": 1, "size": 10},
      {"id": 1, "name": "a", "supportedOnFpga": 1, "cpuLatency": 1, "fpgaLatency": 1, "colorClass": 1, "size": 20},
      {"id": 2, "name": "b", "supportedOnFpga": 1, "cpuLatency": 2, "fpgaLatency": 2, "colorClass": 2, "size": 30},
      {"id": 3, "name": "c", "supportedOnFpga": 1, "cpuLatency": 3, "fpgaLatency": 3, "colorClass": 1, "size": 40},
      {"id": 4, "name": "d", "supportedOnFpga": 1, "cpuLatency": 4, "fpgaLatency": 4, "colorClass": 3, "size": 50}],
     "edges": [{"sourceId": 0, "destId": 1, "size": 10}, {"sourceId": 1, "destId": 2, "size": 5},
               {"sourceId": 2, "destId": 3, "size": 6}, {"sourceId": 3, "destId": 4, "size": 7}]}
    """

  @Test func operationsOfAClassAreOneTogetherWithWhatLiesBetweenThem() throws {
    let profile = try ProfileSample.profile(Self.classes)
    let chain = try profile.chain(.operator, input: 100)
    #expect(chain.input == 100, "the first operations read it")
    #expect(chain.layers.map(\.name) == ["c", "d"])
    #expect(chain.layers.map(\.memory) == [100, 50] && chain.layers.map(\.output) == [7, 0])
    #expect(chain.layers.map { $0.times[0].map { ($0 * 1000).rounded() } } == [6, 4])
    #expect(profile.assumptions.contains { $0.subject == .key("maxFPGAs") && $0.treatment == "not read" })
  }

  /// Components against reachability, on small random graphs.
  @Test(arguments: 0..<200)
  func componentsAreTheVerticesThatReachEachOther(_ seed: Int) {
    var random = seededGenerator(seed)
    let count = Int.random(in: 0...8, using: &random)
    let successors = (0..<count).map { _ in
      (0..<count).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
    }
    var reaches = (0..<count).map { Set(successors[$0] + [$0]) }
    for _ in 0..<count { reaches = reaches.map { $0.reduce(into: $0) { $0.formUnion(reaches[$1]) } } }
    let components = StronglyConnectedComponents(successors).components
    #expect(components.flatMap(\.self).sorted() == Array(0..<count), "seed \(seed)")
    for (place, component) in components.enumerated() {
      for vertex in component {
        #expect(
          component == (0..<count).filter { reaches[vertex].contains($0) && reaches[$0].contains(vertex) })
        let later = components[(place + 1)...].flatMap(\.self)
        #expect(later.allSatisfy { !reaches[$0].contains(vertex) }, "seed \(seed)")
      }
    }
  }

  @Test func spreadsheetsMayHaveDecimalCommas() throws {
    let table = "layer;device;time_ms;output [KB]\na;n;1.020,5;0,25\nb;n;3;1\n"
    let profile = try ProfileSample.profile(table, "t.csv")
    let chain = try profile.chain(input: 1)
    #expect(
      chain.layers.map { $0.times[0] } == [1.0205, 0.003] && chain.layers.map(\.output) == [250, 1000])
    let lines = profile.assumptions.lines
    #expect(
      lines.contains { $0.contains("decimal commas") } && lines.contains { $0.contains("1000") }, "\(lines)")
  }

  /// A table, and its first layer's seconds and bytes.
  static let spreadsheets: [(String, Double, Double)] = [
    ("layer,device,seconds,output\na,n,\"20,5\",\"1,5 MB\"\n", 20.5, 1.5e6),
    ("layer,device,seconds,output\na,n,20.5,\"1,500,000\"\n", 20.5, 1.5e6),
    ("layer,device,seconds,output\na,n,0.5,\"1,500\"\n", 0.5, 1500),
    ("layer,device,seconds,output\na,n,\"0,5\",\"1.500\"\n", 0.5, 1500),
    ("layer;device;seconds;output\na;n;1,250;1.500\n", 1.25, 1.5),
    ("layer\tdevice\tseconds\toutput\na\tn\t0.5\t1,500\n", 0.5, 1500),
    ("layer;device;seconds;output\na;n;0,5;1\u{202F}500,5\n", 0.5, 1500.5),
    ("layer;device;seconds;output\na;n;0.5;1'500 kB\n", 0.5, 1.5e6),
    ("layer;device;seconds;output\na;n;1,5e-3;1,5e3\n", 0.0015, 1500),
    ("sep=;\r\nlayer;device;seconds;output\r\na;n;0,5;1\r\n", 0.5, 1),
    ("layer;device;seconds;output;\"a, b\"\na;n;0,5;1;2\n", 0.5, 1),
  ]

  @Test(arguments: spreadsheets)
  func theNumbersOfATableTellWhatItsCommasAre(_ table: String, _ seconds: Double, _ output: Double) throws {
    let layer = try ProfileSample.profile(table, "t.csv").chain(input: 1).layers[0]
    #expect(layer.times[0] == seconds && layer.output == output, "\(table)")
  }

  @Test func aCommaThatMayBeBothIsRefused() {
    let table = "layer,device,seconds,output\na,n,1,\"1,500\"\n"
    let error = #expect(throws: InputError.self) { try ProfileSample.profile(table, "t.csv") }
    #expect(error?.message.contains("decimals or thousands") == true, "\(String(describing: error))")
  }

  @Test func blocksMayHaveDecimalCommas() throws {
    let table = "block;batch;seconds [ms];accuracy\na;1;1,5;0,75\na;2;2;0,75\n"
    #expect(BlockTable.isWritten(in: Array(table.utf8)))
    #expect(BlockTable.isWritten(in: Array("sep=;\n\(table)".utf8)))
    let read = try BlockTable(Array(table.utf8), file: "t.csv")
    #expect(read.blocks[0].times.seconds(1) == 0.0015 && read.blocks[0].accuracy == 0.75)
    #expect(read.notes.contains { $0.contains("decimal commas") }, "\(read.notes)")
  }

  @Test func aProfileOfInputsAloneIsRefused() {
    let figures = "forward_compute_time=0, backward_compute_time=0, activation_size=4, parameter_size=0"
    let error = #expect(throws: InputError.self) {
      try ProfileSample.profile("node1 -- Input0 -- \(figures)\n", "graph.txt").chain(input: 1)
    }
    #expect(error?.message.contains("no operations") == true, "\(String(describing: error))")
  }
}
