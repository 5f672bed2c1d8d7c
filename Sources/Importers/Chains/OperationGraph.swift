/// A DNN as a directed acyclic graph of operations and the tensors that pass between them.
///
/// Tensors, weights and operations refer to each other by index. Operations are in an order in which every tensor
/// is produced before it is used.
public struct OperationGraph: Sendable {
  /// The tensors that are known only when the DNN runs.
  public var tensors: [Tensor]
  /// The constants that operations use.
  public var weights: [Weight]
  /// The operations, in topological order.
  public var operations: [Operation]
  /// Indices of the tensors that come from outside.
  public var inputs: [Int]
  /// Indices of the tensors that the DNN computes for its user. They stay alive to the end.
  public var results: [Int]

  /// Makes a graph from its parts.
  public init(
    tensors: [Tensor] = [], weights: [Weight] = [], operations: [Operation] = [], inputs: [Int] = [],
    results: [Int] = []
  ) {
    self.tensors = tensors
    self.weights = weights
    self.operations = operations
    self.inputs = inputs
    self.results = results
  }

  /// A tensor that passes from one operation to others.
  public struct Tensor: Sendable, Equatable {
    /// The name in the file.
    public var name: String
    /// The size [byte].
    public var bytes: Double

    /// Makes a tensor.
    ///
    /// - Parameters:
    ///   - name: the name in the file.
    ///   - bytes: the size [byte].
    public init(name: String, bytes: Double) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// A constant that is stored wherever the operation that uses it runs, and therefore never crosses a cut.
  public struct Weight: Sendable, Equatable {
    /// The size [byte].
    public var bytes: Double
    /// The number of parameters in it.
    public var parameters: Double

    /// Makes a weight.
    ///
    /// - Parameters:
    ///   - bytes: the size [byte].
    ///   - parameters: the number of parameters in it.
    public init(bytes: Double, parameters: Double) {
      self.bytes = bytes
      self.parameters = parameters
    }
  }

  /// A node of the graph, which computes tensors from tensors and weights.
  public struct Operation: Sendable, Equatable {
    /// The name in the file.
    public var name: String
    /// The operator, for example "Conv".
    public var type: String
    /// Indices of the tensors that it reads, none twice.
    public var inputs: [Int]
    /// Indices of the tensors that it produces. No tensor is produced twice.
    public var outputs: [Int]
    /// Indices of the weights that it uses, ascending. Several operations may share a weight.
    public var weights: [Int]
    /// Multiply-accumulates of convolutions and matrix products, 2 FLOP each [FLOP].
    public var multiplyAddFLOP: Double
    /// All other arithmetic [FLOP].
    public var otherFLOP: Double
    /// How the operation is treated if layers are fused.
    public var role: Role

    /// Makes an operation from its parts.
    public init(
      name: String, type: String, inputs: [Int], outputs: [Int], weights: [Int] = [],
      multiplyAddFLOP: Double = 0, otherFLOP: Double = 0, role: Role = .own
    ) {
      self.name = name
      self.type = type
      self.inputs = inputs
      self.outputs = outputs
      self.weights = weights
      self.multiplyAddFLOP = multiplyAddFLOP
      self.otherFLOP = otherFLOP
      self.role = role
    }
  }

  /// How an operation is treated if layers are fused.
  public enum Role: Sendable {
    /// A layer of its own.
    case own
    /// An activation, a normalisation or a change of shape: part of the layer that feeds it.
    case follower
    /// A reduction: a layer of its own, except inside a normalisation that is written out.
    case reduction
  }
}

// MARK: - Producers and readers

extension OperationGraph {
  /// How many operations read each tensor.
  var readerCounts: [Int] {
    var counts = [Int](repeating: 0, count: tensors.count)
    for operation in operations {
      for tensor in operation.inputs { counts[tensor] += 1 }
    }
    return counts
  }

  /// The operation that produces each tensor; `nil` for a tensor from outside.
  var producers: [Int?] {
    var producers = [Int?](repeating: nil, count: tensors.count)
    for (index, operation) in operations.enumerated() {
      for tensor in operation.outputs { producers[tensor] = index }
    }
    return producers
  }

  /// Whether each tensor is a result.
  var isResult: [Bool] {
    var isResult = [Bool](repeating: false, count: tensors.count)
    for tensor in results { isResult[tensor] = true }
    return isResult
  }

  /// The graph without the operations that no result needs.
  ///
  /// - Complexity: linear in the size of the graph.
  public func pruned() -> OperationGraph {
    var isNeeded = isResult
    var kept: [Operation] = []
    for operation in operations.reversed() where operation.outputs.contains(where: { isNeeded[$0] }) {
      for tensor in operation.inputs { isNeeded[tensor] = true }
      kept.append(operation)
    }
    var graph = self
    graph.operations = kept.reversed()
    return graph
  }
}
