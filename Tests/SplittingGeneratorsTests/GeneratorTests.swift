import Foundation
import Foundations
import Networks
import Problems
import Splitting
import SplittingGenerators
import TestSupport
import Testing

/// Seeded instances: the same on every machine, readable, connected, and as tight as asked.
@Suite struct GeneratorTests {
  private struct Family: Sendable, CustomTestStringConvertible {
    let name: String
    let usual: Workload
    let make: @Sendable (UInt64, Workload) throws -> Instance

    var testDescription: String { name }
  }

  private static let families =
    [
      Family(name: "chain", usual: .chain) { try Instance.chain(seed: $0, workload: $1) },
      Family(name: "two-tier", usual: .twoTier) { try Instance.twoTier(seed: $0, workload: $1) },
      Family(name: "geometric", usual: .geometric) { try Instance.geometric(seed: $0, workload: $1) },
      Family(name: "fat-tree", usual: .fatTree) { try Instance.fatTree(seed: $0, workload: $1) },
    ]
    + Backbone.allCases.map { topology in
      Family(name: topology.rawValue, usual: .backbone) {
        try Instance.backbone(seed: $0, topology: topology, workload: $1)
      }
    }

  @Test(arguments: families)
  private func theSeedDecides(_ family: Family) throws {
    for seed in UInt64(0)..<8 {
      let instance = try family.make(seed, family.usual)
      #expect(try family.make(seed, family.usual) == instance, "seed \(seed)")
      #expect(try family.make(seed + 1, family.usual) != instance, "seed \(seed)")
    }
  }

  /// Another machine, or another version, must not make other instances.
  @Test(
    arguments: [
      ("chain", 0x47fa_b927_ae2c_78d5),
      ("two-tier", 0x0133_87dd_41f8_421a),
      ("geometric", 0xd6fe_8097_a058_2f1d),
      ("fat-tree", 0xfb27_b636_8de0_8cdf),
      ("nsfnet", 0x4438_51c8_1378_0e84),
      ("abilene", 0xa006_0609_b0ae_c969),
      ("geant", 0xd01b_8420_cd7e_0e31),
      ("us24", 0x571b_24c9_18a2_8568),
    ] as [(String, UInt64)])
  func bytesAreAsRecorded(_ name: String, _ hash: UInt64) throws {
    let family = try #require(Self.families.first { $0.name == name })
    var workload = family.usual
    workload.dnn = .random
    workload.rate = 1
    workload.backlog = 1
    workload.tightness = Tightness(memory: 0.5, computeLoad: 0.5, linkLoad: 0.2, deadline: 0.3)
    let text = try family.make(7, workload).json()
    #expect(fnv1a(text) == hash)
  }

  @Test(arguments: families)
  private func everyInstanceIsReadAsItWasWritten(_ family: Family) throws {
    for seed in UInt64(0)..<2 {
      for dnn in Architecture.allCases {
        var workload = family.usual
        workload.dnn = dnn
        workload.layers = dnn.hasFreeLayers ? 3 : nil
        workload.rate = 2
        workload.backlog = 2
        workload.tightness = Tightness(memory: 0.6, computeLoad: 0.6, linkLoad: 0.3, deadline: 0.5)
        workload.options = Options(waiting: .layer, objective: .max)
        let instance = try family.make(seed, workload)
        let read = try Instance.parse(Array(instance.json().utf8), format: .json, name: family.name)
        #expect(read == instance, "\(dnn), seed \(seed)")
      }
    }
  }

  @Test(arguments: families)
  private func everyNodeReachesEveryOther(_ family: Family) throws {
    for seed in UInt64(0)..<20 {
      let network = try family.make(seed, family.usual).network
      #expect(reachable(network, \.tail, \.head) == network.nodes.count, "seed \(seed)")
      #expect(reachable(network, \.head, \.tail) == network.nodes.count, "seed \(seed)")
    }
  }

  @Test(arguments: families)
  private func tightnessIsAsAsked(_ family: Family) throws {
    for seed in UInt64(0)..<10 {
      var workload = family.usual
      workload.dnn = .resnet34
      workload.layers = nil
      workload.jobs = 40
      workload.rate = 3
      workload.tightness = Tightness(memory: 0.8, computeLoad: 0.4, linkLoad: 0.001, deadline: 0.5)
      let got = try family.make(seed, workload).tightness
      #expect(abs(got.memory - 0.8) < 1e-5, "seed \(seed)")
      #expect(abs(got.computeLoad - 0.4) < 1e-9, "seed \(seed)")
      #expect(abs(got.linkLoad - 0.001) < 1e-9, "seed \(seed)")
      #expect(abs(got.deadline - 0.5) < 1e-3, "seed \(seed)")
    }
  }

