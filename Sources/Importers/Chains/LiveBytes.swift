/// The total size of the tensors alive while the operations of a graph run one after another. A tensor is alive from
/// the operation that produces it to its last reader. A result is alive to the end.
struct LiveBytes {
  /// The total size of the tensors alive now [byte].
  private(set) var bytes: Double
  /// How many operations have yet to read each tensor, plus 1 for a result.
  private(set) var readersLeft: [Int]

  /// The state before the first operation: the inputs that an operation reads are alive.
  init(_ graph: OperationGraph) {
    let readersLeft = graph.useCounts
    self.readersLeft = readersLeft
    bytes = graph.inputs.reduce(0) { readersLeft[$1] > 0 ? $0 + graph.tensors[$1].bytes : $0 }
  }

  /// How many bytes an operation adds before it frees any.
  func produced(by operation: Int, of graph: OperationGraph) -> Double {
    graph.operations[operation].outputs.reduce(0) { readersLeft[$1] > 0 ? $0 + graph.tensors[$1].bytes : $0 }
  }

  /// The change of `bytes` if an operation ran now.
  func change(by operation: Int, of graph: OperationGraph) -> Double {
    let freed = graph.operations[operation].inputs.reduce(0.0) {
      readersLeft[$1] == 1 ? $0 + graph.tensors[$1].bytes : $0
    }
    return produced(by: operation, of: graph) - freed
  }

  /// Updates the state as an operation runs.
  mutating func run(_ operation: Int, of graph: OperationGraph) {
    bytes += change(by: operation, of: graph)
    for tensor in graph.operations[operation].inputs { readersLeft[tensor] -= 1 }
  }

  /// The sum of the bytes alive after each of some operations, if they ran now in this order.
  func total(behind order: [Int], of graph: OperationGraph) -> Double {
    var alive = self
    var total = 0.0
    for operation in order {
      alive.run(operation, of: graph)
      total += alive.bytes
    }
    return total
  }
}
