import Documents
import Networks
import TestSupport
import Testing

@testable import Importers

/// Profiles in the three formats, written here.
enum ProfileSample {
  /// A branch and a join, in an order that is not the order of computation.
  static let pipeDream = """
    node4 -- Add(2) -- forward_compute_time=4.000, backward_compute_time=9.000, activation_size=100.0, parameter_size=0.000
    node1 -- Input -- forward_compute_time=99.000, backward_compute_time=0.000, activation_size=1000.0, parameter_size=0.000
    node2 -- Conv2d(3, 64, kernel_size=(3, 3)) -- forward_compute_time=1.500, backward_compute_time=0.000, activation_size=400.0, parameter_size=50.000
    node3 -- ReLU(inplace) -- forward_compute_time=0.500, backward_compute_time=0.000, activation_size=[300.0; 100.0], parameter_size=0.000 -- stage_id=2
    \tnode1 -- node2
    \tnode2 -- node3
    \tnode2 -- node4
    \tnode3 -- node4

    """

  static let partitioning = """
    {"maxSizePerFPGA": 1e9, "maxFPGAs": 2, "maxCPUs": 8, "nodes": [
      {"id": 1, "name": "node1", "supportedOnFpga": 1, "cpuLatency": 0, "fpgaLatency": 0, "isBackwardNode": false, "size": 0},
      {"id": 2, "name": "MatMul1", "supportedOnFpga": true, "cpuLatency": 20, "fpgaLatency": 2, "isBackwardNode": 0, "size": 500},
      {"id": 7, "name": "weight", "supportedOnFpga": 1, "cpuLatency": 0, "fpgaLatency": 0, "size": 80},
      {"id": 3, "supportedOnFpga": false, "cpuLatency": 10, "fpgaLatency": 1, "colorClass": 3, "size": 70}],
     "edges": [{"sourceId": 1, "destId": 2, "cost": 0, "size": 0}, {"sourceId": 2, "destId": 3, "cost": 1, "size": 40},
               {"sourceId": 7, "destId": 3, "cost": 1, "size": 80}]}
    """

  static let table = """
    Layer,device,time [ms],"Output (kB)",memory,note
    conv,camera,20,"1.5",1 MB,
    conv,edge,2 s,,,"said ""so"", again"
    "fc, last",edge,0.5,0.004,,x\r
    """

  static func profile(_ text: String, _ file: String = "p") throws -> Profile {
    try Profile(Array(text.utf8), file: file)
  }
}

struct ProfileTests {
  @Test func pipeDreamsOperationsBecomeAChain() throws {
    let profile = try ProfileSample.profile(ProfileSample.pipeDream)
    let fine = try profile.chain(.operator)
    #expect(fine.input == 1000)
    #expect(fine.layers.map(\.name) == ["node2 Conv2d", "node3 ReLU", "node4 Add"])
    #expect(fine.layers.map { $0.times[0] } == [0.0015, 0.0005, 0.004])
    #expect(fine.layers.map(\.output) == [400, 800, 100], "what the join still needs crosses too")
    #expect(fine.layers.map(\.weights) == [50, 0, 0] && fine.layers.map(\.memory) == [0, 0, 0])
    #expect(fine.layers.map(\.activations) == [1400, 800, 900])
    let blocks = try profile.chain(.block)
    #expect(blocks.layers.map(\.operations) == [1, 2])
    #expect(blocks.layers.map(\.weights) == [50, 0] && blocks.layers.map(\.activations) == [1400, 900])
    #expect(blocks.footprint == 1450 && fine.footprint == 1450)
    #expect(agree(blocks.layers[0].times[0] ?? 0, 0.0015) && agree(blocks.layers[1].times[0] ?? 0, 0.0045))
    #expect(try profile.chain(.block, input: 5).input == 5)
  }

