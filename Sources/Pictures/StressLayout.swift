import Foundation
import Foundations
import Networks

/// Places for the nodes of a network such that distances in the picture are like the numbers of links between them.
///
/// Stress majorisation by stochastic gradient descent (Zheng, Pawar, Goodman, "Graph drawing by stochastic gradient
/// descent", 2018): pair by pair in random order, two nodes are moved towards the distance that they should have, with
/// steps that become smaller. Seeded, so that a network always looks the same.
struct StressLayout {
  /// Networks with more nodes than this are not laid out: all pairs of nodes are looked at.
  static let largestNetwork = 2000

  private let hops: [[Int32]]
  private var random = SplitMix64(seed: 1)

  /// - Complexity: O(N (N + E)).
  init(_ network: Network) {
    var neighbours = [[Int]](repeating: [], count: network.nodes.count)
    for link in network.links {
      neighbours[link.tail].append(link.head)
      neighbours[link.head].append(link.tail)
    }
    let reached = network.nodes.indices.map { Self.hops(from: $0, neighbours) }
    // Parts that nothing connects lie apart, but not far.
    let apart = (reached.joined().max() ?? 0) + 2
    hops = reached.map { $0.map { $0 < 0 ? apart : $0 } }
  }

  /// -1 where no way leads.
  private static func hops(from start: Int, _ neighbours: [[Int]]) -> [Int32] {
    var hops = [Int32](repeating: -1, count: neighbours.count)
    hops[start] = 0
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      for other in neighbours[node] where hops[other] < 0 {
        hops[other] = hops[node] + 1
        queue.append(other)
      }
    }
    return hops
  }

  /// A place for each node.
  ///
  /// - Parameter known: places that stay as they are, one entry a node.
  /// - Complexity: O(N^2).
  mutating func positions(known: [Point?]) -> [Point] {
    let scale = lengthOfHop(known)
    let centre = mean(known.compactMap(\.self))
    var positions = known.map { point in
      point ?? centre
        + Point(
          x: scale * (random.nextUnit() - 0.5) * 4, y: scale * (random.nextUnit() - 0.5) * 4)
    }
    var pairs: [(Int32, Int32)] = []
    for left in known.indices {
      for right in 0..<left where known[left] == nil || known[right] == nil {
        pairs.append((Int32(left), Int32(right)))
      }
    }
    let longest = Double(hops.joined().max() ?? 1)
    // From a step that moves the farthest pair all the way to one that moves neighbours by a tenth.
    let (first, last) = (longest * longest, 0.1)
    let rounds = 30
    for round in 0..<rounds {
      let step = first * pow(last / first, Double(round) / Double(rounds - 1))
      pairs.shuffle(using: &random)
      for (left, right) in pairs { move(Int(left), Int(right), &positions, known, scale, step) }
    }
    return known.allSatisfy { $0 == nil } ? lyingDown(positions) : positions
  }

  /// Turned so that the network is widest from left to right: along the first principal axis.
  private func lyingDown(_ positions: [Point]) -> [Point] {
    let centre = mean(positions)
    let offsets = positions.map { $0 - centre }
    let xx = offsets.reduce(0) { $0 + $1.x * $1.x }
    let yy = offsets.reduce(0) { $0 + $1.y * $1.y }
    let xy = offsets.reduce(0) { $0 + $1.x * $1.y }
    let angle = 0.5 * atan2(2 * xy, xx - yy)
    return offsets.map {
      Point(x: cos(angle) * $0.x + sin(angle) * $0.y, y: cos(angle) * $0.y - sin(angle) * $0.x)
    }
  }

  private func move(
    _ left: Int, _ right: Int, _ positions: inout [Point], _ known: [Point?], _ scale: Double, _ step: Double
  ) {
    let hops = Double(hops[left][right])
    let difference = positions[left] - positions[right]
    let distance = max(difference.length, 1e-9 * scale)
    let share = min(1, step / (hops * hops))
    let shift = (share * (distance - scale * hops) / distance) * difference
    switch (known[left] == nil, known[right] == nil) {
    case (true, true):
      positions[left] = positions[left] - 0.5 * shift
      positions[right] = positions[right] + 0.5 * shift
    case (true, false): positions[left] = positions[left] - shift
    case (false, true): positions[right] = positions[right] + shift
    case (false, false): break
    }
  }

  /// What a hop measures between the places that are known, on average; 1 where fewer than two are.
  private func lengthOfHop(_ known: [Point?]) -> Double {
    var (distance, count) = (0.0, 0.0)
    for (left, start) in known.enumerated() {
      guard let start else { continue }
      for (right, end) in known[..<left].enumerated() {
        guard let end, hops[left][right] > 0 else { continue }
        distance += (start - end).length
        count += Double(hops[left][right])
      }
    }
    return distance > 0 ? distance / count : 1
  }

  private func mean(_ points: [Point]) -> Point {
    points.isEmpty ? Point(x: 0, y: 0) : (1 / Double(points.count)) * points.reduce(Point(x: 0, y: 0), +)
  }
}
