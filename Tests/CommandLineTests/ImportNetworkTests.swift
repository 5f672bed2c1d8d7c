import Foundation
import Networks
import Splitting
import TestSupport
import Testing

/// `layerroute import topology` and `import profile`.
@Suite struct ImportNetworkTests {
  private static let topology = """
    {"nodes": [{"id": 0, "name": "camera", "lon": 4.9, "lat": 52.4}, {"id": 1, "name": "metro"},
               {"id": 2, "name": "cloud=1", "lon": 8.7, "lat": 50.1}],
     "edges": [{"source": 0, "target": 1, "dist": 10}, {"source": 1, "target": 2, "dist": 300},
               {"source": 2, "target": 1, "dist": 400}, {"source": 0, "target": 0}]}
    """

  private static let profile = """
    layer,device,time [ms],output,memory
    conv,camera,30,20 kB,1 MB
    conv,gpu,1,20 kB,1 MB
    fc,gpu,1,4 kB,1 MB
    """

  private static let dnn = """
    node1 -- Input -- forward_compute_time=9.000, backward_compute_time=0.000, activation_size=1000.0, parameter_size=0.000
    node2 -- Conv2d(1, 2) -- forward_compute_time=2.000, backward_compute_time=0.000, activation_size=400.0, parameter_size=8.0
    \tnode1 -- node2
    """

