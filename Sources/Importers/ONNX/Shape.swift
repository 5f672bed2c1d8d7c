import Foundations

/// The dimensions of a tensor, none for a scalar. Every dimension is at most `largest`, so that the product of two
/// dimensions cannot overflow. The number of elements is at most `mostElements`.
struct Shape: Equatable {
  private(set) var dimensions: [Int] = []

  /// A number above every meaningful dimension or attribute.
  static let largest = 1 << 31
  private static let mostElements = 1 << 50
  private static let highestRank = 64

  static let scalar = Shape()

  private init() {}

  /// - Throws: if a dimension is negative, or if a dimension, their number or the number of elements is too large.
  init(_ dimensions: [Int]) throws(NodeFault) {
    guard dimensions.count <= Self.highestRank else {
      throw NodeFault(
        "a tensor has \(dimensions.count) dimensions; at most \(Self.highestRank) are supported")
    }
    var elements = 1
    for dimension in dimensions {
      guard dimension >= 0, dimension <= Self.largest else {
        throw NodeFault(
          "a tensor of \(dimensions) has the dimension \(dimension), which is not from 0 to 2^31")
      }
      let (product, isTooLarge) = elements.multipliedReportingOverflow(by: max(1, dimension))
      guard !isTooLarge, product <= Self.mostElements else {
        throw NodeFault("a tensor of \(dimensions) has more than 2^50 elements")
      }
      elements = product
    }
    self.dimensions = dimensions
  }

  var rank: Int { dimensions.count }
  var elementCount: Int { dimensions.reduce(1, *) }
  subscript(axis: Int) -> Int { dimensions[axis] }

  /// The shape with one dimension changed.
  func replacing(_ axis: Int, with dimension: Int) throws(NodeFault) -> Shape {
    var dimensions = dimensions
    dimensions[axis] = dimension
    return try Shape(dimensions)
  }

  /// The shape to which two shapes broadcast by the rules of NumPy.
  func broadcast(with other: Shape) throws(NodeFault) -> Shape {
    if self == other { return self }
    let rank = max(rank, other.rank)
    let pairs = zip(dimensions(ofRank: rank), other.dimensions(ofRank: rank))
    guard pairs.allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
      throw NodeFault("the shapes \(dimensions) and \(other.dimensions) cannot be broadcast together")
    }
    return try Shape(pairs.map { $0 == 1 ? $1 : $0 })
  }

  /// The dimensions with ones in front of them.
  private func dimensions(ofRank rank: Int) -> [Int] {
    [Int](repeating: 1, count: rank - self.rank) + dimensions
  }

  /// The distance of two neighbours along each axis, in elements of row-major order.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in dimensions.indices.dropFirst().reversed() {
      strides[axis - 1] = strides[axis] * dimensions[axis]
    }
    return strides
  }

  /// For every element of this shape in row-major order, an offset plus the sum of index times stride over the axes.
  func places(strides: [Int], offset: Int = 0) -> [Int] {
    guard elementCount > 0 else { return [] }
    return zip(dimensions, strides).reduce([offset]) { places, axis in
      places.flatMap { start in (0..<axis.0).map { start + $0 * axis.1 } }
    }
  }

  /// For every element of this shape, the index of its element of `source` when `source` is broadcast to this shape.
  func places(broadcasting source: Shape) -> [Int] {
    let own = zip(source.dimensions, source.strides).map { $0 == 1 ? 0 : $1 }
    return places(strides: [Int](repeating: 0, count: rank - source.rank) + own)
  }

  /// Whether the elements of a tensor of this shape are few enough to be kept.
  var isSmall: Bool { elementCount <= Contents.limit }
}

/// The reason why a node cannot be read. The caller that knows the place of the node adds it.
struct NodeFault: Error {
  enum Kind {
    /// The file contradicts itself or the operator's definition.
    case wrong
    /// A shape depends on data that is known only when the model runs.
    case unknownShape
    /// The operator is not defined here.
    case unknownOperator
  }

  static let unknownOperator = NodeFault("the operator is unknown", .unknownOperator)

  var message: String
  var kind: Kind

  /// A fault. The message may quote the file: what is unsafe on a terminal is escaped, and a long message is cut off.
  init(_ message: String, _ kind: Kind = .wrong) {
    let start = String(message.unicodeScalars.prefix(Self.longest))
    self.message = TerminalText.escaped(start) + (start.utf8.count < message.utf8.count ? "…" : "")
    self.kind = kind
  }

  private static let longest = 2000
}