  @Test(arguments: families)
  private func aTightnessOfNothingIsNoCoupling(_ family: Family) throws {
    var workload = family.usual
    workload.tightness = Tightness()
    let instance = try family.make(3, workload)
    #expect(instance.tightness == Tightness())
    #expect(instance.network.nodes.allSatisfy { $0.memory == nil && $0.backlog == 0 })
    #expect(instance.jobs.allSatisfy { $0.rate == 0 && $0.deadline == nil })
  }

  @Test func anotherTightnessLeavesTheRestAsItIs() throws {
    var workload = Workload.geometric
    let usual = try Instance.geometric(seed: 5, workload: workload)
    workload.tightness.memory = 0.3
    let looser = try Instance.geometric(seed: 5, workload: workload)
    #expect(looser.network.links == usual.network.links && looser.jobs == usual.jobs)
    #expect(looser.network.nodes.map(\.compute) == usual.network.nodes.map(\.compute))
    #expect(looser.network.nodes != usual.network.nodes)
  }

  // MARK: Memory

  /// Two DNNs, one of which two jobs run.
  @Test func theDemandForMemoryCountsWeightsOnceAndPeaks() {
    let shared = DNN(
      name: "shared", input: 0,
      layers: [
        Layer(name: "a", output: 0, memory: 1, weights: 100, activations: 7),
        Layer(name: "b", output: 0, memory: 2, weights: 200, activations: 9),
      ])
    let other = DNN(name: "other", input: 0, layers: [Layer(name: "a", output: 0, weights: 1000)])
    let unused = DNN(name: "unused", input: 0, layers: [Layer(name: "a", output: 0, weights: 1e6)])
    let network = Network(nodes: [Node(id: "u", compute: 1, memory: 2000)], links: [])
    let jobs = [0, 2, 0].enumerated().map { Job(id: Name("\($0)"), dnn: $1, source: 0, target: 0) }
    let instance = Instance(network: network, dnns: [shared, unused, other], jobs: jobs)
    // 300 and 1000 of weights; two jobs with a peak of 9 and 3 for their layers.
    #expect(instance.tightness.memory == 1324.0 / 2000)
  }

  /// For all jobs that run it; otherwise there could be no plan at all.
  @Test(arguments: families)
  private func someServerHasRoomForEveryLayer(_ family: Family) throws {
    for seed in UInt64(0)..<4 {
      for dnn in Architecture.allCases {
        for tightness in [0.1, 0.5, 0.9, 5] {
          var workload = family.usual
          workload.dnn = dnn
          workload.layers = nil
          workload.tightness = Tightness(memory: tightness)
          let instance = try family.make(seed, workload)
          let room = instance.network.nodes.filter { $0.compute > 0 }.compactMap(\.memory).max() ?? 0
          let needs = instance.jobs.flatMap { job in
            let jobs = Double(instance.jobs.count { $0.dnn == job.dnn })
            return instance.dnns[job.dnn].layers.map { $0.weights + jobs * $0.activations }
          }
          #expect(room >= needs.max() ?? .infinity, "\(dnn), tightness \(tightness), seed \(seed)")
        }
      }
    }
  }

  /// Jobs of one DNN would all fit on one node otherwise.
  @Test(arguments: ["fat-tree", "nsfnet", "abilene", "geant", "us24"])
  func noNodeHasRoomForTheSharedDNN(_ name: String) throws {
    let family = try #require(Self.families.first { $0.name == name })
    for seed in UInt64(0)..<20 { try expectNoNodeHoldsTheDNN(family.make(seed, family.usual), seed) }
  }

  @Test func theDemosNodesHaveRoomForAllLayersTogetherOnly() throws {
    try expectNoNodeHoldsTheDNN(.demo(), nil)
    for seed in UInt64(0)..<50 { try expectNoNodeHoldsTheDNN(.demo(seed: seed), seed) }
  }

  private func expectNoNodeHoldsTheDNN(_ instance: Instance, _ seed: UInt64?) throws {
    let layers = try #require(instance.dnns.first).layers
    let weights = layers.reduce(0) { $0 + $1.weights }
    let memories = instance.network.nodes.compactMap(\.memory)
    #expect(memories.allSatisfy { $0 < weights } && memories.reduce(0, +) > weights, "seed \(seed ?? 0)")
  }

