/// A network, the DNNs that may run on it, and the jobs that ask for them.
///
/// All quantities are in base units: FLOP, FLOP/s, byte, bit/s, second, 1/s. References between parts are
/// indices into the arrays here; the reader has checked them.
public struct Instance: Sendable, Equatable {
  public var network: Network
  public var dnns: [DNN]
  public var jobs: [Job]
  public var options: Options

  public init(network: Network, dnns: [DNN], jobs: [Job], options: Options = Options()) {
    self.network = network
    self.dnns = dnns
    self.jobs = jobs
    self.options = options
  }

  /// The DNN that job `job` runs.
  public func dnn(ofJob job: Int) -> DNN { dnns[jobs[job].dnn] }
}

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

/// A chain of layers.
public struct DNN: Sendable, Equatable {
  public var name: Name
  /// Size of the input tensor [byte].
  public var input: Double
  public var layers: [Layer]

  public init(name: Name, input: Double, layers: [Layer]) {
    self.name = name
    self.input = input
    self.layers = layers
  }
}

public struct Layer: Sendable, Equatable {
  public var name: Name
  /// Work [FLOP]; `nil` where none was given.
  public var work: Double?
  /// Size of the tensor that leaves the layer [byte].
  public var output: Double
  /// Memory that the layer occupies on its host [byte].
  public var memory: Double
  /// Times that were measured, in the order of the file; at most one a node.
  public var times: [MeasuredTime]

  public init(
    name: Name, work: Double? = nil, output: Double, memory: Double = 0, times: [MeasuredTime] = []
  ) {
    self.name = name
    self.work = work
    self.output = output
    self.memory = memory
    self.times = times
  }
}

/// How long a layer took on one node.
public struct MeasuredTime: Sendable, Equatable {
  /// Index of the node.
  public var node: Int
  /// Duration [s].
  public var seconds: Double

  public init(node: Int, seconds: Double) {
    self.node = node
    self.seconds = seconds
  }
}

/// One stream of inferences: a DNN, where its input comes from and where its output goes.
public struct Job: Sendable, Equatable {
  public var id: Name
  /// Index of the DNN.
  public var dnn: Int
  /// Index of the node where stage 0 starts.
  public var source: Int
  /// Index of the node where the last stage ends.
  public var target: Int
  /// Inferences a second [1/s].
  public var rate: Double
  public var weight: Double
  /// Largest latency allowed [s]; `nil` where there is none.
  public var deadline: Double?
  /// When the job arrives [s]; only schedules use it.
  public var release: Double
  /// Restrictions of hosts, in the order of the file; at most one a layer.
  public var hosts: [HostRule]

  public init(
    id: Name, dnn: Int, source: Int, target: Int, rate: Double = 0, weight: Double = 1,
    deadline: Double? = nil, release: Double = 0, hosts: [HostRule] = []
  ) {
    self.id = id
    self.dnn = dnn
    self.source = source
    self.target = target
    self.rate = rate
    self.weight = weight
    self.deadline = deadline
    self.release = release
    self.hosts = hosts
  }
}

/// The nodes that may host a layer of a job.
public struct HostRule: Sendable, Equatable {
  /// Index of the layer in the job's DNN; `nil` for "*", every layer without a rule of its own.
  public var layer: Int?
  /// Indices of the nodes allowed, not empty.
  public var nodes: [Int]

  public init(layer: Int?, nodes: [Int]) {
    self.layer = layer
    self.nodes = nodes
  }
}

public struct Options: Sendable, Equatable {
  public var waiting: WaitingPolicy
  public var objective: ObjectiveKind

  public init(waiting: WaitingPolicy = .visit, objective: ObjectiveKind = .total) {
    self.waiting = waiting
    self.objective = objective
  }
}

/// How often a job waits for a node's backlog.
public enum WaitingPolicy: String, Sendable, CaseIterable {
  /// Once for each maximal run of consecutive layers on the node.
  case visit
  /// Once for each layer on the node.
  case layer
}

/// What is minimised.
public enum ObjectiveKind: String, Sendable, CaseIterable {
  /// The sum of the weighted latencies.
  case total
  /// The largest weighted latency.
  case max
}
