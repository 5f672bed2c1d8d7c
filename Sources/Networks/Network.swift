import Foundations

/// The computing and switching nodes and the directed links between them.
public struct Network: Sendable, Equatable {
  public var nodes: [Node]
  public var links: [Link]

  public init(nodes: [Node], links: [Link]) {
    self.nodes = nodes
    self.links = links
  }
}

public struct Node: Sendable, Equatable {
  public var id: Name
  /// The compute rate [FLOP/s]; 0 if the node hosts only layers that were measured on it.
  public var compute: Double
  /// The memory [byte]; `nil` if there is no limit.
  public var memory: Double?
  /// The rate at which layers move their traffic [byte/s], positive; `nil` if it bounds no time.
  public var memoryBandwidth: Double?
  /// The work that is queued before the jobs start [FLOP]; a node with a backlog has a compute rate.
  public var backlog: Double
  /// The part of a second that the node may be busy each second, where services share it.
  public var capacity: Double
  /// Whether routes may pass through the node; otherwise it is only the first or the last node of a route.
  public var isRelay: Bool
  /// The position of the node in pictures; `nil` if they choose it. Nothing else uses it.
  public var position: Position?

  public init(
    id: Name, compute: Double = 0, memory: Double? = nil, memoryBandwidth: Double? = nil,
    backlog: Double = 0, capacity: Double = 1, isRelay: Bool = true, position: Position? = nil
  ) {
    self.id = id
    self.compute = compute
    self.memory = memory
    self.memoryBandwidth = memoryBandwidth
    self.backlog = backlog
    self.capacity = capacity
    self.isRelay = isRelay
    self.position = position
  }
}

/// A position in a picture, in any unit, for example longitude and latitude in degrees.
public struct Position: Sendable, Equatable {
  /// The coordinate to the right, or east; finite.
  public var x: Double
  /// The coordinate upwards, or north; finite.
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A directed link.
public struct Link: Sendable, Equatable {
  /// The index of the node that the link leaves.
  public var tail: Int
  /// The index of the node that the link enters.
  public var head: Int
  /// The bandwidth [bit/s], positive.
  public var bandwidth: Double
  /// The propagation delay [s].
  public var latency: Double
  /// The data that are queued before the jobs start [byte].
  public var backlog: Double

  public init(tail: Int, head: Int, bandwidth: Double, latency: Double = 0, backlog: Double = 0) {
    self.tail = tail
    self.head = head
    self.bandwidth = bandwidth
    self.latency = latency
    self.backlog = backlog
  }

  /// The link in the other direction with the same figures.
  var reversed: Link {
    Link(tail: head, head: tail, bandwidth: bandwidth, latency: latency, backlog: backlog)
  }

  /// A link in both directions with the same figures.
  package static func duplex(_ first: Int, _ second: Int, bandwidth: Double, latency: Double) -> [Link] {
    let link = Link(tail: first, head: second, bandwidth: bandwidth, latency: latency)
    return [link, link.reversed]
  }
}
