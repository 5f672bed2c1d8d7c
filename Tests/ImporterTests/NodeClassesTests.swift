import Documents
import Networks
import TestSupport
import Testing

@testable import Importers

/// Classes of nodes.
struct NodeClassesTests {
  private static let topology = """
    {"nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d"}, {"id": "e"}, {"id": "h", "hyperedge": 1}], "links": []}
    """

  private func nodes(
    _ classes: String, seed: UInt64 = 0, compute: Double = 0, defaults: NetworkDefaults = NetworkDefaults()
  ) throws -> [Node] {
    var defaults = defaults
    defaults.classes = try NodeClasses.parse(Array(classes.utf8))
    defaults.seed = seed
    defaults.compute = compute
    defaults.computeAt = [4: 7]
    return try TopologySample.topology(Self.topology).network(completedWith: defaults).network.nodes
  }

  @Test func namedNodesGetWhatTheirClassHas() throws {
    let nodes = try nodes(
      """
      classes:
        core: {compute: 1 TFLOP/s, memory: 2 GB, backlog: 3 GFLOP, nodes: [b, h]}
        small: {memory: 1 kB, nodes: [a, e]}
      """, compute: 5)
    #expect(
      nodes == [
        Node(id: "a", compute: 5, memory: 1000), Node(id: "b", compute: 1e12, memory: 2e9, backlog: 3e9),
        Node(id: "c", compute: 5), Node(id: "d", compute: 5), Node(id: "e", compute: 7, memory: 1000),
        Node(id: "h", compute: 1e12, memory: 2e9, backlog: 3e9),
      ])
  }

  @Test func classesSayHowFastMemoryIsAndWhoRelays() throws {
    var defaults = NetworkDefaults()
    defaults.memoryBandwidth = 5e9
    defaults.isRelay = false
    let nodes = try nodes(
      """
      classes:
        switch: {relay: true, nodes: [b]}
        phone: {memoryBandwidth: 51.2 GB/s, nodes: [a]}
        worker: {memoryBandwidth: 8e9 bit/s, relay: false, nodes: [c]}
      """, defaults: defaults)
    #expect(nodes.map(\.memoryBandwidth) == [51.2e9, 5e9, 1e9, 5e9, 5e9, nil])
    #expect(nodes.map(\.isRelay) == [false, true, false, false, false, true], "a hyperedge is a link")
    let usual = try self.nodes("classes: {phone: {relay: false, nodes: [d]}}")
    #expect(usual.map(\.isRelay) == [true, true, true, false, true, true])
    #expect(usual.allSatisfy { $0.memoryBandwidth == nil })
  }

  @Test func sharesAreOfTheNodesThatNoClassNames() throws {
    let classes = """
      classes:
        one: {compute: 1, share: 0.25}
        two: {compute: 2, share: 0.5}
        named: {compute: 3, nodes: [a]}
      """
    var draws: Set<[Double]> = []
    for seed in UInt64(0)..<30 {
      let rates = try nodes(classes, seed: seed).map(\.compute)
      #expect(rates == (try nodes(classes, seed: seed).map(\.compute)), "the same seed, the same nodes")
      #expect(rates[0] == 3 && rates[4] == 7 && rates[5] == 0)
      draws.insert(rates)
    }
    #expect(draws.count > 5)
    let all = try nodes("classes: {x: {compute: 1, memory: 1, share: 0.5}, y: {memory: 2, share: 0.5}}")
    #expect(all.filter { $0.memory == 1 }.count == 3 && all.filter { $0.memory == 2 }.count == 2)
  }

  @Test(arguments: [
    ("classes: {x: {compute: 1, nodes: [a, zz]}}", "no node \"zz\""),
    ("classes: {x: {compute: 1, nodes: [a]}, y: {nodes: [a]}}", "named twice"),
    ("classes: {x: {compute: 1}}", "either \"nodes\""),
    ("classes: {x: {nodes: [], share: 1}}", "either \"nodes\""),
    ("classes: {x: {share: 1.5}}", "at most 1"), ("classes: {x: {share: 0.7}, y: {share: 0.7}}", "exceeds 1"),
    ("classes: {x: {share: 0.5, computes: 1}}", "did you mean \"compute\""), ("classses: {}", "did you mean"),
    ("classes: {x: {share: 1, backlog: 5}}", "positive \"compute\""), ("classes: []", "must be an object"),
    ("classes: {x: {share: 1, memoryBandwidth: 0}}", "must be positive"),
    ("classes: {x: {share: 1, memoryBandwidth: 5 GB}}", "byte/s"),
    ("classes: {x: {share: 1, relay: 1}}", "true or false"),
    ("classes: {x: {share: 1, compute: 5 GB}}", "FLOP/s"), ("", "empty"),
  ])
  func classesThatMakeNoSenseAreRefused(_ classes: String, _ words: String) throws {
    let error = try #require(throws: InputError.self) { try nodes(classes) }
    #expect(error.message.contains(words), "\(error)")
  }
}
