import Foundations

/// The sizes of dimensions that a file names instead of giving them.
struct SymbolicDimensions {
  /// By name.
  let sizes: [String: Int]

  /// What a dimension is called: by its own name, or by its place as `input[0]`.
  ///
  /// - Returns: `nil` where the file gives the size.
  static func name(_ dimension: ONNXTensorShapeProto.Dimension, _ axis: Int, of input: String) -> String? {
    switch dimension.value {
    // -1 is how some exporters say that they do not know.
    case .dimValue(let size) where size >= 0: nil
    case .dimParam(let name) where !name.isEmpty: name
    default: "\(input)[\(axis)]"
    }
  }

  /// The size of a dimension; `nil` where it is neither given nor follows from those that are.
  func size(_ dimension: ONNXTensorShapeProto.Dimension, _ axis: Int, of tensor: String) -> Int? {
    if case .dimValue(let size) = dimension.value, size >= 0 { return Int(size) }
    guard let name = Self.name(dimension, axis, of: tensor) else { return nil }
    return sizes[name] ?? Self.value(of: name, sizes)
  }

  /// A sum of products of names and numbers, as exporters write "past_length + length".
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

  /// The names in a file's inputs that need a size, each once, in the order of the file: a sum is needed by its parts.
  static func names(in inputs: [ONNXValueInfoProto]) -> [String] {
    var names: [String] = []
    var seen: Set<Name> = []
    for input in inputs {
      for (axis, dimension) in input.type.tensorType.shape.dim.enumerated() {
        guard let name = name(dimension, axis, of: input.name), seen.insert(Name(name)).inserted else {
          continue
        }
        names.append(name)
      }
    }
    return names
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
