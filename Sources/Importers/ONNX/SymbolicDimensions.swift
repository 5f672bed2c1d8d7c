import Foundations

/// The sizes of dimensions that have only a name in the file.
struct SymbolicDimensions {
  /// The sizes by name.
  let sizes: [String: Int]

  /// The name of a dimension: its own, or its place, such as `input[0]`; `nil` if the file gives the size.
  static func name(_ dimension: ONNXTensorShapeProto.Dimension, _ axis: Int, of input: String) -> String? {
    switch dimension.value {
    // Some exporters write -1 for an unknown size.
    case .dimValue(let size) where size >= 0: nil
    case .dimParam(let name) where !name.isEmpty: name
    default: "\(input)[\(axis)]"
    }
  }

  /// The size of a dimension; `nil` if it is neither given nor follows from the given sizes.
  func size(_ dimension: ONNXTensorShapeProto.Dimension, _ axis: Int, of tensor: String) -> Int? {
    if case .dimValue(let size) = dimension.value, size >= 0 { return Int(size) }
    guard let name = Self.name(dimension, axis, of: tensor) else { return nil }
    return sizes[name] ?? Self.value(of: name, sizes)
  }

  /// The value of a sum of products of names and numbers, for example "past_length + length"; `nil` if it is unknown.
  private static func value(of expression: String, _ sizes: [String: Int]) -> Int? {
    guard expression.utf8.count < 1000, expression.contains(where: { "+*".contains($0) }) else { return nil }
    var sum = 0
    for term in terms(of: expression) {
      var product = 1
      for factor in term {
        guard let value = sizes[factor] ?? Int(factor), abs(value.clamped) == value else { return nil }
        product = (product * value).clamped
      }
      sum += product
    }
    return sum
  }

  /// The factors of each summand.
  private static func terms(of expression: String) -> [[String]] {
    expression.split(separator: "+", omittingEmptySubsequences: false).map {
      $0.split(separator: "*", omittingEmptySubsequences: false).map(\.trimmingSpaces)
    }
  }

  /// The names in a sum of products.
  static func parts(of expression: String) -> Set<Name> {
    Set(terms(of: expression).joined().map { Name($0) })
  }

  /// The dimensions of a file's inputs that need a size, each once, in the order of the file.
  static func names(in inputs: [ONNXValueInfoProto]) -> [String] {
    let names = inputs.flatMap { input in
      input.type.tensorType.shape.dim.enumerated().compactMap { name($1, $0, of: input.name) }
    }
    return names.map { Name($0) }.uniqued().map(\.text)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
