import Foundation
import Foundations
import Networks
import Problems
import Splitting

extension SplittingFamilies {
  static let geometric = Family(
    "geometric", "Nodes at random places of a region; a third of them are servers.", workload: .geometric,
    parameters: [geometricNodes]
  ) { seed, values, workload throws(ParameterError) in
    try .geometric(seed: seed, nodes: values.integer("nodes") ?? 20, workload: workload)
  }

  fileprivate static let geometricNodes = Parameter(
    "nodes", .integer(2...2000), label: "the number of nodes", usual: "20", "Nodes of the network.")
}

extension Instance {
  /// Generates nodes at random places of a region of 100 km x 100 km, linked if they are near; a third of them are
  /// servers.
  ///
  /// Two nodes are linked within the radius at which such a graph usually begins to be connected, the square root of
  /// ln N / (pi N) of the side (Penrose, "Random Geometric Graphs", 2003); then each part that is still separate is
  /// joined to the nearest other part. Servers of 0.2 to 8 TFLOP/s, links of 0.1 to 1 Gbit/s and 0.1 ms a hop in
  /// addition to the propagation at 2e5 km/s are this project's choice. The same seed gives the same instance on
  /// every machine.
  ///
  /// - Throws: `ParameterError` if a parameter is out of its range: 2 to 2000 nodes.
  /// - Complexity: O(N^2 log N).
  public static func geometric(
    seed: UInt64, nodes count: Int = 20, workload: Workload = .geometric
  ) throws(ParameterError) -> Instance {
    try workload.validate()
    try SplittingFamilies.geometricNodes.check(.integer(count))
    var random = SplitMix64(seed: seed)
    let places = (0..<count).map { _ in (x: random.nextUnit() * 100, y: random.nextUnit() * 100) }
    let links = linkedPairs(of: places).flatMap { first, second, length in
      Link.duplex(
        first, second, bandwidth: random.nextLogUniform(0.1e9, 1e9),
        // Rounded to microseconds, so that files stay short.
        latency: ((1e-4 + length / BackboneTopology.propagationSpeed) * 1e6).rounded() / 1e6)
    }
    var nodes = places.enumerated().map { index, place in
      // To metres, likewise.
      let position = Position(x: (place.x * 1000).rounded() / 1000, y: (place.y * 1000).rounded() / 1000)
      return Node(id: Name("node \(index + 1)"), position: position)
    }
    random.placeServers(in: &nodes)
    let draft = Draft(
      network: Network(nodes: nodes, links: links), places: random.nextPlaces(workload.jobs, below: count))
    return draft.instance(workload, &random)
  }

  /// The near pairs of places [km], and the shortest others that connect separate parts.
  private static func linkedPairs(
    of places: [(x: Double, y: Double)]
  ) -> [(first: Int, second: Int, length: Double)] {
    let count = Double(places.count)
    // Three digits are the same on every machine; logarithms may differ in the last digit.
    let radius = 100 * ((log(count) / (.pi * count)).squareRoot() * 1000).rounded() / 1000
    let pairs = places.indices.flatMap { first in
      (first + 1..<places.count).map { second in
        let (dx, dy) = (places[first].x - places[second].x, places[first].y - places[second].y)
        return (first: first, second: second, length: (dx * dx + dy * dy).squareRoot())
      }
    }
    let shortestFirst = pairs.sorted { ($0.length, $0.first, $0.second) < ($1.length, $1.first, $1.second) }
    // A pair beyond the radius is taken only if it joins two parts, as in Kruskal's algorithm.
    var parts = Array(places.indices)
    let linked = shortestFirst.filter { pair in
      let (part, other) = (parts[pair.first], parts[pair.second])
      if part == other { return pair.length <= radius }
      parts = parts.map { $0 == other ? part : $0 }
      return true
    }
    return linked.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }
}
