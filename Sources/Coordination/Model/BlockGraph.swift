import Networks

/// The graph of blocks: the chains of all services and the connections between them, as flat arrays.
///
/// Its arcs carry what a request on them uses of the machines: the block where an arc leads and the adapter before it take
/// time on one node, and the tensor of its tail crosses at most one link. Uses are shares: 1 is what the node or link can do
/// in a second, so that a rate times a use is at most 1.
public struct BlockGraph: Sendable {
  /// The first vertex of each service, which is its input, and the number of all vertices.
  public let firstVertices: [Int32]
  /// The vertex where each arc begins, and where it ends. Arcs stand in the order of their tails.
  public private(set) var tails: [Int32] = []
  public private(set) var heads: [Int32] = []
  /// The accuracy that each arc costs.
  public private(set) var penalties: [Double] = []
  /// The resource that each arc uses of its node, and the share for a request a second; infinite if the node can do
  /// nothing of it.
  public private(set) var nodeResources: [Int32] = []
  public private(set) var nodeUses: [Double] = []
  /// The resource of the link that the arc crosses, and the share; -1 and 0 if it crosses none.
  public private(set) var linkResources: [Int32] = []
  public private(set) var linkUses: [Double] = []
  /// The arcs that leave each vertex: from `starts[v]` to before `starts[v + 1]`.
  public private(set) var starts: [Int32] = []
  /// The vertices such that every arc leads to a later one, if there is no cycle; otherwise those before any cycle.
  public private(set) var order: [Int32] = []
  /// What arcs use: of nodes by index, then of links; only those that some arc uses.
  public private(set) var resources: [Resource] = []

  /// A node or a link.
  public enum Resource: Sendable, Hashable {
    case node(Int)
    case link(Int)
  }

  public var vertexCount: Int { Int(firstVertices[firstVertices.count - 1]) }
  public var arcCount: Int { tails.count }
  /// Whether every arc leads forward in some order.
  public var isAcyclic: Bool { order.count == vertexCount }

  /// The graph of an instance whose connections between hosts have links.
  /// - Complexity: O(V + E log E) for V vertices and E arcs.
  public init(_ instance: CoordinationInstance) {
    var first: [Int32] = [0]
    for service in instance.services {
      first.append(first[first.count - 1] + Int32(service.blocks.count + 2))
    }
    firstVertices = first
    addArcs(of: instance)
    sortVertices()
  }

  /// The vertex of a service at a position.
  public func vertex(_ vertex: BlockVertex) -> Int32 {
    firstVertices[vertex.service] + Int32(vertex.position)
  }

  /// The arc between two vertices; `nil` if there is none.
  public func arc(from tail: Int32, to head: Int32) -> Int32? {
    (starts[Int(tail)]..<starts[Int(tail) + 1]).first { heads[Int($0)] == head }
  }

  /// The arcs of a path of a service through blocks; `nil` if it is no path.
  public func arcs(through blocks: [BlockVertex], of service: Int) -> [Int32]? {
    let end = firstVertices[service + 1] - 1
    var (arcs, last): ([Int32], Int32) = ([], firstVertices[service])
    for next in blocks.map(vertex) + [end] {
      guard let arc = arc(from: last, to: next) else { return nil }
      arcs.append(arc)
      last = next
    }
    return arcs
  }

  /// The blocks on a path of arcs.
  public func blocks(on arcs: some BidirectionalCollection<Int32>) -> [BlockVertex] {
    arcs.dropLast().map { position(of: heads[Int($0)]) }
  }

  /// The service and position of a vertex.
  /// - Complexity: O(log services).
  public func position(of vertex: Int32) -> BlockVertex {
    var (low, high) = (0, firstVertices.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstVertices[middle] <= vertex { low = middle } else { high = middle }
    }
    return BlockVertex(service: low, position: Int(vertex - firstVertices[low]))
  }

  // MARK: Construction

  private struct Arc {
    let from: BlockVertex
    let to: BlockVertex
    let adapter: Double
    let penalty: Double
  }

