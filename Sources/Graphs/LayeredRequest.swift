import Networks

/// A request to route the layers of a DNN from the node that has the input to the one that receives the result.
public struct LayeredRequest: Sendable {
  /// The node that holds stage 0.
  public var source: Int
  /// The node that receives the last stage.
  public var target: Int
  /// The size of stage 0 [byte].
  public var input: Double
  public var layers: [Layer]
  /// The rate of inferences [1/s].
  public var rate: Double
  /// The nodes allowed for each layer; at most one rule for each layer.
  public var hosts: [HostRule]

  public init(source: Int, target: Int, dnn: DNN, rate: Double = 0, hosts: [HostRule] = []) {
    self.source = source
    self.target = target
    input = dnn.input
    layers = dnn.layers
    self.rate = rate
    self.hosts = hosts
  }

  /// Sizes of the stages [byte], L+1 entries.
  public var stageBytes: [Double] { [input] + layers.map(\.output) }
}

/// A path through a layered graph of L layers, as the host of each layer and the route of each stage.
public struct LayeredPath: Sendable, Equatable {
  /// The node that runs each layer, L entries.
  public var hosts: [Int]
  /// The route of each stage, L+1 simple paths; the route of a stage that stays on its node is this node.
  public var routes: [[Int]]

  public init(hosts: [Int], routes: [[Int]]) {
    self.hosts = hosts
    self.routes = routes
  }
}

/// The capacities that one layer or one stage alone must not exceed; infinite if nothing is limited.
public struct Capacities: Sendable {
  /// The memory of each node [byte].
  public var memory: [Double]
  /// The compute load of each node: rate times time [s of work a second].
  public var computeLoad: [Double]
  /// The load of each link: rate times size [bit/s].
  public var linkLoad: [Double]

  public init(memory: [Double], computeLoad: [Double], linkLoad: [Double]) {
    self.memory = memory
    self.computeLoad = computeLoad
    self.linkLoad = linkLoad
  }
}
