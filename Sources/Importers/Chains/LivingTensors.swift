/// The tensors that are alive while the operations of a graph run one after another, in the order in which they were
/// produced.
struct LivingTensors {
  private var order: [Int]
  private var isAlive: Set<Int>

  /// The state before the first operation: the inputs that an operation reads.
  init(_ graph: OperationGraph) {
    let uses = graph.useCounts
    order = graph.inputs.filter { uses[$0] > 0 }
    isAlive = Set(order)
  }

  /// Updates the state after an operation has run; `readersLeft` counts the uses of each tensor that remain.
  mutating func run(_ operation: Int, _ graph: OperationGraph, _ readersLeft: [Int]) {
    for tensor in graph.operations[operation].inputs where readersLeft[tensor] == 0 { isAlive.remove(tensor) }
    for tensor in graph.operations[operation].outputs where readersLeft[tensor] > 0 {
      order.append(tensor)
      isAlive.insert(tensor)
    }
    // Tensors that are no longer alive are dropped once they are the most, so that the list stays short.
    if order.count > 2 * isAlive.count + 16 { order.removeAll { !isAlive.contains($0) } }
  }

  /// The names of the tensors alive now.
  func names(_ graph: OperationGraph) -> [String] {
    order.lazy.filter(isAlive.contains).map { graph.tensors[$0].name }
  }
}
