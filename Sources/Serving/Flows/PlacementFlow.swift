/// The largest flow of a placement, by Dinic's algorithm ("Algorithm for solution of a problem of maximum flow in
/// networks with power estimation", 1970), and its division into paths.
///
/// Every machine that is placed is an arc of its rate. Flow moves on from where a machine ends: to the machines that
/// start there, or with partial inference to all that hold the next layer.
public struct PlacementFlow: Sendable {
  /// The flow on a link; ends are machines, or ``source`` and ``sink``.
  public struct LinkFlow: Sendable, Equatable {
    public var tail: Int
    public var head: Int
    public var rate: Double
  }

  public static let source = -1
  public static let sink = -2

  /// The flow into the sink [1/s].
  public private(set) var value = 0.0
  /// The links with flow, by tail and head, the source first.
  public private(set) var links: [LinkFlow] = []
  /// The flow through each machine [1/s].
  public private(set) var throughMachine: [Double]

  /// The largest flow of a placement whose sizes are options of their machines.
  ///
  /// - Complexity: O(V^2 A) for V machines placed and A links between them; in practice a few passes over the links.
  public init(_ placement: Placement, in figures: ClusterFigures) {
    throughMachine = Array(repeating: 0, count: figures.machineCount)
    var network = FlowNetwork(placement, in: figures)
    while network.findLevels() {
      while network.augment() {}
    }
    for path in network.paths() {
      value += path.rate
      for machine in path.machines { throughMachine[machine] += path.rate }
      var tail = Self.source
      for head in path.machines + [Self.sink] {
        links.append(LinkFlow(tail: tail, head: head, rate: path.rate))
        tail = head
      }
    }
    mergeLinks()
  }

  /// Adds up the flows of paths on the same link.
  private mutating func mergeLinks() {
    links.sort {
      ($0.tail == Self.source ? -1 : $0.tail, $0.head) < ($1.tail == Self.source ? -1 : $1.tail, $1.head)
    }
    var merged: [LinkFlow] = []
    for link in links {
      if let last = merged.last, last.tail == link.tail, last.head == link.head {
        merged[merged.count - 1].rate += link.rate
      } else {
        merged.append(link)
      }
    }
    links = merged
  }
}

/// The network of a placement. Vertex 0 is the source, 1 the sink; the machine at position p among those placed has the
/// vertices 2 + 2p, where flow enters, and 3 + 2p, where it leaves. Arc a and its reverse are 2a and 2a + 1.
private struct FlowNetwork {
  private let placed: [Int]
  private var heads: [Int32] = []
  private var residual: [Double] = []
  /// The arcs that leave each vertex, one list after the other.
  private var starts: [Int] = []
  private var order: [Int32] = []
  private var level: [Int32]
  private var next: [Int]
  private var path: [Int32] = []

  init(_ placement: Placement, in figures: ClusterFigures) {
    placed = (0..<figures.machineCount).filter { placement.held[$0] > 0 }
    let vertexCount = 2 + 2 * placed.count
    level = Array(repeating: 0, count: vertexCount)
    next = Array(repeating: 0, count: vertexCount)
    var position = [Int](repeating: -1, count: figures.machineCount)
    for (place, machine) in placed.enumerated() { position[machine] = place }
    var tails: [Int32] = []
    func add(_ tail: Int, _ head: Int, _ limit: Double) {
      guard limit > 0 else { return }
      tails += [Int32(tail), Int32(head)]
      heads += [Int32(head), Int32(tail)]
      residual += [limit, 0]
    }
    for (place, machine) in placed.enumerated() {
      let (first, end) = (placement.first[machine], placement.end(machine))
      let option = figures.option(ofMachine: machine, holding: placement.held[machine])
      add(2 + 2 * place, 3 + 2 * place, option.map { figures.rates[$0] } ?? 0)
      if first == 0 { add(0, 2 + 2 * place, figures.fromSource[machine]) }
      if end == figures.layers { add(3 + 2 * place, 1, figures.toSink[machine]) }
      for link in figures.linkStarts[machine]..<figures.linkStarts[machine + 1] {
        let head = figures.linkHeads[link]
        guard placement.held[head] > 0 else { continue }
        let start = placement.first[head]
        let meets = figures.isPartial ? start <= end && end < placement.end(head) : start == end
        if meets { add(3 + 2 * place, 2 + 2 * position[head], figures.linkCapacities[link]) }
      }
    }
    starts = Array(repeating: 0, count: vertexCount + 1)
    for tail in tails { starts[Int(tail) + 1] += 1 }
    for vertex in 0..<vertexCount { starts[vertex + 1] += starts[vertex] }
    var slots = starts
    order = Array(repeating: 0, count: tails.count)
    for (arc, tail) in tails.enumerated() {
      order[slots[Int(tail)]] = Int32(arc)
      slots[Int(tail)] += 1
    }
  }

