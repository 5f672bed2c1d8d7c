import Documents
import Foundations

/// Loops whose number of rounds is known before the model runs: one operation that costs as much as all rounds.
extension ModelWalk {
  /// Nodes that run many times, each round with the results of the one before.
  struct Repetition {
    var body: ONNXGraphProto
    /// The scope of the body.
    var frame: Frame
    /// How many rounds there are; `nil` if only the condition ends them.
    var limit: Int?
    /// What the first round gets from outside.
    var carried: [Value?]
    /// The slices that every round gets, and constants again and again.
    var slices: [Value]
    /// Whether the body gets the number of the round and the condition first, and gives a condition first.
    var hasCondition: Bool
    /// The axis along which the results of the rounds are put together, for each such result.
    var axes: [Int]
  }

  /// What all rounds of a repetition come to.
  struct Rounds {
    /// Tensors from this one on are made inside.
    var firstTensor: Int
    var count = 0
    var carried: [Value?] = []
    /// The result of one round, for each result that is put together.
    var pieces: [Value] = []
    var multiplyAddFLOP = 0.0
    var otherFLOP = 0.0
    /// Tensors from outside that a round reads.
    var inputs: [Int] = []
    var weights: Set<Int> = []
    /// Whether the condition is not known before the model runs.
    var isOpen = false
    /// Whether rounds were counted without following them.
    var isExtrapolated = false
  }

  /// Above this many rounds a loop has no limit but its condition.
  private static let mostRounds = 1 << 30
  /// How many rounds are followed before equal ones are only counted.
  private static let followedRounds = 64

  func loop(
    _ node: ONNXNodeProto, _ inputs: [Value?], _ context: NodeContext, _ path: String, _ frame: Frame
  ) throws(NodeFault) -> Repetition {
    guard let body = try context.attributes.graph("body") else { throw NodeFault("body is missing") }
    var limit = context.optionalInput(0)?.contents?.integers.first
    if let count = limit, count >= Self.mostRounds { limit = nil }
    if context.optionalInput(0) != nil, context.optionalInput(0)?.contents == nil {
      throw NodeFault(
        "its number of rounds is known only when the model runs; give the input that decides it with "
          + "--value NAME=NUMBER")
    }
    if context.optionalInput(1)?.contents?.integers.first == 0 { limit = 0 }
    let carried = Array(inputs.dropFirst(2))
    let pieces = body.output.count - 1 - carried.count
    guard body.input.count == carried.count + 2, pieces >= 0 else {
      throw NodeFault("its body does not have the inputs and outputs of a loop over \(carried.count) values")
    }
    return Repetition(
      body: body, frame: inner(node, body, path, frame), limit: limit.map { max(0, $0) }, carried: carried,
      slices: [], hasCondition: true, axes: [Int](repeating: 0, count: pieces))
  }

  func scan(
    _ node: ONNXNodeProto, _ inputs: [Value?], _ context: NodeContext, _ path: String, _ frame: Frame
  ) throws(NodeFault) -> Repetition {
    guard let body = try context.attributes.graph("body"),
      let count = try context.attributes.integer("num_scan_inputs"), (0...inputs.count).contains(count),
      body.input.count == inputs.count
    else { throw NodeFault("its body does not have the inputs of a scan (opset 9 or later)") }
    let states = inputs.count - count
    let inputAxes = try context.attributes.integers("scan_input_axes") ?? [Int](repeating: 0, count: count)
    let pieces = body.output.count - states
    let outputAxes = try context.attributes.integers("scan_output_axes") ?? [Int](repeating: 0, count: pieces)
    guard inputAxes.count == count, pieces >= 0, outputAxes.count == pieces else {
      throw NodeFault("its axes do not match its inputs and outputs")
    }
    var limit: Int?
    var slices: [Value] = []
    for (given, value) in zip(inputAxes, inputs.dropFirst(states)) {
      guard var value else { throw NodeFault("an input is missing") }
      let axis = try context.axis(given, rank: value.tensor.shape.rank)
      let size = value.tensor.shape[axis]
      guard limit ?? size == size else { throw NodeFault("its inputs have \(limit ?? 0) and \(size) slices") }
      limit = size
      var dimensions = value.tensor.shape.dimensions
      dimensions.remove(at: axis)
      value.tensor = Tensor(value.tensor.type, try Shape(dimensions))
      slices.append(value)
    }
    return Repetition(
      body: body, frame: inner(node, body, path, frame), limit: limit ?? 0,
      carried: Array(inputs.prefix(states)), slices: slices, hasCondition: false, axes: outputAxes)
  }

