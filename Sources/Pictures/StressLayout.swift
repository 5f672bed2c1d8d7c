import Charts
import Foundation
import Foundations
import Networks

/// Positions for the nodes of a network at which distances are about proportional to the number of links between nodes.
///
/// The stress of the layout is minimised by stochastic gradient descent: for the pairs of nodes in random order, both
/// nodes are moved towards the distance that they should have, with steps that become smaller. The random numbers are
/// seeded, so that a network always looks the same.
///
/// Zheng, Pawar, Goodman, "Graph drawing by stochastic gradient descent" (2018).
struct StressLayout {
  /// The largest number of nodes of a network that is laid out, since all pairs of nodes are visited.
  static let largestNetwork = 2000

  /// The number of links on a shortest path between two nodes.
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
    // Nodes that are not connected are put a little farther apart than connected ones.
    let apart = (reached.joined().max() ?? 0) + 2
    hops = reached.map { $0.map { $0 < 0 ? apart : $0 } }
  }

  /// The number of links on a shortest path to each node; -1 if there is no path.
  private static func hops(from start: Int, _ neighbours: [[Int]]) -> [Int32] {
    var hops = [Int32](repeating: -1, count: neighbours.count)
    hops[start] = 0
    var queue = [start]
    var next = 0
    while next < queue.count {
      for other in neighbours[queue[next]] where hops[other] < 0 {
        hops[other] = hops[queue[next]] + 1
        queue.append(other)
      }
      next += 1
    }
    return hops
  }

  /// A position for each node, those that are known as they are; O(N^2).
  mutating func positions(known: [Point?]) -> [Point] {
    let scale = lengthOfHop(known)
    let centre = mean(known.compactMap(\.self))
    var positions = known.map { point in
      point ?? centre + Point(scale * (random.nextUnit() - 0.5) * 4, scale * (random.nextUnit() - 0.5) * 4)
    }
    var pairs = known.indices.flatMap { left in
      (0..<left).filter { known[left] == nil || known[$0] == nil }.map { (Int32(left), Int32($0)) }
    }
    let longest = Double(hops.joined().max() ?? 1)
    // The first step moves the farthest pair to its full distance, and the last step moves neighbours by a tenth.
    let (first, last) = (longest * longest, 0.1)
    let rounds = 30
    for round in 0..<rounds {
      let step = first * pow(last / first, Double(round) / Double(rounds - 1))
      pairs.shuffle(using: &random)
      for (left, right) in pairs { move(Int(left), Int(right), &positions, known, scale, step) }
    }
    return known.allSatisfy { $0 == nil } ? lyingDown(positions) : positions
  }

  /// The positions turned such that the first principal axis, along which the network is widest, is horizontal.
  private func lyingDown(_ positions: [Point]) -> [Point] {
    let centre = mean(positions)
    let offsets = positions.map { $0 - centre }
    let xx = offsets.reduce(0) { $0 + $1.x * $1.x }
    let yy = offsets.reduce(0) { $0 + $1.y * $1.y }
    let xy = offsets.reduce(0) { $0 + $1.x * $1.y }
    let angle = 0.5 * atan2(2 * xy, xx - yy)
    return offsets.map { Point(cos(angle) * $0.x + sin(angle) * $0.y, cos(angle) * $0.y - sin(angle) * $0.x) }
  }

  /// Moves two nodes towards the distance that they should have, unless their positions are known.
  private func move(
    _ left: Int, _ right: Int, _ positions: inout [Point], _ known: [Point?], _ scale: Double, _ step: Double
  ) {
    let hops = Double(hops[left][right])
    let difference = positions[left] - positions[right]
    let distance = max(difference.length, 1e-9 * scale)
    let share = min(1, step / (hops * hops))
    let shift = (share * (distance - scale * hops) / distance) * difference
    let half = (known[left] == nil && known[right] == nil ? 0.5 : 1) * shift
    if known[left] == nil { positions[left] = positions[left] - half }
    if known[right] == nil { positions[right] = positions[right] + half }
  }

  /// The average length of a hop between nodes with known positions; 1 if there are fewer than two.
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
    points.isEmpty ? Point(0, 0) : (1 / Double(points.count)) * points.reduce(Point(0, 0), +)
  }
}
