import Foundations

/// Finds the inputs and outputs that hold a state between two runs, and takes them off the cuts.
struct StateTensors {
  /// An input with the output that replaces it in the next run.
  struct Pair {
    var input: (name: String, tensor: Tensor, index: Int)
    /// `index` is `nil` if the output is an input or a constant.
    var output: (name: String, tensor: Tensor, index: Int?)
  }

  private let inputs: [(name: String, tensor: Tensor, index: Int)]
  private let outputs: [Name: (name: String, tensor: Tensor, index: Int?)]

  init(
    inputs: [(name: String, tensor: Tensor, index: Int)],
    outputs: [(name: String, tensor: Tensor, index: Int?)]
  ) {
    self.inputs = inputs
    self.outputs = Dictionary(outputs.map { (Name($0.name), $0) }) { first, _ in first }
  }

  /// The pairs by a rule, in the order of the inputs, and whether they were recognised without being asked for.
  func pairs(_ rule: ONNXRequest.StateRule) -> (pairs: [Pair], areRecognised: Bool) {
    switch rule {
    case .none: ([], false)
    case .recognised: (pairs { input in Self.usual.contains { isState(input, $0) } ? Self.usual : [] }, true)
    case .patterns(let patterns): (pairs { _ in patterns }, false)
    }
  }

  /// The names that exporters give to caches of keys and values.
  private static let usual = [
    "past_key_values*=present*", "past*=present*", "past*=present_key_values*",
  ].compactMap { StatePattern($0) }

  private func pairs(_ patterns: ((name: String, tensor: Tensor, index: Int)) -> [StatePattern]) -> [Pair] {
    var taken: Set<Name> = []
    return inputs.compactMap { input in
      let names = patterns(input).lazy.compactMap { $0.output(of: input.name) }
      guard let output = names.compactMap({ outputs[Name($0)] }).first(where: { _ in true }),
        taken.insert(Name(output.name)).inserted
      else { return nil }
      return Pair(input: input, output: output)
    }
  }

  /// Whether a pattern pairs an input with an output of the same type and of the same shape up to one axis.
  private func isState(_ input: (name: String, tensor: Tensor, index: Int), _ pattern: StatePattern) -> Bool {
    guard let name = pattern.output(of: input.name), let output = outputs[Name(name)]?.tensor else {
      return false
    }
    let (before, after) = (input.tensor.shape.dimensions, output.shape.dimensions)
    return output.type == input.tensor.type && before.count == after.count
      && zip(before, after).count(where: { $0 != $1 }) <= 1
  }
}

extension OperationGraph {
  /// The graph in which the state stays with the operations that use it.
  mutating func hold(_ pairs: [StateTensors.Pair]) {
    guard !pairs.isEmpty else { return }
    var states: [Int: Int] = [:]
    var past: Set<Int> = []
    for pair in pairs {
      states[pair.input.index] = self.states.count
      if let output = pair.output.index { states[output] = self.states.count }
      past.insert(pair.input.index)
      let bytes = max(pair.input.tensor.bytes, pair.output.tensor.bytes)
      self.states.append(State(input: pair.input.name, output: pair.output.name, bytes: bytes))
    }
    let present = Set(pairs.compactMap(\.output.index)).subtracting(past)
    for index in operations.indices {
      let operation = operations[index]
      let used = operation.inputs.filter(past.contains) + operation.outputs.filter(present.contains)
      guard !used.isEmpty else { continue }
      operations[index].states = Set(used.compactMap { states[$0] }).sorted()
      operations[index].inputs.removeAll(where: past.contains)
    }
    inputs.removeAll(where: past.contains)
    // An output alone holds nothing: the operation that makes it would be left out if no other result needed it.
    stateResults = results.filter(present.contains)
    results.removeAll { present.contains($0) || past.contains($0) }
  }
}
