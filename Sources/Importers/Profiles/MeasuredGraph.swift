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
    /// The class of operations that share a device; `nil` if it has none.
    var sharingClass: Double?
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
    guard operations.contains(where: { !$0.isInput }) else {
      throw InputError(file: file, message: "this profile has inputs, but no operations")
    }
    let order = try topologicalOrder(file)
    let (graph, sources) = operationGraph(groups(order), input: input, result: result)
    let chain = graph.chain(granularity)
    return MeasuredChain(
      input: chain.input, layers: chain.layers.map { layer($0, sources) }, operations: graph.operations.count,
      statedInput: statedInput)
  }

  /// The size of the inputs that operations read, if the file gives it [byte].
  private var statedInput: Double? {
    let readers = readers
    let stated = operations.indices.reduce(0) { sum, index in
      operations[index].isInput && !readers[index].isEmpty ? sum + operations[index].output : sum
    }
    return stated > 0 ? stated : nil
  }

  private func layer(_ layer: ChainLayer, _ sources: [[Int]]) -> MeasuredLayer {
    let members = layer.operations.flatMap { sources[$0] }.map { operations[$0] }
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

  /// The operations that form one each: those of a class, and all that lie between two operations of a class. Groups and
  /// their members are in an order of computation.
  private func groups(_ order: [Int]) -> [[Int]] {
    let computed = order.filter { !operations[$0].isInput }
    guard operations.contains(where: { $0.sharingClass != nil }) else { return computed.map { [$0] } }
    var places: [Double: Int] = [:]
    var members: [[Int]] = []
    var group = [Int?](repeating: nil, count: operations.count)
    for index in computed {
      let known = operations[index].sharingClass.flatMap { places[$0] }
      if let sharingClass = operations[index].sharingClass, known == nil {
        places[sharingClass] = members.count
      }
      group[index] = known ?? members.count
      if let known { members[known].append(index) } else { members.append([index]) }
    }
    var successors = [Set<Int>](repeating: [], count: members.count)
    for index in computed {
      guard let own = group[index] else { continue }
      for input in operations[index].inputs {
        if let other = group[input], other != own { successors[other].insert(own) }
      }
    }
    let rank = Dictionary(computed.enumerated().map { ($1, $0) }) { first, _ in first }
    return StronglyConnectedComponents(successors.map { $0.sorted() }).components.map { component in
      component.flatMap { members[$0] }.sorted { rank[$0, default: 0] < rank[$1, default: 0] }
    }
  }

  /// The graph with an operation for each group. Tensor i is the output of operation i of this graph. If no operation that
  /// others read stands for an input, one more tensor is the input. It is read by the groups that take time and depend on
  /// no other such group.
  private func operationGraph(
    _ groups: [[Int]], input: Double?, result: Double?
  ) -> (graph: OperationGraph, sources: [[Int]]) {
    let readers = readers
    var tensors = operations.map { OperationGraph.Tensor(name: $0.name, bytes: $0.output) }
    var inputs = operations.indices.filter { operations[$0].isInput }
    let hasInput = inputs.contains { !readers[$0].isEmpty }
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
    let results = results(groups, readers)
    if let result, let last = results.last { tensors[last].bytes = result }
    let isFirst = hasInput ? [Bool](repeating: false, count: groups.count) : firsts(groups)
    let members = zip(groups, isFirst).map { group, isFirst in
      let made = Set(group)
      let read = group.flatMap { operations[$0].inputs }.filter { !made.contains($0) }.uniqued()
      let times = group.map { operations[$0].times.compactMap(\.self).max() ?? 0 }
      let leader = zip(group, times).max { $0.1 < $1.1 }.map { operations[$0.0] } ?? operations[group[0]]
      let follows = group.allSatisfy { Self.followers.contains(operations[$0].type.lowercased()) }
      return OperationGraph.Operation(
        name: leader.name, type: leader.type, inputs: read + (isFirst ? inputs : []), outputs: group,
        otherFLOP: times.reduce(0, +), role: follows ? .follower : .own)
    }
    return (OperationGraph(tensors: tensors, operations: members, inputs: inputs, results: results), groups)
  }

  /// The groups that read an input for which the file has no operation: they take time and read nothing. If all of those
  /// read constants, they are the groups that take time and depend on no group that does.
  private func firsts(_ groups: [[Int]]) -> [Bool] {
    let takesTime = groups.map { $0.contains { operations[$0].times.contains { ($0 ?? 0) > 0 } } }
    let reads = groups.map { group in group.contains { !operations[$0].inputs.allSatisfy(group.contains) } }
    let alone = zip(takesTime, reads).map { $0 && !$1 }
    if alone.contains(true) { return alone }
    var depends = [Bool](repeating: false, count: operations.count)
    return groups.indices.map { index in
      let isLater = groups[index].contains { operations[$0].inputs.contains { depends[$0] } }
      for member in groups[index] { depends[member] = isLater || takesTime[index] }
      return takesTime[index] && !isLater
    }
  }

  /// The outputs that nothing reads. They are no results beside others if they take neither time nor memory, or if other
  /// outputs of their group are read.
  private func results(_ groups: [[Int]], _ readers: [[Int]]) -> [Int] {
    let unread = operations.indices.filter { readers[$0].isEmpty && !operations[$0].isInput }
    var group = [Int](repeating: -1, count: operations.count)
    for (index, members) in groups.enumerated() { for member in members { group[member] = index } }
    let read = Set(
      readers.indices.filter { own in readers[own].contains { group[$0] != group[own] } }.map { group[$0] })
    let results = unread.filter { index in
      let operation = operations[index]
      let isNothing =
        operation.memory == 0 && operation.output == 0
        && operation.times.allSatisfy { ($0 ?? 0) == 0 }
      return !isNothing && !read.contains(group[index])
    }
    return results.isEmpty ? unread : results
  }

  /// The names of activations, normalisations and changes of shape in PyTorch and ONNX, in lower case.
  private static let followers: Set<String> = [
    "relu", "relu6", "leakyrelu", "prelu", "gelu", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh",
    "softmax", "logsoftmax", "batchnorm1d", "batchnorm2d", "batchnorm3d", "batchnormalization", "layernorm",
    "layernormalization", "groupnorm", "instancenorm2d", "dropout", "trainabledropout", "view", "reshape",
    "transpose", "permute", "flatten", "squeeze", "unsqueeze", "size", "__getitem__", "identity", "cast",
  ]
}
