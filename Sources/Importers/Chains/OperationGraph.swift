/// A DNN as a directed acyclic graph of operations and the tensors that pass between them.
///
/// Tensors, weights and operations refer to each other by index. Operations are in an order in which every tensor
/// is produced before it is used.
public struct OperationGraph: Sendable {
  /// The tensors that are known only when the DNN runs.
  public var tensors: [Tensor] = []
  /// The constants that operations use.
  public var weights: [Weight] = []
  /// The operations, in topological order.
  public var operations: [Operation] = []
  /// Indices of the tensors that come from outside.
  public var inputs: [Int] = []
  /// Indices of the tensors that the DNN computes for its user. They stay alive to the end.
  public var results: [Int] = []
  /// What stays between two runs with the operations that use it, and therefore never crosses a cut.
  public var states: [State] = []
  /// Indices of the tensors that become the state of the next run.
  var stateResults: [Int] = []
  /// What was assumed about the file that the graph comes from.
  public var assumptions: [Assumption] = []

  /// A tensor that passes from one operation to others.
  public struct Tensor: Sendable, Equatable {
    /// The name in the file.
    public var name: String
    /// The size [byte].
    public var bytes: Double
  }

  /// A constant that is stored wherever the operation that uses it runs, and therefore never crosses a cut.
  public struct Weight: Sendable, Equatable {
    /// The size [byte].
    public var bytes: Double
    /// The number of parameters in it.
    public var parameters: Double
  }

  /// A state between two runs, such as the keys and values of past tokens.
  public struct State: Sendable, Equatable {
    /// The names of the input that holds it before a run, and of the output that holds it afterwards.
    public var input: String
    public var output: String
    /// The larger of both sizes [byte].
    public var bytes: Double
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
    public var weights: [Int] = []
    /// Indices of the states that it reads or writes, ascending.
    public var states: [Int] = []
    /// Multiply-accumulates of convolutions and matrix products, 2 FLOP each [FLOP].
    public var multiplyAddFLOP = 0.0
    /// All other arithmetic [FLOP].
    public var otherFLOP = 0.0
    /// How the operation is treated if layers are fused.
    public var role = Role.own

    /// All arithmetic [FLOP].
    var work: Double { multiplyAddFLOP + otherFLOP }
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

  /// How many operations read each tensor, plus 1 for a result: a tensor is alive until it has no use left.
  var useCounts: [Int] {
    var counts = [Int](repeating: 0, count: tensors.count)
    for tensor in operations.flatMap(\.inputs) + Set(results) { counts[tensor] += 1 }
    return counts
  }

  /// The operation among some that produces each of their outputs.
  func producers(among members: some Sequence<Int>) -> [Int: Int] {
    let pairs = members.flatMap { operation in operations[operation].outputs.map { ($0, operation) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The graph without the operations that no result needs, made in time linear in its size.
  public func pruned() -> OperationGraph {
    var needed = Set(results + stateResults)
    var graph = self
    graph.operations = operations.reversed().filter { operation in
      guard !needed.isDisjoint(with: operation.outputs) else { return false }
      needed.formUnion(operation.inputs)
      return true
    }.reversed()
    return graph
  }
}
