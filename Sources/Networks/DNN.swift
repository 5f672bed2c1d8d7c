import Foundations

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
