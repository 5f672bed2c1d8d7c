import Foundation
import Foundations
import Networks
import Splitting
import SplittingGenerators
import Testing

/// The networks of seeded instances: connected, with the shapes, machines and positions of their family.
@Suite struct GeneratedNetworkTests {
  @Test(arguments: SeededFamily.all)
  func everyNodeReachesEveryOther(_ family: SeededFamily) throws {
    for seed in UInt64(0)..<20 {
      let network = try family.make(seed, family.usual).network
      #expect(reachable(network, \.tail, \.head) == network.nodes.count, "seed \(seed)")
      #expect(reachable(network, \.head, \.tail) == network.nodes.count, "seed \(seed)")
    }
  }

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

  // MARK: Machines

  @Test(arguments: SeededFamily.all)
  func nodesThatComputeHaveAMemoryBandwidth(_ family: SeededFamily) throws {
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
  @Test(arguments: SeededFamily.all)
  func onlyLeavesDoNotForward(_ family: SeededFamily) throws {
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
  @Test(arguments: SeededFamily.all.filter { $0.name != "us24" })
  func everyNodeHasAPlaceOfItsOwn(_ family: SeededFamily) throws {
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
}