  private mutating func addArcs(of instance: CoordinationInstance) {
    var arcs = instance.connections.map {
      Arc(from: $0.from, to: $0.to, adapter: $0.time, penalty: $0.penalty)
    }
    for (index, service) in instance.services.enumerated() {
      for position in 0...service.blocks.count {
        arcs.append(
          Arc(
            from: BlockVertex(service: index, position: position),
            to: BlockVertex(service: index, position: position + 1), adapter: 0, penalty: 0))
      }
    }
    arcs.sort { (vertex($0.from), vertex($0.to)) < (vertex($1.from), vertex($1.to)) }
    let links = instance.linkTable
    var numbers: [Resource: Int32] = [:]
    func number(_ resource: Resource) -> Int32 {
      if let known = numbers[resource] { return known }
      numbers[resource] = Int32(resources.count)
      resources.append(resource)
      return Int32(resources.count - 1)
    }
    starts = Array(repeating: 0, count: vertexCount + 1)
    for arc in arcs {
      let (tail, head) = (instance.services[arc.from.service], instance.services[arc.to.service])
      let isBlock = arc.to.position <= head.blocks.count
      let time = arc.adapter + (isBlock ? head.blocks[arc.to.position - 1].time : 0)
      tails.append(vertex(arc.from))
      heads.append(vertex(arc.to))
      penalties.append(arc.penalty)
      nodeResources.append(time > 0 ? number(.node(head.host)) : -1)
      nodeUses.append(time > 0 ? time / instance.network.nodes[head.host].capacity : 0)
      starts[Int(vertex(arc.from)) + 1] += 1
      guard tail.host != head.host, let link = links[NodePair(tail: tail.host, head: head.host)] else {
        linkResources.append(-1)
        linkUses.append(0)
        continue
      }
      let bytes = arc.from.position == 0 ? tail.input : tail.blocks[arc.from.position - 1].output
      linkResources.append(bytes > 0 ? number(.link(link)) : -1)
      linkUses.append(bytes > 0 ? 8 * bytes / instance.network.links[link].bandwidth : 0)
    }
    for vertex in 0..<vertexCount { starts[vertex + 1] += starts[vertex] }
  }

  /// Kahn's algorithm (1962).
  private mutating func sortVertices() {
    var entering = [Int32](repeating: 0, count: vertexCount)
    for head in heads { entering[Int(head)] += 1 }
    order = (0..<Int32(vertexCount)).filter { entering[Int($0)] == 0 }
    var next = 0
    while next < order.count {
      let vertex = Int(order[next])
      next += 1
      for arc in starts[vertex]..<starts[vertex + 1] {
        let head = heads[Int(arc)]
        entering[Int(head)] -= 1
        if entering[Int(head)] == 0 { order.append(head) }
      }
    }
  }

  /// The vertices of a cycle, the first one at the end again; `nil` if there is none.
  public var cycle: [BlockVertex]? {
    guard !isAcyclic else { return nil }
    var isOrdered = [Bool](repeating: false, count: vertexCount)
    for vertex in order { isOrdered[Int(vertex)] = true }
    // Every vertex that is left has a predecessor that is left: going back from any of them must close a cycle.
    var predecessors = [Int32](repeating: -1, count: vertexCount)
    for arc in tails.indices where !isOrdered[Int(tails[arc])] { predecessors[Int(heads[arc])] = tails[arc] }
    guard var vertex = isOrdered.firstIndex(of: false) else { return nil }
    var visited = [Bool](repeating: false, count: vertexCount)
    while !visited[vertex] {
      visited[vertex] = true
      vertex = Int(predecessors[vertex])
    }
    var cycle = [Int32(vertex)]
    repeat { cycle.append(predecessors[Int(cycle[cycle.count - 1])]) } while cycle[cycle.count - 1] != vertex
    return cycle.reversed().map(position(of:))
  }
}

/// Two nodes in the direction of a link.
struct NodePair: Hashable {
  let tail: Int
  let head: Int
}

extension CoordinationInstance {
  /// The index of the link of each pair of nodes that has one.
  var linkTable: [NodePair: Int] {
    Dictionary(
      network.links.enumerated().map { (NodePair(tail: $1.tail, head: $1.head), $0) },
      uniquingKeysWith: { first, _ in first })
  }
}
