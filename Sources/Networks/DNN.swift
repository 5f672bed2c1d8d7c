import Foundations

/// A chain of layers.
public struct DNN: Sendable, Equatable {
  public var name: Name
  /// The size of the input, stage 0 [byte].
  public var input: Double
  /// The names of the tensors of which the input consists, in the model from which the DNN comes; empty if unknown.
  public var inputTensors: [String]
  public var layers: [Layer]

  public init(name: Name, input: Double, inputTensors: [String] = [], layers: [Layer]) {
    self.name = name
    self.input = input
    self.inputTensors = inputTensors
    self.layers = layers
  }

  /// The names of the tensors that enter a layer; empty if unknown.
  public func tensors(before layer: Int) -> [String] {
    layer == 0 ? inputTensors : layers[layer - 1].tensors
  }
}

public struct Layer: Sendable, Equatable {
  public var name: Name
  /// The work [FLOP]; `nil` if none was given.
  public var work: Double?
  /// The size of the tensor that the layer writes [byte].
  public var output: Double
  /// The memory that each job takes for the layer on its host [byte], such as a cache of keys and values.
  public var memory: Double
  /// The size of the parameters [byte]; a node holds them once for all jobs that run the DNN.
  public var weights: Double
  /// The memory that is in use only while the layer is computed [byte].
  public var activations: Double
  /// The bytes that are moved to compute the layer.
  public var traffic: Double
  /// The measured times, in the order of the file; at most one for each node.
  public var times: [MeasuredTime]
  /// The names of the tensors that leave the layer, in the model from which the DNN comes; empty if unknown.
  public var tensors: [String]
  /// The names of the model's operators in the layer, in order; empty if unknown, or if there is one with the layer's name.
  public var operators: [String]

  public init(
    name: Name, work: Double? = nil, output: Double, memory: Double = 0, weights: Double = 0,
    activations: Double = 0, traffic: Double = 0, times: [MeasuredTime] = [], tensors: [String] = [],
    operators: [String] = []
  ) {
    self.name = name
    self.work = work
    self.output = output
    self.memory = memory
    self.weights = weights
    self.activations = activations
    self.traffic = traffic
    self.times = times
    self.tensors = tensors
    self.operators = operators
  }

  /// The memory that the layer needs on a node that runs nothing else [byte].
  public var footprint: Double { memory + weights + activations }
}

/// The measured time of a layer on one node.
public struct MeasuredTime: Sendable, Equatable {
  /// The index of the node.
  public var node: Int
  /// The time [s].
  public var seconds: Double

  public init(node: Int, seconds: Double) {
    self.node = node
    self.seconds = seconds
  }
}
