import Foundation

/// Operators that treat every element alike: 1 FLOP an element for each operation.
extension NodeContext {
  /// Operators on one tensor.
  private static let unary: Set<String> = [
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitwiseNot", "Ceil", "Celu", "Clip", "Cos",
    "Cosh",
    "Elu", "Erf", "Exp", "FastGelu", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Log", "Mish",
    "Neg",
    "QuickGelu", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh",
    "Softplus",
    "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu",
  ]
  /// Operators on one tensor that give booleans.
  private static let predicates: Set<String> = ["IsInf", "IsNaN", "Not"]
  /// Operators on two or more tensors.
  private static let arithmetic: Set<String> = [
    "Add", "BiasGelu", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "Max", "Mean", "Min",
    "Mod", "Mul",
    "PRelu", "Pow", "Sub", "Sum",
  ]
  /// Operators on two tensors that give booleans.
  private static let comparisons: Set<String> = [
    "And", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Or", "Xor",
  ]

  static let elementwise = unary.union(predicates).union(arithmetic).union(comparisons).union(["Where"])

  func elementwise() throws(NodeFault) -> Inference? {
    if Self.unary.contains(operatorName) { return try ofOne() }
    if Self.predicates.contains(operatorName) { return try ofOne(type: .bool) }
    if Self.arithmetic.contains(operatorName) { return try ofSeveral() }
    if Self.comparisons.contains(operatorName) { return try ofSeveral(type: .bool) }
    return operatorName == "Where" ? try choice() : nil
  }

  private func ofOne(type: ElementType? = nil) throws(NodeFault) -> Inference {
    let input = try input(0)
    let type = type ?? input.type
    let contents = Self.unaryFunctions[operatorName].flatMap { function in
      input.contents.map { Contents($0.reals.map(function), as: type) }
    }
    return Inference(Tensor(type, input.shape, contents), perElement: 1)
  }

  /// The functions with which exporters compute sizes.
  private static let unaryFunctions: [String: @Sendable (Double) -> Double] = [
    "Abs": { abs($0) }, "Ceil": { $0.rounded(.up) }, "Floor": { $0.rounded(.down) }, "Neg": { -$0 },
    "Not": { $0 == 0 ? 1 : 0 }, "Reciprocal": { 1 / $0 }, "Round": { $0.rounded(.toNearestOrEven) },
    "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, "Sqrt": { $0.squareRoot() }, "Exp": { exp($0) },
    "Log": { log($0) },
  ]

  private func ofSeveral(type: ElementType? = nil) throws(NodeFault) -> Inference {
    let first = try input(0)
    var output = Tensor(type ?? first.type, first.shape, inputs.count == 1 ? first.contents : nil)
    var result = first
    for index in inputs.indices.dropFirst() {
      let other = try input(index)
      output.shape = try output.shape.broadcast(with: other.shape)
      output.contents = contents(of: result, other, shape: output.shape, type: output.type)
      result = output
    }
    let operations = Double(max(1, inputs.count - 1))
    return Inference(output, perElement: operatorName == "BiasGelu" ? 2 : operations)
  }

  private func contents(of one: Tensor, _ two: Tensor, shape: Shape, type: ElementType) -> Contents? {
    guard let left = one.contents(broadcastTo: shape), let right = two.contents(broadcastTo: shape) else {
      return nil
    }
    guard let functions = binaryFunctions else { return nil }
    if case .integers(let left) = left, case .integers(let right) = right {
      return .integers(zip(left, right).map(functions.integer))
    }
    return functions.real.map { Contents(zip(left.reals, right.reals).map($0), as: type) }
  }

  /// The function on integers, of which a result that is too large wraps around, as on a processor, and the function on
  /// real numbers if it serves to compute sizes.
  private var binaryFunctions: (integer: (Int, Int) -> Int, real: ((Double, Double) -> Double)?)? {
    switch operatorName {
    case "Add", "Sum": ({ $0 &+ $1 }, { $0 + $1 })
    case "Sub": ({ $0 &- $1 }, { $0 - $1 })
    case "Mul": ({ $0 &* $1 }, { $0 * $1 })
    // A quotient by zero has no right value; 0 is refused wherever a dimension must not be 0.
    case "Div": ({ $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue }, { $0 / $1 })
    case "Mod": (remainder, nil)
    case "Pow": ({ Int(saturating: pow(Double($0), Double($1))) }, { pow($0, $1) })
    case "Max": ({ max($0, $1) }, { max($0, $1) })
    case "Min": ({ min($0, $1) }, { min($0, $1) })
    case "Equal": ({ $0 == $1 ? 1 : 0 }, { $0 == $1 ? 1 : 0 })
    case "Greater": ({ $0 > $1 ? 1 : 0 }, { $0 > $1 ? 1 : 0 })
    case "GreaterOrEqual": ({ $0 >= $1 ? 1 : 0 }, { $0 >= $1 ? 1 : 0 })
    case "Less": ({ $0 < $1 ? 1 : 0 }, { $0 < $1 ? 1 : 0 })
    case "LessOrEqual": ({ $0 <= $1 ? 1 : 0 }, { $0 <= $1 ? 1 : 0 })
    case "And": ({ $0 & $1 }, nil)
    case "Or": ({ $0 | $1 }, nil)
    case "Xor": ({ $0 ^ $1 }, nil)
    default: nil
    }
  }

  /// The remainder with the sign of the divisor, or with that of the dividend if the attribute `fmod` is set.
  private func remainder(_ dividend: Int, _ divisor: Int) -> Int {
    guard divisor != 0 else { return 0 }
    let rest = dividend.remainderReportingOverflow(dividingBy: divisor).partialValue
    let isTruncated = (try? attributes.flag("fmod")) ?? false
    return isTruncated || rest == 0 || (rest < 0) == (divisor < 0) ? rest : rest + divisor
  }

  private func choice() throws(NodeFault) -> Inference {
    let (condition, yes, no) = (try input(0), try input(1), try input(2))
    let shape = try condition.shape.broadcast(with: yes.shape).broadcast(with: no.shape)
    var output = Tensor(yes.type, shape)
    if let conditions = condition.contents(broadcastTo: shape), let yes = yes.contents(broadcastTo: shape),
      let no = no.contents(broadcastTo: shape)
    {
      let count = shape.elementCount
      let places = conditions.integers.enumerated().map { $1 != 0 ? $0 : $0 + count }
      output.contents = Contents(joining: [yes, no]).picking(places)
    }
    return Inference(output, perElement: 1)
  }
}
