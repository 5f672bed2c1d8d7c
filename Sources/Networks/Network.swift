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
  /// Compute rate [FLOP/s]; 0 where the node hosts only layers that were measured on it.
  public var compute: Double
  /// Memory [byte]; `nil` where there is no limit.
  public var memory: Double?
  /// Work that is queued already [FLOP]; a node with a backlog has a compute rate.
  public var backlog: Double
  /// Where pictures show the node; `nil` where that is theirs to decide. Nothing else uses it.
  public var position: Position?

  public init(
    id: Name, compute: Double = 0, memory: Double? = nil, backlog: Double = 0, position: Position? = nil
  ) {
    self.id = id
    self.compute = compute
    self.memory = memory
    self.backlog = backlog
    self.position = position
  }
}

/// A place in a picture, in any unit: for example longitude and latitude in degrees.
public struct Position: Sendable, Equatable {
  /// To the right, or east; finite.
  public var x: Double
  /// Upwards, or north; finite.
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A directed link.
public struct Link: Sendable, Equatable {
  /// Index of the node it leaves.
  public var tail: Int
  /// Index of the node it enters.
  public var head: Int
  /// Bandwidth [bit/s], positive.
  public var bandwidth: Double
  /// Propagation delay [s].
  public var latency: Double
  /// Data queued already [byte].
  public var backlog: Double

  public init(tail: Int, head: Int, bandwidth: Double, latency: Double = 0, backlog: Double = 0) {
    self.tail = tail
    self.head = head
    self.bandwidth = bandwidth
    self.latency = latency
    self.backlog = backlog
  }
}
