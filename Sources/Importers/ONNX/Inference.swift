/// The outputs of an operator and the work that it takes.
struct Inference {
  /// All outputs that the operator can have; a node may ask for fewer.
  var outputs: [Tensor]
  /// Multiply-accumulates, 2 FLOP each [FLOP].
  var multiplyAddFLOP = 0.0
  /// All other arithmetic [FLOP].
  var otherFLOP = 0.0

  init(_ outputs: [Tensor], multiplyAddFLOP: Double = 0, otherFLOP: Double = 0) {
    self.outputs = outputs
    self.multiplyAddFLOP = multiplyAddFLOP
    self.otherFLOP = otherFLOP
  }

  /// One output, with a cost for each of its elements [FLOP].
  init(_ output: Tensor, perElement cost: Double) {
    self.init([output], otherFLOP: cost * Double(output.shape.elementCount))
  }
}

extension NodeContext {
  /// Infers shapes, element types and work from the operator's definition.
  ///
  /// The costs follow the rules in docs/importing.md.
  ///
  /// - Throws: `unknownOperator` if the operator is not defined here.
  func infer() throws(NodeFault) -> Inference {
    if let inference = try elementwise() { return inference }
    if let inference = try rearrangement() { return inference }
    if let inference = try selection() { return inference }
    if let inference = try matrixProduct() { return inference }
    if let inference = try convolution() { return inference }
    if let inference = try pooling() { return inference }
    if let inference = try normalization() { return inference }
    if let inference = try reduction() { return inference }
    if let inference = try recurrence() { return inference }
    if let inference = try resizing() { return inference }
    if let inference = try generation() { return inference }
    if let inference = try quantization() { return inference }
    if let inference = try attention() { return inference }
    if let inference = try signal() { return inference }
    throw .unknownOperator
  }

  /// How the operator is treated if layers are fused.
  var role: OperationGraph.Role {
    if Self.isElementwise(operatorName) || Self.changesOfShape.contains(operatorName)
      || Self.normalizations.contains(operatorName) || Self.quantizations.contains(operatorName)
    {
      return .follower
    }
    return Self.reductions.contains(operatorName) ? .reduction : .own
  }

  /// Whether the operator draws random numbers, so that its result is not constant even if its inputs are.
  var isRandom: Bool { Self.randomGenerators.contains(operatorName) }

  /// Whether the operator reads only the shape of its input, so that its result holds no element of the input.
  var readsShapeOnly: Bool {
    ["Shape", "Size", "ConstantOfShape", "EyeLike"].contains(operatorName) || isRandom
  }
}