  private func inner(
    _ node: ONNXNodeProto, _ body: ONNXGraphProto, _ path: String, _ frame: Frame
  ) -> Frame {
    var inner = frame
    inner.path = "\(path).body"
    inner.prefix = String(name(of: node, frame).prefix(200)) + "/"
    inner.names.append([:])
    inner.declared = Self.declared(body)
    return inner
  }

  /// Follows the rounds of a repetition; their operations are taken out of the graph again and added up.
  mutating func rounds(of repetition: Repetition) throws(InputError) -> Rounds {
    var frame = repetition.frame
    try addInitializers(repetition.body, &frame)
    var sum = Rounds(firstTensor: result.tensors.count, carried: repetition.carried)
    let firstOperation = result.operations.count
    var before: (state: [Signature?], flop: Double)?
    // Constants inside the body are the same in every round: those of the first are kept.
    var firstSpare: Int?
    // A loop without rounds is followed once, for the shapes of what it gives.
    let isEmpty = repetition.limit == 0
    while isEmpty || sum.count < repetition.limit ?? .max {
      nodesLeft -= 1
      guard nodesLeft >= 0 else { throw error(frame.path, "there are more than \(Self.nodeLimit) nodes") }
      let flop = sum.multiplyAddFLOP + sum.otherFLOP
      let outputs = try round(repetition, number: sum.count, sum.carried, frame)
      collect(&sum, firstOperation, weightsBelow: firstSpare ?? .max)
      if let firstSpare { result.weights.removeSubrange(firstSpare...) }
      let spare = firstSpare ?? result.weights.count
      firstSpare = spare
      let rest = outputs.dropFirst(repetition.hasCondition ? 1 : 0).map { value in
        var value = value
        value.weights.removeAll { $0 >= spare }
        return value
      }
      sum.pieces = Array(rest.dropFirst(repetition.carried.count))
      if isEmpty { return Rounds(firstTensor: sum.firstTensor, carried: sum.carried, pieces: sum.pieces) }
      sum.carried = Array(rest.prefix(repetition.carried.count))
      sum.count += 1
      let condition = repetition.hasCondition ? outputs[0].tensor.contents?.integers.first : 1
      if condition == 0 { break }
      if condition == nil { sum.isOpen = true }
      if sum.isOpen, repetition.limit == nil { break }
      if extrapolates(&sum, &before, flop, repetition.limit) { break }
    }
    return sum
  }

  /// What a round hands on, from which the next one may differ.
  private struct Signature: Equatable {
    var type: ElementType
    var shape: Shape
    var contents: Contents?
    var isComputed: Bool

    init(_ value: Value) {
      (type, shape, contents) = (value.tensor.type, value.tensor.shape, value.tensor.contents)
      isComputed = value.index != nil
    }
  }

  /// Counts the rounds that are left without following them, if many rounds were equal.
  private func extrapolates(
    _ sum: inout Rounds, _ before: inout (state: [Signature?], flop: Double)?, _ flopBefore: Double,
    _ limit: Int?
  ) -> Bool {
    let flop = sum.multiplyAddFLOP + sum.otherFLOP - flopBefore
    let state = sum.carried.map { $0.map(Signature.init) }
    defer { before = (state, flop) }
    guard let limit, sum.count >= Self.followedRounds, let before, before.state == state, before.flop == flop
    else { return false }
    let factor = Double(limit) / Double(sum.count)
    sum.multiplyAddFLOP *= factor
    sum.otherFLOP *= factor
    sum.isExtrapolated = limit > sum.count
    sum.count = limit
    return true
  }

