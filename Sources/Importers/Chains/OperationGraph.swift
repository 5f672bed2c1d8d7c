/// A DNN as operations and the tensors that pass between them: a directed acyclic graph, from which chains are cut.
///
/// Tensors, weights and operations refer to each other by index. Operations stand in an order in which every tensor
/// is produced before it is used.
public struct OperationGraph: Sendable {
  public var tensors: [Tensor]
  public var weights: [Weight]
  public var operations: [Operation]
  /// The tensors that come from outside.
  public var inputs: [Int]
  /// The tensors that the DNN is run for. They stay alive to the end.
  public var results: [Int]

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

  /// What passes from one operation to others.
  public struct Tensor: Sendable, Equatable {
    public var name: String
    /// Its size [byte].
    public var bytes: Double

    public init(name: String, bytes: Double) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// What an operation has with it wherever it runs, and what therefore never crosses a cut.
  public struct Weight: Sendable, Equatable {
    /// Its size [byte].
    public var bytes: Double
    /// How many parameters it holds.
    public var parameters: Double

    public init(bytes: Double, parameters: Double) {
      self.bytes = bytes
      self.parameters = parameters
    }
  }

  public struct Operation: Sendable, Equatable {
    public var name: String
    /// What is computed, for example "Conv".
    public var type: String
    /// The tensors it reads, without repetition.
    public var inputs: [Int]
    /// The tensors it produces; no tensor is produced twice.
    public var outputs: [Int]
    /// The weights it uses, ascending; an operation may share them with others.
    public var weights: [Int]
    /// Multiply-accumulates of convolutions and matrix products, 2 FLOP each [FLOP].
    public var multiplyAddFLOP: Double
    /// All other arithmetic [FLOP].
    public var otherFLOP: Double
    public var role: Role

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

  /// What becomes of an operation where layers are fused.
  public enum Role: Sendable {
    /// It is a layer of its own.
    case own
    /// An activation, a normalisation or a change of shape: part of the layer that feeds it.
    case follower
    /// A reduction: a layer of its own, except inside a normalisation that is written out.
    case reduction
  }
}

// MARK: - Who uses what

extension OperationGraph {
  /// How many operations read each tensor.
  var readerCounts: [Int] {
    var counts = [Int](repeating: 0, count: tensors.count)
    for operation in operations {
      for tensor in operation.inputs { counts[tensor] += 1 }
    }
    return counts
  }

  /// The operation that produces each tensor; `nil` for those from outside.
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