  // MARK: Machines

  @Test(arguments: families)
  private func nodesThatComputeHaveAMemoryBandwidth(_ family: Family) throws {
    for node in try family.make(4, family.usual).network.nodes where family.name != "chain" {
      guard node.compute > 0 else {
        #expect(node.memoryBandwidth == nil, "\(node.id)")
        continue
      }
      let bandwidth = try #require(node.memoryBandwidth, "\(node.id)")
      let isDevice = node.id.text.hasPrefix("device")
      let expected = isDevice ? 12.8e9 : node.compute * 900e9 / 15.7e12
      // Servers' to a MB/s.
      #expect(abs(bandwidth - expected) <= 0.5e6, "\(node.id): \(bandwidth)")
    }
  }

  /// Nodes that do not forward are leaves, so that nothing is cut off behind them.
  @Test(arguments: families)
  private func onlyLeavesDoNotForward(_ family: Family) throws {
    let network = try family.make(4, family.usual).network
    var prefixes = Set<String>()
    for (index, node) in network.nodes.enumerated() where !node.isRelay {
      #expect(network.links.count { $0.tail == index } == 1, "\(node.id)")
      prefixes.insert(String(node.id.text.prefix { $0 != " " }))
    }
    let expected: Set<String> =
      switch family.name {
      case "two-tier": ["device"]
      case "fat-tree": ["host"]
      default: []
      }
    #expect(prefixes == expected)
    #expect(network.nodes.count { !$0.isRelay } == network.nodes.count { isNamed($0, expected) })
  }

  private func isNamed(_ node: Node, _ prefixes: Set<String>) -> Bool {
    prefixes.contains(String(node.id.text.prefix { $0 != " " }))
  }

  // MARK: Positions

  /// The list of us24 has no places.
  @Test(arguments: families.filter { $0.name != "us24" })
  private func everyNodeHasAPlaceOfItsOwn(_ family: Family) throws {
    let nodes = try family.make(5, family.usual).network.nodes
    let places = try nodes.map { try #require($0.position, "\($0.id)") }
    #expect(Set(places.map { [$0.x, $0.y] }).count == nodes.count)
  }

  /// Great-circle distances between the coordinates, which have two digits.
  @Test(arguments: [Backbone.nsfnet, .abilene, .geant])
  func linksOfBackbonesAreAsLongAsOnTheGlobe(_ backbone: Backbone) throws {
    let network = try Instance.backbone(seed: 1, topology: backbone).network
    for link in network.links {
      let tail = try #require(network.nodes[link.tail].position)
      let head = try #require(network.nodes[link.head].position)
      let length = kilometres(from: tail, to: head)
      #expect(
        abs(length - 2e5 * link.latency) < 5 + 0.01 * length,
        "\(network.nodes[link.tail].id) to \(network.nodes[link.head].id): \(length)")
    }
  }

  private func kilometres(from first: Position, to second: Position) -> Double {
    func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
    let (north, east) = (radians(second.y - first.y) / 2, radians(second.x - first.x) / 2)
    let chord =
      sin(north) * sin(north)
      + cos(radians(first.y)) * cos(radians(second.y)) * sin(east) * sin(east)
    return 2 * 6371 * asin(chord.squareRoot())
  }

  @Test func nodesOfARegionAreWhereTheyWereDrawn() throws {
    for seed in UInt64(0)..<5 {
      let network = try Instance.geometric(seed: seed).network
      for link in network.links {
        let tail = try #require(network.nodes[link.tail].position)
        let head = try #require(network.nodes[link.head].position)
        let (dx, dy) = (tail.x - head.x, tail.y - head.y)
        let latency = 1e-4 + (dx * dx + dy * dy).squareRoot() / 2e5
        #expect(abs(link.latency - latency) < 1e-6, "seed \(seed)")
      }
    }
  }

