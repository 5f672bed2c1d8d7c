import Documents
import Foundations

/// Operations with measured times, in any order, and the outputs that they read from each other.
struct MeasuredGraph: Sendable {
  var operations: [Operation] = []
  /// Whether the memory of the operations includes activations. Otherwise the activations of a layer are the largest
  /// number of bytes alive while one of its operations runs.
  var memoryIncludesActivations: Bool
  /// The document whose tokens are the places of operations; `nil` if the places are lines.
  var document: Document?
  /// Whether the file gives no size for outputs that no operation reads.
  var lacksResult = false

  struct Operation: Sendable {
    var name: String
    /// The operator, for example "Conv2d".
    var type: String
    /// Indices of the operations whose output it reads.
    var inputs: [Int] = []
    /// The time on each device [s]; `nil` if it was not measured.
    var times: [Double?]
    /// The size of the output [byte].
    var output = 0.0
    /// The memory of the operation of which the file does not say what it holds [byte].
    var memory = 0.0
    /// The size of the parameters [byte].
    var weights = 0.0
    /// Whether the operation computes nothing and stands for an input of the DNN.
    var isInput: Bool
    /// The place in the file: a token of a JSON document, otherwise a line.
    var place: Int
  }

  /// Removes repeated entries from the inputs of each operation.
  mutating func removeRepeatedInputs() {
    for index in operations.indices { operations[index].inputs = operations[index].inputs.uniqued() }
  }

  /// The graph as a chain, cut by the same rules as an ONNX model.
  func chain(
    _ granularity: Granularity, input: Double?, result: Double?, file: String
  ) throws(InputError) -> MeasuredChain {
    let order = try topologicalOrder(file)
    let (graph, sources) = operationGraph(order, input: input, result: result)
    let chain = graph.chain(granularity)
    return MeasuredChain(input: chain.input, layers: chain.layers.map { layer($0, sources) })
  }

  private func layer(_ layer: ChainLayer, _ sources: [Int]) -> MeasuredLayer {
    let members = layer.operations.map { operations[sources[$0]] }
    let devices = members.first?.times.indices ?? 0..<0
    return MeasuredLayer(
      name: layer.name, operations: members.count,
      times: devices.map { device in
        members.reduce(0) { sum, member in sum.flatMap { sum in member.times[device].map { sum + $0 } } }
      },
      output: layer.output, memory: members.reduce(0) { $0 + $1.memory },
      weights: members.reduce(0) { $0 + $1.weights },
      activations: memoryIncludesActivations ? 0 : layer.activations)
  }

  /// Puts every operation after those that it reads; operations that can run next come in the order of the file.
  private func topologicalOrder(_ file: String) throws(InputError) -> [Int] {
    var missing = operations.map(\.inputs.count)
    let readers = readers
    var order = operations.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      for reader in readers[order[next]] {
        missing[reader] -= 1
        if missing[reader] == 0 { order.append(reader) }
      }
      next += 1
    }
    if let stuck = operations.indices.first(where: { missing[$0] > 0 }) {
      let name = TerminalText.quoted(operations[stuck].name)
      let message = "the operation \(name) is part of a cycle, or depends on one"
      let place = operations[stuck].place
      throw document?.error(place, message)
        ?? InputError(file: file, line: place, column: 1, message: message)
    }
    return order
  }

  private var readers: [[Int]] {
    var readers = [[Int]](repeating: [], count: operations.count)
    for (index, operation) in operations.enumerated() {
      for input in operation.inputs { readers[input].append(index) }
    }
    return readers
  }

  /// The graph, and for each of its operations the index of its source in `operations`. Tensor i is the output of
  /// operation i of this graph. If no operation stands for an input, one more tensor is the input. It is read by the
  /// operations that have no inputs but take time; other operations without inputs are constants.
  private func operationGraph(
    _ order: [Int], input: Double?, result: Double?
  ) -> (graph: OperationGraph, sources: [Int]) {
    let readers = readers
    var tensors = operations.map { OperationGraph.Tensor(name: $0.name, bytes: $0.output) }
    var inputs = operations.indices.filter { operations[$0].isInput }
    let hasInput = !inputs.isEmpty
    if !hasInput {
      inputs = [tensors.count]
      tensors.append(.init(name: "input", bytes: 0))
    }
    if let input {
      for index in inputs { tensors[index].bytes = 0 }
      if let first = inputs.first(where: { $0 >= readers.count || !readers[$0].isEmpty }) {
        tensors[first].bytes = input
      }
    }
    let results = operations.indices.filter { readers[$0].isEmpty && !operations[$0].isInput }
    if let result, let last = results.last { tensors[last].bytes = result }
    let sources = order.filter { !operations[$0].isInput }
    let members = sources.map { index in
      let operation = operations[index]
      let isFirst = !hasInput && operation.inputs.isEmpty && operation.times.contains { ($0 ?? 0) > 0 }
      return OperationGraph.Operation(
        name: operation.name, type: operation.type, inputs: isFirst ? inputs : operation.inputs,
        outputs: [index], otherFLOP: operation.times.compactMap(\.self).max() ?? 0,
        role: Self.followers.contains(operation.type.lowercased()) ? .follower : .own)
    }
    return (OperationGraph(tensors: tensors, operations: members, inputs: inputs, results: results), sources)
  }

  /// The names of activations, normalisations and changes of shape in PyTorch and ONNX, in lower case.
  private static let followers: Set<String> = [
    "relu", "relu6", "leakyrelu", "prelu", "gelu", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh",
    "softmax", "logsoftmax", "batchnorm1d", "batchnorm2d", "batchnorm3d", "batchnormalization", "layernorm",
    "layernormalization", "groupnorm", "instancenorm2d", "dropout", "trainabledropout", "view", "reshape",
    "transpose", "permute", "flatten", "squeeze", "unsqueeze", "size", "__getitem__", "identity", "cast",
  ]
}
