import ArgumentParser
import Foundation
import Foundations
import Networks
import Splitting

/// Generated networks for `benchmarks native`, of any size.
enum NativeNetwork: String, CaseIterable, Codable, ExpressibleByArgument {
  /// A square, neighbours linked both ways.
  case grid
  /// Points in a square, linked both ways to about three near ones each, numbered along the square's cells.
  case geometric
  /// A ring of metropolitan rings, with chords: long ways, few alternatives.
  case backbone

  /// About how many.
  var linksPerNode: Int { self == .backbone ? 3 : self == .grid ? 4 : 6 }

  /// One job from one end to the other.
  func instance(_ item: NativeCase) -> Instance {
    var random = SplitMix64(seed: item.seed)
    let plane = plane(item.nodes, &random)
    let distance = plane.hops(from: plane.source)
    let far = distance[plane.target] / 2
    var nodes = (0..<plane.count).map { node in
      let mayCompute = !item.hasFarHosts || (distance[node] > far && distance[node] < .max)
      let computes = mayCompute && random.nextUnit() < item.share
      return Node(id: Name("n\(node)"), compute: computes ? random.logarithmic(1e9, 1e11) : 0)
    }
    if nodes.allSatisfy({ $0.compute == 0 }) { nodes[plane.target].compute = 1e10 }
    let links = plane.pairs.map { tail, head in
      Link(
        tail: Int(tail), head: Int(head), bandwidth: random.logarithmic(1e8, 1e10),
        latency: random.logarithmic(1e-5, 1e-3))
    }
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [.shrinking(layers: item.layers, using: &random)],
      jobs: [Job(id: "job", dnn: 0, source: plane.source, target: plane.target)])
  }

  private func plane(_ nodes: Int, _ random: inout SplitMix64) -> Plane {
    switch self {
    case .grid: .grid(side: Int(Double(nodes).squareRoot().rounded()))
    case .geometric: .geometric(nodes, &random)
    case .backbone: .backbone(nodes, &random)
    }
  }
}

/// Nodes and the ordered pairs of them that are linked, ascending.
private struct Plane {
  var count: Int
  var source: Int
  var target: Int
  var pairs: [(tail: Int32, head: Int32)]

  /// Sorts the pairs and leaves out doubles.
  init(count: Int, source: Int, target: Int, edges: [(Int, Int)]) {
    self.count = count
    self.source = source
    self.target = target
    var keys = edges.flatMap { [$0.0 << 32 | $0.1, $0.1 << 32 | $0.0] }
    keys.sort()
    var last = -1
    pairs = []
    for key in keys where key != last {
      pairs.append((Int32(key >> 32), Int32(key & 0xFFFF_FFFF)))
      last = key
    }
  }

  static func grid(side: Int) -> Plane {
    var edges: [(Int, Int)] = []
    for node in 0..<side * side {
      if node % side + 1 < side { edges.append((node, node + 1)) }
      if node / side + 1 < side { edges.append((node, node + side)) }
    }
    return Plane(count: side * side, source: 0, target: side * side - 1, edges: edges)
  }

  /// Each point is linked to three near ones with higher numbers; cells of about four points keep the search local.
  static func geometric(_ count: Int, _ random: inout SplitMix64) -> Plane {
    let side = max(1, Int((Double(count) / 4).squareRoot()))
    var cells = [[(x: Double, y: Double)]](repeating: [], count: side * side)
    for _ in 0..<count {
      let (x, y) = (random.nextUnit() * Double(side), random.nextUnit() * Double(side))
      cells[Int(y) * side + Int(x)].append((x, y))
    }
    var first = [0]
    for cell in cells { first.append(first[first.count - 1] + cell.count) }
    let points = cells.flatMap { $0 }
    var edges: [(Int, Int)] = []
    for (node, point) in points.enumerated() {
      var near: [(distance: Double, node: Int)] = []
      for row in max(0, Int(point.y) - 1)...min(side - 1, Int(point.y) + 1) {
        let columns = max(0, Int(point.x) - 1)...min(side - 1, Int(point.x) + 1)
        for other in first[row * side + columns.lowerBound]..<first[row * side + columns.upperBound + 1]
        where other > node {
          let (dx, dy) = (points[other].x - point.x, points[other].y - point.y)
          near.append((dx * dx + dy * dy, other))
        }
      }
      near.sort { $0.distance < $1.distance }
      edges += near.prefix(3).map { (node, $0.node) }
      // A chain through all points keeps the network connected.
      if node + 1 < count { edges.append((node, node + 1)) }
    }
    return Plane(count: count, source: 0, target: count - 1, edges: edges)
  }

