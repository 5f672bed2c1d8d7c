import Foundation
import Foundations
import Networks
import Problems
import Splitting

extension Workload {
  /// Six jobs through ResNet-50, coupled by memory.
  public static let geometric = Workload(jobs: 6, dnn: .resnet50, tightness: Tightness(memory: 0.75))
}

extension SplittingFamilies {
  static let geometric = Family(
    "geometric", "Nodes at random places of a region; a third of them are servers.", workload: .geometric,
    parameters: [geometricNodes]
  ) { seed, values, workload throws(GeneratorError) in
    try .geometric(seed: seed, nodes: values.integer("nodes") ?? 20, workload: workload)
  }

  fileprivate static let geometricNodes = Parameter(
    "nodes", .integer(2...2000), label: "the number of nodes", usual: "20", "Nodes of the network.")
}

extension Instance {
  /// Generates nodes at random places of a region of 100 km x 100 km, linked if they are near; a third of
  /// them are servers.
  ///
  /// Two nodes are linked within the radius at which such a graph usually begins to be connected, the square
  /// root of ln N / (pi N) of the side (Penrose, "Random Geometric Graphs", 2003); then each part that is
  /// still separate is joined to the nearest other part. Servers of 0.2 to 8 TFLOP/s, links of 0.1 to 1
  /// Gbit/s and 0.1 ms a hop in addition to the propagation at 2e5 km/s are this project's choice.
  ///
  /// - Parameters:
  ///   - seed: the same seed gives the same instance on every machine.
  ///   - count: 2 to 2000.
  ///   - workload: the jobs and their coupling.
  /// - Throws: `GeneratorError` if a parameter is out of its range.
  /// - Complexity: O(N^2 log N).
  public static func geometric(
    seed: UInt64, nodes count: Int = 20, workload: Workload = .geometric
  ) throws(GeneratorError) -> Instance {
    try workload.validate()
    try GeneratorError.check(SplittingFamilies.geometricNodes, .integer(count))
    var random = SplitMix64(seed: seed)
    let region = Region(places: (0..<count).map { _ in (random.nextUnit() * 100, random.nextUnit() * 100) })
    let links = region.links().flatMap { first, second, length in
      Link.duplex(
        first, second, bandwidth: random.nextLogUniform(0.1e9, 1e9),
        latency: microseconds(1e-4 + length / BackboneTopology.propagationSpeed))
    }
    var nodes = (0..<count).map { Node(id: Name("node \($0 + 1)")) }
    var roles = [Draft.Role](repeating: .relay, count: count)
    for server in random.nextIndices((count + 2) / 3, below: count) {
      nodes[server].compute = random.nextLogUniform(0.2e12, 8e12)
      roles[server] = .server
    }
    let places = (0..<workload.jobs).map { _ in
      (random.nextIndex(below: count), random.nextIndex(below: count))
    }
    let draft = Draft(network: Network(nodes: nodes, links: links), roles: roles, places: places)
    return draft.instance(workload, &random)
  }

  /// Rounds a duration [s], so that files stay short.
  private static func microseconds(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }
}

/// Places in the plane [km].
private struct Region {
  let places: [(x: Double, y: Double)]
  private let side = 100.0

  typealias Pair = (first: Int, second: Int, length: Double)

  /// The near pairs, and the shortest others that connect separate parts.
  func links() -> [Pair] {
    var parts = DisjointParts(count: places.count)
    let pairs = allPairs().sorted { ($0.length, $0.first, $0.second) < ($1.length, $1.first, $1.second) }
    let links = pairs.filter { pair in
      // Shortest first: a pair beyond the radius is taken only if it joins two parts, as in Kruskal's
      // algorithm.
      parts.join(pair.first, pair.second) || pair.length <= radius
    }
    return links.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  private func allPairs() -> [Pair] {
    places.indices.flatMap { first in
      (first + 1..<places.count).map { (first, $0, distance(first, $0)) }
    }
  }

  private func distance(_ first: Int, _ second: Int) -> Double {
    let (dx, dy) = (places[first].x - places[second].x, places[first].y - places[second].y)
    return (dx * dx + dy * dy).squareRoot()
  }

  /// The radius within which nodes are linked [km].
  private var radius: Double {
    // Three digits are the same on every machine; logarithms may differ in the last digit.
    let exact = (log(Double(places.count)) / (.pi * Double(places.count))).squareRoot()
    return side * (exact * 1000).rounded() / 1000
  }
}

/// The connected components (union-find with path halving).
private struct DisjointParts {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  /// Joins the components of two nodes; returns whether they were different.
  mutating func join(_ first: Int, _ second: Int) -> Bool {
    let (one, other) = (root(of: first), root(of: second))
    parents[one] = other
    return one != other
  }

  private mutating func root(of node: Int) -> Int {
    var node = node
    while parents[node] != node {
      parents[node] = parents[parents[node]]
      node = parents[node]
    }
    return node
  }
}
