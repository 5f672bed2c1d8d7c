import Foundations

/// The dimensions of a tensor, none for a scalar.
///
/// Every dimension is at most `largest`, so that the product of two dimensions cannot overflow. The number of elements
/// is at most `mostElements`.
struct Shape: Equatable {
  private(set) var dimensions: [Int]

  /// A number above every meaningful dimension or attribute.
  static let largest = 1 << 31
  private static let mostElements = 1 << 50
  private static let highestRank = 64

  static let scalar = Shape()

  private init() { dimensions = [] }

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
    var result: [Int] = []
    for axis in 0..<rank {
      let one = dimension(axis, ofRank: rank)
      let two = other.dimension(axis, ofRank: rank)
      guard one == two || one == 1 || two == 1 else {
        throw NodeFault("the shapes \(dimensions) and \(other.dimensions) cannot be broadcast together")
      }
      result.append(one == 1 ? two : one)
    }
    return try Shape(result)
  }

  /// The dimension at an axis if the shape is extended to a rank with ones in front.
  private func dimension(_ axis: Int, ofRank rank: Int) -> Int {
    let own = axis - (rank - self.rank)
    return own < 0 ? 1 : dimensions[own]
  }

  /// The distance of two neighbours along each axis, in elements of row-major order.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * dimensions[axis + 1]
    }
    return strides
  }
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

  var message: String
  var kind: Kind

  /// - Parameter message: may quote the file; characters that are unsafe on a terminal are escaped, and a long message
  ///   is cut off.
  init(_ message: String, _ kind: Kind = .wrong) {
    let start = String(message.unicodeScalars.prefix(Self.longest))
    self.message = TerminalText.escaped(start) + (start.utf8.count < message.utf8.count ? "…" : "")
    self.kind = kind
  }

  private static let longest = 2000
}
