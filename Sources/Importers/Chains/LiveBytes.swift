/// The bytes of all tensors alive while the operations of a graph run one after another.
///
/// A tensor is alive from where it is produced to its last reader, a result to the end.
struct LiveBytes {
  /// The bytes alive now.
  private(set) var bytes: Double
  /// The operations that have yet to read each tensor; one more for a result.
  private var readersLeft: [Int]

  /// Before the first operation: the inputs that something reads.
  init(_ graph: OperationGraph) {
    readersLeft = graph.readerCounts
    for tensor in Set(graph.results) { readersLeft[tensor] += 1 }
    let readersLeft = readersLeft
    bytes = graph.inputs.reduce(0) { readersLeft[$1] > 0 ? $0 + graph.tensors[$1].bytes : $0 }
  }

  /// How many operations have yet to read a tensor; one more for a result.
  func readers(of tensor: Int) -> Int { readersLeft[tensor] }

  /// The bytes that an operation adds before it frees any.
  func produced(by operation: Int, of graph: OperationGraph) -> Double {
    graph.operations[operation].outputs.reduce(0) { readersLeft[$1] > 0 ? $0 + graph.tensors[$1].bytes : $0 }
  }

  /// By how much the bytes alive would change if an operation ran now.
  func change(by operation: Int, of graph: OperationGraph) -> Double {
    let freed = graph.operations[operation].inputs.reduce(0.0) {
      readersLeft[$1] == 1 ? $0 + graph.tensors[$1].bytes : $0
    }
    return produced(by: operation, of: graph) - freed
  }

  /// Runs an operation.
  mutating func run(_ operation: Int, of graph: OperationGraph) {
    bytes += change(by: operation, of: graph)
    for tensor in graph.operations[operation].inputs { readersLeft[tensor] -= 1 }
  }

  /// The sum of the bytes alive behind each of some operations, if they ran now.
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