  /// The outputs of the body in one round.
  private mutating func round(
    _ repetition: Repetition, number: Int, _ carried: [Value?], _ frame: Frame
  ) throws(InputError) -> [Value] {
    var frame = frame
    frame.names.append([:])
    var given = carried
    if repetition.hasCondition {
      let round = Tensor(.int64, .scalar, .integers([number]))
      let condition = Tensor(.bool, .scalar, .integers([1]))
      given = [Value(tensor: round), Value(tensor: condition)] + given
    }
    for (input, value) in zip(repetition.body.input, given + repetition.slices.map(Optional.some)) {
      guard let value else { continue }
      try define(input.name, value, frame.path, &frame)
    }
    try follow(repetition.body.node, &frame)
    return try repetition.body.output.map { output throws(InputError) in
      try named(output.name, frame.path, frame)
    }
  }

  /// Adds the operations of a round to the sum and takes them out of the graph.
  private mutating func collect(_ sum: inout Rounds, _ firstOperation: Int, weightsBelow limit: Int) {
    var read = Set(sum.inputs)
    for operation in result.operations[firstOperation...] {
      sum.multiplyAddFLOP += operation.multiplyAddFLOP
      sum.otherFLOP += operation.otherFLOP
      for tensor in operation.inputs where tensor < sum.firstTensor && read.insert(tensor).inserted {
        sum.inputs.append(tensor)
      }
      sum.weights.formUnion(operation.weights.lazy.filter { $0 < limit })
    }
    result.operations.removeSubrange(firstOperation...)
  }

  /// The one operation that stands for all rounds.
  mutating func operation(
    of node: ONNXNodeProto, _ repetition: Repetition, _ rounds: Rounds, _ frame: Frame
  ) throws(NodeFault) -> [Value] {
    let subject = Assumption.Subject.operation(Name(node.opType), domain: Name(node.domain))
    if rounds.isOpen {
      guard let limit = repetition.limit else {
        throw NodeFault(
          "its number of rounds is known only when the model runs; give the input that decides it with "
            + "--value NAME=NUMBER")
      }
      assumptions.add(subject, "all \(limit) rounds, although a condition may end it earlier")
    }
    if rounds.isExtrapolated {
      assumptions.add(subject, "\(rounds.count) rounds like the first \(Self.followedRounds)")
    }
    var values: [Value] = []
    var outputs: [Int] = []
    let pieces = try zip(rounds.pieces, repetition.axes).map { piece, axis throws(NodeFault) in
      var dimensions = piece.tensor.shape.dimensions
      let place = axis < 0 ? axis + dimensions.count + 1 : axis
      guard (0...dimensions.count).contains(place) else { throw NodeFault("axis \(axis) is out of range") }
      dimensions.insert(rounds.count, at: place)
      return Value(
        tensor: Tensor(piece.tensor.type, try Shape(dimensions)), index: piece.index, weights: piece.weights)
    }
    for (place, value) in (rounds.carried + pieces.map(Optional.some)).enumerated() {
      guard var value else { throw NodeFault("an input is missing") }
      let isPiece = place >= rounds.carried.count
      // What passes through unchanged stays the tensor that it was.
      if let index = value.index, isPiece || index >= rounds.firstTensor {
        value = try compute(value.tensor, place < node.output.count ? node.output[place] : "")
        if let index = value.index { outputs.append(index) }
      }
      values.append(value)
    }
    if !outputs.isEmpty {
      result.operations.append(
        OperationGraph.Operation(
          name: name(of: node, frame), type: node.opType, inputs: rounds.inputs, outputs: outputs,
          weights: rounds.weights.sorted(), multiplyAddFLOP: rounds.multiplyAddFLOP,
          otherFLOP: rounds.otherFLOP))
    }
    return values
  }
}