  @Test func timesWithoutAUnitAreSaidToBeSeconds() throws {
    let bare = try ProfileSample.profile("layer,device,time,output\nconv,a,20.5,8\nfc,a,1 ms,8\n")
    #expect(try bare.chain(.operator, input: 5).layers.map { $0.times[0] } == [20.5, 0.001])
    #expect(
      bare.assumptions.lines.contains { $0.contains("seconds") && $0.contains("\"time\"") },
      "\(bare.assumptions)")
    for title in ["seconds", "time [s]"] {
      let said = try ProfileSample.profile("layer,device,\(title),output\nconv,a,20.5,8\n")
      #expect(said.assumptions.isEmpty, "\(title): \(said.assumptions)")
    }
  }

  /// The edges stand at the end: without the last ones, operations are left that read nothing.
  @Test func aProfileThatIsCutOffIsRefused() throws {
    let lines = ProfileSample.pipeDream.split(separator: "\n")
    let edges = lines.filter { !$0.contains("forward_compute_time") }.count
    #expect(edges > 2)
    for kept in 0..<edges {
      let text = lines.dropLast(edges - kept).joined(separator: "\n")
      guard let profile = try? ProfileSample.profile(text) else { continue }
      // What still has an input each may pass.
      let graph = try profile.chain(.operator)
      #expect(graph.layers.count == 3 && kept >= 3, "\(kept) of \(edges) edges")
    }
    let error = #expect(throws: InputError.self) {
      try ProfileSample.profile(lines.dropLast(edges).joined(separator: "\n"))
    }
    #expect(error?.message.contains("cut off") == true, "\(String(describing: error))")
  }

  @Test func aDNNHasTimesOrWork() throws {
    let chain = try ProfileSample.profile(ProfileSample.pipeDream).chain(.block)
    let timed = chain.dnn(name: "d", hosts: [(0, "gpu 1"), (0, "gpu 2")], rate: nil)
    #expect(timed.nodes.map(\.id) == ["gpu 1", "gpu 2"])
    #expect(timed.dnn.layers.map(\.work) == [nil, nil])
    #expect(
      timed.dnn.layers[0].times == [
        MeasuredTime(node: 0, seconds: 0.0015), MeasuredTime(node: 1, seconds: 0.0015),
      ])
    let worked = chain.dnn(name: "d", hosts: [], rate: (0, 2e12))
    #expect(worked.dnn.layers.map { ($0.work ?? 0).rounded() } == [3e9, 9e9] && worked.nodes.isEmpty)
  }

  @Test func dnnPartitioningsDevicesAreToldApart() throws {
    let profile = try ProfileSample.profile(ProfileSample.partitioning)
    #expect(profile.devices == ["cpu", "fpga"] && profile.lacksResult)
    #expect(throws: InputError.self) { try profile.chain(.operator) }
    let chain = try profile.chain(.operator, input: 9, result: 6)
    #expect(chain.input == 9)
    #expect(chain.layers.map(\.name) == ["MatMul1", "weight", "node 3"])
    #expect(chain.layers.map(\.times) == [[0.02, 0.002], [0, 0], [0.01, nil]])
    #expect(chain.layers.map(\.output) == [40, 120, 6])
    #expect(chain.layers.map(\.memory) == [500, 80, 70], "sizes hold activations already")
    #expect(chain.weights == 0 && chain.activations == 0 && chain.footprint == 650)
    #expect(try profile.chain(.block, input: 9).layers.map(\.memory) == [500, 150])
  }

  @Test func aTableNamesLayersAndDevices() throws {
    let profile = try ProfileSample.profile(ProfileSample.table)
    #expect(profile.devices == ["camera", "edge"] && profile.isTable)
    #expect(profile.assumptions.lines == ["columns that are not read: \"note\""])
    let chain = try profile.chain(input: 8)
    let expected = [
      MeasuredLayer(name: "conv", operations: 1, times: [0.02, 2], output: 1500, memory: 1e6),
      MeasuredLayer(name: "fc, last", operations: 1, times: [nil, 0.0005], output: 4, memory: 0),
    ]
    #expect(chain.layers == expected)
    let semicolons = "layer;device;seconds;output\na;n;1;2\n"
    #expect(try ProfileSample.profile(semicolons, "x.csv").devices == ["n"])
    #expect(
      try ProfileSample.profile("name\toutput\twork\na\t1 kB\t2 GMAC").chain(input: 0).layers[0].work == 4e9)
  }

  @Test func aTableHasAllThatLayersTakeOfAMachine() throws {
    let table = """
      layer,device,seconds,output,memory,Weights [MB],activations,traffic (kB)
      conv,camera,1,8,1 kB,2,3 kB,4
      conv,edge,1,,,2,3000,
      fc,edge,1,4,,,7 kB,

      """
    let profile = try ProfileSample.profile(table)
    #expect(profile.assumptions.lines.isEmpty, "\(profile.assumptions.lines)")
    let chain = try profile.chain(input: 8)
    let (dnn, _) = chain.dnn(name: "d", hosts: [], rate: nil)
    #expect(dnn.layers.map(\.memory) == [1000, 0] && dnn.layers.map(\.weights) == [2e6, 0])
    #expect(dnn.layers.map(\.activations) == [3000, 7000] && dnn.layers.map(\.traffic) == [4000, 0])
    #expect(chain.footprint == 2_008_000)
  }

  private static let figures = "forward_compute_time=1, activation_size=2, parameter_size=3"

  static let refusals: [(String, Int, String)] = [
    ("a -- b -- c\n", 1, "neither"), ("a -- Conv -- \(figures)\n\ta -- b\n", 2, "no node \"b\""),
    ("a -- Conv -- \(figures)\na -- Conv -- \(figures)\n", 2, "a second node"),
    ("a -- Conv -- \(figures)\nb -- Conv -- \(figures)\na -- b\nb -- a\n", 1, "cycle"),
    ("a -- Conv -- \(figures)\na -- a\n", 1, "cycle"),
    (
      "a -- Conv -- forward_compute_time=-1, activation_size=2, parameter_size=3\n", 1,
      "not a number of at least 0"
    ),
    ("a -- Conv -- forward_compute_time=1, activation_size=[2; x], parameter_size=3\n", 1, "\"2; x\""),
    ("a -- Conv -- forward_compute_time=1, parameter_size=3\n", 1, "activation_size is missing"),
    ("a -- Conv -- forward_compute_time=nan, activation_size=2, parameter_size=3\n", 1, "not a number"),
    (
      "a -- Conv -- forward_compute_time=1e308, activation_size=[1e308; 1e308], parameter_size=3\n", 1,
      "not finite"
    ),
    ("a -- Conv -- \(figures)\nb -- Input -- \(figures)\na -- b\n", 3, "an input reads nothing"),
    ("a -- b\n", 1, "no node"),
    ("{\"nodes\": [], \"edges\": []}", 1, "no nodes"), ("{\"nodes\": []}", 1, "no nodes"),
    ("{}", 1, "\"nodes\" is missing"),
    ("{\"nodes\": [{\"id\": 1}], \"edges\": []}", 1, "\"cpuLatency\" is missing"), ("[]", 0, "no column"),
    ("layer,output\n", 0, "no layers"), ("", 0, "empty"), ("a,b\n", 1, "no column \"layer\""),
    ("layer,output,layer\n", 1, "two columns for layer"), ("layer,output,seconds\n", 1, "\"device\""),
    ("layer [ms],output\n", 1, "cannot have a unit"), ("layer,output [ms]\n", 1, "is none for this key"),
    ("layer,output,work\na,1,2\na,2,\n", 3, "differs from that in line 2"),
    ("layer,output,work,weights\na,1,2,3\na,,,4\n", 3, "weights of the layer \"a\" differs from"),
    ("layer,output,work,traffic\na,1,2,-3\n", 2, "traffic: "),
    ("layer,output,activations [s]\n", 1, "is none for this key"),
    ("layer,output\na,1\n", 2, "neither a time nor work"),
    ("layer,device,seconds,output\na,n,1,2\na,n,1,2\n", 3, "a second time"),
    ("layer,output\n*,1\n", 2, "needs a name"),
    ("layer,device,seconds,output\na,,1,2\n", 2, "no device"),
    ("layer,device,seconds,output\na,n,-1,2\n", 2, "at least 0"),
    ("layer,device,seconds,output\na,n,1 MB,2\n", 2, "seconds:"),
    ("layer,output,work\na,,2\n", 2, "no output"),
    ("layer,output\na,\"1\n", 2, "not closed"), ("layer,output\na,\"1\"x\n", 2, "closing quotation mark"),
    ("layer,output\na,1,2\n", 2, "3 cells"),
  ]

  @Test(arguments: refusals)
  func malformedFilesAreRefusedAtTheirPlace(_ text: String, _ line: Int, _ words: String) throws {
    let error = try #require(throws: InputError.self) {
      try ProfileSample.profile(text).chain(.operator, input: 1)
    }
    #expect(error.message.contains(words), "\(error)")
    #expect(error.line == line || line == 0, "\(error)")
  }

  @Test(arguments: [
    ("\"supportedOnFpga\": true", "\"supportedOnFpga\": \"yes\"", "true or false"),
    ("\"id\": 7", "\"id\": 1", "a second node"),
    ("\"destId\": 2", "\"destId\": 22", "no node 22"), (", \"size\": 40", "", "no \"size\""),
    ("\"isBackwardNode\": 0", "\"isBackwardNode\": 1", "training"),
    ("\"cpuLatency\": 20", "\"cpuLatency\": -1", "negative"),
    ("\"sourceId\": 1, \"destId\": 2", "\"sourceId\": 3, \"destId\": 2", "cycle"),
  ])
  func wrongValuesOfDNNPartitioningAreRefused(_ fragment: String, _ wrong: String, _ words: String) throws {
    let error = try #require(throws: InputError.self) {
      try ProfileSample.profile(ProfileSample.partitioning.replacing(fragment, with: wrong)).chain(input: 1)
    }
    #expect(error.message.contains(words) && error.line > 0, "\(error)")
  }
}