  /// A switch is above the middle of the hosts below it, an edge server above the middle of its devices.
  @Test func tiersAreRows() throws {
    let tree = try Instance.fatTree(seed: 1, arity: 6).network
    let twoTier = try Instance.twoTier(seed: 1, devices: 12, edgeServers: 4).network
    for (network, upper, lower) in [(tree, "edge", "host"), (twoTier, "edge", "device")] {
      for (index, node) in network.nodes.enumerated() where node.id.text.hasPrefix(upper) {
        let below = network.links.filter { $0.tail == index }.map { network.nodes[$0.head] }
          .filter { $0.id.text.hasPrefix(lower) }.compactMap(\.position)
        let position = try #require(node.position)
        let middle = below.reduce(0) { $0 + $1.x } / Double(below.count)
        #expect(abs(position.x - middle) < 1e-9, "\(node.id)")
        #expect(below.allSatisfy { $0.y == 0 } && position.y > 0, "\(node.id)")
      }
    }
    let rows = Set(tree.nodes.compactMap { $0.position?.y })
    #expect(rows.count == 4 && Set(twoTier.nodes.compactMap { $0.position?.y }).count == 4)
  }

  // MARK: Shapes

  @Test(arguments: [2, 4, 6, 8])
  func fatTreesHaveTheirCounts(_ arity: Int) throws {
    let network = try Instance.fatTree(seed: 1, arity: arity).network
    let hosts = network.nodes.count { $0.id.text.hasPrefix("host") }
    #expect(hosts == arity * arity * arity / 4)
    #expect(network.nodes.count - hosts == 5 * arity * arity / 4)
    // A host one link, a switch as many as it has ports.
    for node in network.nodes.indices {
      let ports = network.links.count { $0.tail == node }
      #expect(ports == (node < hosts ? 1 : arity), "\(network.nodes[node].id)")
    }
  }

  @Test(
    arguments: [
      (Backbone.nsfnet, 14, 21, 22_838), (.abilene, 12, 15, 14_033), (.geant, 22, 36, 37_948),
      (.us24, 24, 43, 42_900),
    ] as [(Backbone, Int, Int, Int)])
  func backbonesHaveTheirCounts(_ backbone: Backbone, _ nodes: Int, _ links: Int, _ kilometres: Int) throws {
    let network = try Instance.backbone(seed: 1, topology: backbone).network
    #expect(network.nodes.count == nodes && network.links.count == 2 * links)
    let pairs = Set(network.links.map { Set([$0.tail, $0.head]) })
    #expect(pairs.count == links)
    let length = network.links.reduce(0) { $0 + $1.latency } / 2 * 2e5
    #expect(Int(length.rounded()) == kilometres)
  }

  @Test func sizesAreWhatWasAskedFor() throws {
    #expect(try Instance.chain(seed: 1, nodes: 1).network.links.isEmpty)
    #expect(try Instance.geometric(seed: 1, nodes: 2).network.links.count == 2)
    let twoTier = try Instance.twoTier(seed: 1, devices: 7, edgeServers: 2)
    #expect(twoTier.network.nodes.count == 11)
    var workload = Workload.chain
    workload.layers = 40
    #expect(try Instance.chain(seed: 1, workload: workload).dnns[0].layers.count == 40)
  }

  // MARK: Refusals

  @Test func whatCannotBeMadeIsRefusedWithItsRange() throws {
    func refuses(_ words: String, _ make: () throws -> Instance) {
      do {
        _ = try make()
        Issue.record("\(words): made")
      } catch {
        #expect("\(error)".contains(words), "\(error)")
      }
    }
    refuses("nodes is 0; it must be between 1 and") { try .chain(seed: 0, nodes: 0) }
    refuses("nodes is 1000000000000") { try .geometric(seed: 0, nodes: 1_000_000_000_000) }
    refuses("devices is -1") { try .twoTier(seed: 0, devices: -1) }
    refuses("edge servers is 0") { try .twoTier(seed: 0, edgeServers: 0) }
    refuses("arity is 3; it must be even") { try .fatTree(seed: 0, arity: 3) }
    refuses("arity is 0") { try .fatTree(seed: 0, arity: 0) }
    refuses("jobs is 0") { try .chain(seed: 0, workload: Workload(jobs: 0, dnn: .random)) }
    refuses("own number of layers") {
      try .chain(seed: 0, workload: Workload(jobs: 1, dnn: .vgg16, layers: 4))
    }
    for value in [-0.1, 1e-310, .nan, .infinity, 11] {
      for path in [\Tightness.memory, \.computeLoad, \.linkLoad, \.deadline] {
        var workload = Workload(jobs: 1, dnn: .random, rate: 1)
        workload.tightness[keyPath: path] = value
        refuses("it must be 0 or between 0.001 and 10.0") { try .backbone(seed: 0, workload: workload) }
      }
    }
    let unloaded = Workload(jobs: 1, dnn: .random, tightness: Tightness(computeLoad: 0.5))
    refuses("without a rate") { try .backbone(seed: 0, workload: unloaded) }
  }