  /// Numbers the vertices by their distance from the source along arcs with room; false if the sink is out of reach.
  mutating func findLevels() -> Bool {
    for vertex in level.indices { level[vertex] = -1 }
    level[0] = 0
    var queue: [Int] = [0]
    var read = 0
    while read < queue.count {
      let vertex = queue[read]
      read += 1
      for slot in starts[vertex]..<starts[vertex + 1] {
        let arc = Int(order[slot])
        let head = Int(heads[arc])
        if residual[arc] > 0, level[head] < 0 {
          level[head] = level[vertex] + 1
          queue.append(head)
        }
      }
    }
    for vertex in next.indices { next[vertex] = starts[vertex] }
    return level[1] >= 0
  }

  /// Pushes flow along one path of rising levels; false if there is none.
  mutating func augment() -> Bool {
    path.removeAll(keepingCapacity: true)
    var vertex = 0
    while vertex != 1 {
      if next[vertex] == starts[vertex + 1] {
        guard let arc = path.popLast() else { return false }
        vertex = Int(heads[Int(arc) ^ 1])
        next[vertex] += 1
        continue
      }
      let arc = Int(order[next[vertex]])
      if residual[arc] > 0, level[Int(heads[arc])] == level[vertex] + 1 {
        path.append(Int32(arc))
        vertex = Int(heads[arc])
      } else {
        next[vertex] += 1
      }
    }
    var amount = Double.infinity
    for arc in path { amount = min(amount, residual[Int(arc)]) }
    for arc in path {
      residual[Int(arc)] -= amount
      residual[Int(arc) ^ 1] += amount
    }
    return true
  }

  /// The paths that make up the flow. What rounding leaves, less than 1e-12 of the flow, is dropped.
  ///
  /// - Complexity: O(V) for each of at most as many paths as arcs.
  mutating func paths() -> [(machines: [Int], rate: Double)] {
    var flow = [Double](repeating: 0, count: residual.count)
    for arc in stride(from: 0, to: residual.count, by: 2) {
      // What was pushed, which is exact even if it is less than the capacity is rounded by.
      flow[arc] = max(0, residual[arc + 1])
    }
    var total = 0.0
    for slot in starts[0]..<starts[1] { total += flow[Int(order[slot])] }
    let least = 1e-12 * total
    for vertex in next.indices { next[vertex] = starts[vertex] }
    var paths: [(machines: [Int], rate: Double)] = []
    search: while true {
      path.removeAll(keepingCapacity: true)
      var vertex = 0
      while vertex != 1 {
        while next[vertex] < starts[vertex + 1], flow[Int(order[next[vertex]])] <= least { next[vertex] += 1 }
        guard next[vertex] < starts[vertex + 1] else {
          // A rest of rounding ends here.
          guard let arc = path.popLast() else { break search }
          flow[Int(arc)] = 0
          vertex = Int(heads[Int(arc) ^ 1])
          continue
        }
        let arc = order[next[vertex]]
        path.append(arc)
        vertex = Int(heads[Int(arc)])
      }
      var rate = Double.infinity
      for arc in path { rate = min(rate, flow[Int(arc)]) }
      for arc in path { flow[Int(arc)] -= rate }
      let machines = path.compactMap { arc -> Int? in
        let tail = Int(heads[Int(arc) ^ 1])
        return tail >= 2 && tail.isMultiple(of: 2) ? placed[(tail - 2) / 2] : nil
      }
      paths.append((machines, rate))
    }
    return paths
  }
}