  @Test func anImportedNetworkAndProfileAreSolvedThroughReferences() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.topology, to: "t.json")
    try folder.write(Self.profile, to: "p.csv")
    let network = try await layerroute(
      "import", "topology", folder.path("t.json"), "--bandwidth", "1 Gbit/s", "--compute-at",
      "cloud=1=5 TFLOP/s",
      "-o", folder.path("network.json"))
    expect(
      network, exits: 0, saying: "merged with parallel ones, the bandwidths added: 1 link", "dropped: 1 link")
    let dnn = try await layerroute(
      "import", "profile", folder.path("p.csv"), "--input", "100 kB", "--device", "gpu=cloud=1", "--device",
      "camera=camera", "-o", folder.path("dnn.json"))
    #expect(dnn.exitStatus == 0 && dnn.output.isEmpty && dnn.errors.isEmpty, "\(dnn)")
    let file = try folder.write(
      """
      layerroute: 1
      network: {file: network.json}
      dnns: {d: {file: dnn.json}}
      jobs: [{id: j, dnn: d, source: camera, target: camera}]
      """, to: "instance.yaml")
    let instance = try Instance.read(file: file)
    #expect(instance.network.links.map(\.bandwidth) == [1e9, 1e9, 2e9, 2e9])
    #expect(instance.network.links.map(\.latency) == [5e-5, 5e-5, 2e-3, 2e-3])
    #expect(
      instance.network.nodes[2] == Node(id: "cloud=1", compute: 5e12, position: Position(x: 8.7, y: 50.1)))
    let solved = try await layerroute("solve", file, "--format", "json")
    #expect(try solved.status() == "optimal", "\(solved)")
  }

  @Test func theSameSeedDrawsTheSameBytes() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.topology, to: "t.json")
    try folder.write("classes: {one: {compute: 1 TFLOP/s, share: 0.34}}", to: "classes.yaml")
    var outputs: Set<String> = []
    for seed in 0..<8 {
      let arguments = ["import", "topology", folder.path("t.json"), "--bandwidth", "1e9"]
      let drawn = arguments + ["--classes", folder.path("classes.yaml"), "--seed", "\(seed)"]
      let run = try await Program.layerroute.run(drawn)
      let again = try await Program.layerroute.run(drawn)
      #expect(run.exitStatus == 0 && run.output == again.output, "\(run)")
      outputs.insert(run.output)
    }
    #expect(outputs.count == 3)
  }

  @Test func theSummariesHaveTheTotals() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.topology, to: "t.json")
    try folder.write(Self.dnn, to: "graph.txt")
    let network = try await layerroute(
      "import", "topology", folder.path("t.json"), "--bandwidth", "1e9", "--summary", "--format", "json")
    let totals = try json(network)
    #expect(totals["nodes"] as? Int == 3 && totals["links"] as? Int == 4 && totals["fileLinks"] as? Int == 4)
    #expect(totals["totalLength"] as? Double == 710 && totals["longestPropagation"] as? Double == 0.002)
    let profile = try await layerroute(
      "import", "profile", folder.path("graph.txt"), "--compute", "3 TFLOP/s", "--summary", "--format", "json"
    )
    let sizes = try json(profile)
    #expect(sizes["layers"] as? Int == 1 && sizes["input"] as? Int == 1000)
    #expect(sizes["weights"] as? Int == 8 && sizes["activations"] as? Int == 1400)
    #expect(sizes["memory"] as? Int == 0 && sizes["footprint"] as? Int == 1408)
    let text = try await layerroute(
      "import", "profile", folder.path("graph.txt"), "--device", "a", "--summary")
    #expect(text.output.contains("node2 Conv2d") && text.output.contains("2 ms"), "\(text)")
  }

  /// The times are under the names of the nodes that get them.
  @Test func theSummaryOfAProfileNamesTheNodes() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.profile, to: "p.csv")
    let start = ["import", "profile", folder.path("p.csv"), "--input", "1 kB", "--summary"]
    let nodes = ["--device", "gpu=cloud", "--device", "gpu=edge", "--device", "camera=phone"]
    let text = try await Program.layerroute.run(start + nodes)
    #expect(text.output.contains(/layer +operators +cloud +edge +phone +out/), "\(text)")
    #expect(text.output.contains(/conv +1 +1 ms +1 ms +30 ms/), "\(text)")
    let seconds = try #require(
      try json(await Program.layerroute.run(start + nodes + ["--format", "json"]))["seconds"]
        as? [String: Any])
    #expect(seconds["cloud"] as? Double == 0.002 && seconds["edge"] as? Double == 0.002, "\(seconds)")
    #expect(seconds["phone"] is NSNull && seconds.count == 3, "\(seconds)")
    // Without nodes they are under those of the devices.
    let own = try await Program.layerroute.run(start)
    #expect(own.output.contains(/operators +camera +gpu +out/), "\(own)")
  }

  @Test func optionsSayHowFastMemoryIsAndThatNobodyRelays() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.topology, to: "t.json")
    try folder.write("classes: {switch: {relay: true, nodes: [metro]}}", to: "classes.yaml")
    let run = try await layerroute(
      "import", "topology", folder.path("t.json"), "--bandwidth", "1e9", "--memory-bandwidth", "25.6 GB/s",
      "--no-relay", "--classes", folder.path("classes.yaml"))
    #expect(run.exitStatus == 0, "\(run)")
    let nodes = try #require(try json(run)["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["memoryBandwidth"] as? Double } == [25.6e9, 25.6e9, 25.6e9], "\(run)")
    #expect(nodes.map { $0["relay"] as? Bool } == [false, nil, false], "\(run)")
  }

  @Test(arguments: [
    (["topology", "t.json"], 65, "the speed of 3 of 3 links is missing"),
    (["topology", "t.json", "--bandwidth", "0"], 64, "bandwidth"),
    (["topology", "t.json", "--bandwidth", "1 GB"], 64, "bandwidth"),
    (["topology", "t.json", "--bandwidth", "1", "--memory-bandwidth", "0"], 64, "--memory-bandwidth"),
    (["topology", "t.json", "--bandwidth", "1", "--speed-unit", "Mbit/s"], 64, "has none"),
    (["topology", "t.json", "--bandwidth", "1", "--seed", "1"], 64, "--seed is for classes"),
    (["topology", "t.json", "--bandwidth", "1", "--compute-at", "clod=1 FLOP/s"], 64, "no such node"),
    (
      ["topology", "t.json", "--bandwidth", "1", "--compute-at", "metro=1", "--compute-at", "metro=2"], 64,
      "two rates"
    ),
    (["topology", "t.json", "--bandwidth", "1", "--format", "json"], 64, "--summary"),
    (["topology", "graph.txt"], 65, "graph.txt:1:7"), (["topology", "none.gml"], 65, "no such file"),
    (["profile", "graph.txt"], 64, "--device NODE"),
    (["profile", "graph.txt", "--compute", "5 GB"], 64, "compute rate"),
    (["profile", "graph.txt", "--device", "a", "--device", "a"], 64, "twice"),
    (["profile", "graph.txt", "--device", "a", "--result", "5"], 64, "this one does"),
    (["profile", "p.csv"], 65, "--input"),
    (["profile", "p.csv", "--granularity", "block"], 64, "stay as they are"),
    (["profile", "p.csv", "--input", "1", "--device", "tpu=a"], 64, "\"camera\", \"gpu\""),
    (
      ["profile", "p.csv", "--input", "1", "--compute", "camera=5 GFLOP/s"], 64,
      "\"fc\" has no time on \"camera\""
    ),
    (["profile", "t.json"], 65, "cpuLatency"),
  ])
  func whatCannotBeIsRefused(_ arguments: [String], _ status: Int32, _ words: String) async throws {
    let folder = try TemporaryFolder()
    for (name, text) in [("t.json", Self.topology), ("p.csv", Self.profile), ("graph.txt", Self.dnn)] {
      try folder.write(text, to: name)
    }
    let run = try await Program.layerroute.run(
      ["import", arguments[0], folder.path(arguments[1])] + arguments.dropFirst(2))
    expect(run, exits: status, saying: words)
    #expect(run.output.isEmpty, "\(run)")
  }
}