  // MARK: Families as data

  @Test func familiesAreThoseOfTheEntryPoints() throws {
    let expected = [
      "chain": try Instance.chain(seed: 3), "two-tier": try .twoTier(seed: 3),
      "geometric": try .geometric(seed: 3),
      "backbone": try .backbone(seed: 3), "fat-tree": try .fatTree(seed: 3), "demo": .demo(seed: 3),
    ]
    #expect(Set(SplittingFamilies.all.map(\.name)) == Set(expected.keys))
    for family in SplittingFamilies.all {
      #expect(try family.instance(seed: 3) == expected[family.name], "\(family.name)")
    }
  }

  @Test func theUsualSeedIsNoughtButForTheDemo() throws {
    #expect(try family("chain").instance() == Instance.chain(seed: 0))
    #expect(try family("chain").title(seed: nil) == "chain, seed 0")
    #expect(try family("demo").instance() == Instance.demo())
    #expect(try family("demo").title(seed: nil) == "demo")
    #expect(try family("demo").title(seed: 0) == "demo, seed 0")
  }

  /// Help shows the usual values, which nothing else ties to those that are used.
  @Test(arguments: SplittingFamilies.all.map(\.name))
  func theUsualValuesAreThoseWithoutAChoice(_ name: String) throws {
    let family = try family(name)
    let instance = try family.instance(seed: 1)
    var tried = 0
    for parameter in family.parameters {
      guard let usual = parameter.usual, let value = try? parameter.value(of: usual) else { continue }
      #expect(try family.instance(seed: 1, ParameterValues([parameter.name: value])) == instance)
      tried += 1
    }
    #expect(tried >= family.parameters.count - 2, "all but layers and rate")
  }

  /// Of every parameter another value than the usual one.
  @Test(arguments: SplittingFamilies.all.map(\.name))
  func everyParameterReachesTheInstance(_ name: String) throws {
    let family = try family(name)
    var base = ParameterValues()
    if !family.parameters.isEmpty {
      base = ParameterValues(["dnn": .word("random"), "backlog": .number(1), "layers": .integer(4)])
    }
    let instance = try family.instance(seed: 1, base)
    for parameter in family.parameters {
      var values = base
      if parameter.name == "dnn" { values["layers"] = nil }
      values[parameter.name] =
        switch parameter.domain {
        case .integer: .integer(8)
        case .number: .number(0.05)
        case .word(let words): .word(words.last ?? "")
        case .seed: .seed(8)
        case .names: .names([])
        }
      #expect(try family.instance(seed: 1, values) != instance, "\(parameter.name)")
    }
  }

  @Test func whatAFamilyDoesNotTakeIsRefused() throws {
    func refusal(_ name: String, _ values: [String: ParameterValue]) throws -> String {
      let family = try family(name)
      let error = #expect(throws: ParameterError.self) { try family.instance(ParameterValues(values)) }
      return error?.description ?? ""
    }
    #expect(try refusal("chain", ["arity": .integer(4)]) == "arity does not apply to chain")
    #expect(try refusal("demo", ["jobs": .integer(4)]) == "jobs does not apply to demo")
    #expect(
      try refusal("chain", ["nodes": .number(4)]).hasPrefix(
        "the number of nodes is \"4\"; it must be a whole"))
    #expect(try refusal("chain", ["rate": .integer(4)]).contains("it must be a number"))
    #expect(try refusal("geometric", ["nodes": .integer(1)]).contains("nodes is 1; it must be between 2 and"))
    #expect(try refusal("chain", ["dnn": .word("lenet")]).contains("\"lenet\"; it must be one of vgg16"))
  }

  private func family(_ name: String) throws -> Problems.Family<SplittingProblem> {
    try #require(SplittingFamilies.all.first { $0.name == name })
  }

  private func reachable(
    _ network: Network, _ tail: KeyPath<Link, Int>, _ head: KeyPath<Link, Int>
  ) -> Int {
    var reached: Set<Int> = [0]
    var stack = [0]
    while let node = stack.popLast() {
      for link in network.links
      where link[keyPath: tail] == node && reached.insert(link[keyPath: head]).inserted {
        stack.append(link[keyPath: head])
      }
    }
    return reached.count
  }

  /// Fowler, Noll and Vo's hash of the bytes.
  private func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