  /// Rings of 64 nodes in a ring of rings, each ring linked to the next twice, with a chord for each ring.
  static func backbone(_ count: Int, _ random: inout SplitMix64) -> Plane {
    let size = 64
    let rings = max(1, count / size)
    var edges: [(Int, Int)] = []
    for ring in 0..<rings {
      let base = ring * size
      for place in 0..<size { edges.append((base + place, base + (place + 1) % size)) }
      edges.append((base + random.below(size), base + random.below(size / 2)))
      guard rings > 1 else { continue }
      let next = (ring + 1) % rings * size
      edges += [(base, next + size / 2), (base + size / 4, next + size / 3)]
    }
    return Plane(
      count: rings * size, source: 0, target: rings / 2 * size + size / 2,
      edges: edges.filter { $0.0 != $0.1 })
  }

  /// Breadth-first.
  func hops(from start: Int) -> [Int] {
    var first = [Int](repeating: 0, count: count + 1)
    for pair in pairs { first[Int(pair.tail) + 1] += 1 }
    for node in 0..<count { first[node + 1] += first[node] }
    var hops = [Int](repeating: .max, count: count)
    hops[start] = 0
    var queue = [start]
    var position = 0
    while position < queue.count {
      let node = queue[position]
      position += 1
      for pair in pairs[first[node]..<first[node + 1]] where hops[Int(pair.head)] == .max {
        hops[Int(pair.head)] = hops[node] + 1
        queue.append(Int(pair.head))
      }
    }
    return hops
  }
}

extension DNN {
  /// Tensors that shrink from 600 kB to 4 kB, each up to twice as large or small as the trend.
  static func shrinking(layers count: Int, using random: inout SplitMix64) -> DNN {
    let layers = (0..<count).map { layer in
      let trend = 600e3 * pow(4e3 / 600e3, Double(layer + 1) / Double(count))
      return Layer(
        name: Name("l\(layer)"), work: random.logarithmic(1e8, 1e9),
        output: trend * random.logarithmic(0.5, 2))
    }
    return DNN(name: "d", input: 600e3, layers: layers)
  }
}

extension SplitMix64 {
  /// Evenly spread on a logarithmic scale.
  mutating func logarithmic(_ low: Double, _ high: Double) -> Double { low * pow(high / low, nextUnit()) }

  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}

extension Instance {
  /// The first job and its network as `native-peers/problem.hpp` reads them.
  func writeForPeers(to file: String) throws {
    guard FileManager.default.createFile(atPath: file, contents: nil),
      let handle = FileHandle(forWritingAtPath: file)
    else { throw ValidationError("cannot write \(file)") }
    let dnn = dnn(ofJob: 0)
    let head = [
      network.nodes.count, network.links.count, dnn.layers.count, jobs[0].source, jobs[0].target,
    ]
    try handle.write(contentsOf: head.withUnsafeBytes { Data($0) })
    for start in stride(from: 0, to: network.links.count, by: 1 << 16) {
      var data = Data()
      for link in network.links[start..<min(start + 1 << 16, network.links.count)] {
        withUnsafeBytes(of: (Int32(link.tail), Int32(link.head))) { data.append(contentsOf: $0) }
        withUnsafeBytes(of: (8 / link.bandwidth, link.latency + 8 * link.backlog / link.bandwidth)) {
          data.append(contentsOf: $0)
        }
      }
      try handle.write(contentsOf: data)
    }
    let numbers = network.nodes.map(\.compute) + dnn.layers.map { $0.work ?? 0 } + [dnn.input]
    try handle.write(contentsOf: (numbers + dnn.layers.map(\.output)).withUnsafeBytes { Data($0) })
    try handle.close()
  }
}
