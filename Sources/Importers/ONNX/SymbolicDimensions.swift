import Foundations

/// The sizes of dimensions: those that the caller gives, and those in the file.
struct SymbolicDimensions {
  /// The sizes by name.
  private let sizes: [String: Int]
  /// Whether any of these names is a place, such as `input[0]`.
  private let hasPlaces: Bool

  init(sizes: [String: Int]) {
    self.sizes = sizes
    hasPlaces = sizes.keys.contains { $0.utf8.last == UInt8(ascii: "]") }
  }

  /// The name of a dimension: its own, or its place, such as `input[0]`; `nil` if the file gives the size. A name without
  /// letters and digits, such as "?", stands for several dimensions and is none.
  static func name(_ dimension: ONNXTensorShapeProto.Dimension, _ axis: Int, of input: String) -> String? {
    switch dimension.value {
    // Some exporters write 0 or -1 for an unknown size.
    case .dimValue(let size) where size > 0: nil
    case .dimParam(let name) where name.contains { $0.isLetter || $0.isNumber }: name
    default: "\(input)[\(axis)]"
    }
  }

  /// The size of a dimension; `nil` if it is neither given nor follows from the given sizes.
  func size(_ dimension: ONNXTensorShapeProto.Dimension, _ axis: Int, of tensor: String) -> Int? {
    if hasPlaces, let size = sizes["\(tensor)[\(axis)]"] { return size }
    switch dimension.value {
    case .dimValue(let size): return size > 0 ? Int(size) : nil
    case .dimParam(let name): return sizes[name] ?? Self.value(of: name, sizes)
    case nil: return nil
    }
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
