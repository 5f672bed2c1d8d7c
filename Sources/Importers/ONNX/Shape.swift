import Foundations

/// The dimensions of a tensor, none for a scalar.
///
/// Every dimension is at most `largest`, so that a product of two of them cannot overflow; how many elements there are
/// is at most `mostElements`.
struct Shape: Equatable {
  private(set) var dimensions: [Int]

  /// More than any dimension or attribute that means something.
  static let largest = 1 << 31
  private static let mostElements = 1 << 50
  private static let highestRank = 64

  static let scalar = Shape()

  private init() { dimensions = [] }

  /// - Throws: where a dimension is negative or absurd.
  init(_ dimensions: [Int]) throws(NodeFault) {
    guard dimensions.count <= Self.highestRank else {
      throw NodeFault("a tensor has \(dimensions.count) dimensions; \(Self.highestRank) are possible")
    }
    var elements = 1
    for dimension in dimensions {
      guard dimension >= 0, dimension <= Self.largest else {
        throw NodeFault("a tensor has the dimension \(dimension) in \(dimensions); 0 to 2^31 are possible")
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

  /// The shape that two tensors have together, element by element, after NumPy's rules.
  func broadcast(with other: Shape) throws(NodeFault) -> Shape {
    if self == other { return self }
    let rank = max(rank, other.rank)
    var result: [Int] = []
    for axis in 0..<rank {
      let one = dimension(axis, ofRank: rank)
      let two = other.dimension(axis, ofRank: rank)
      guard one == two || one == 1 || two == 1 else {
        throw NodeFault("shapes \(dimensions) and \(other.dimensions) do not go together")
      }
      result.append(one == 1 ? two : one)
    }
    return try Shape(result)
  }

  /// The dimension at an axis if the shape had that many, ones in front.
  private func dimension(_ axis: Int, ofRank rank: Int) -> Int {
    let own = axis - (rank - self.rank)
    return own < 0 ? 1 : dimensions[own]
  }

  /// By how many elements apart two neighbours along each axis lie.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * dimensions[axis + 1]
    }
    return strides
  }
}

/// Why a node cannot be understood; the place is added by whoever knows it.
struct NodeFault: Error {
  enum Kind {
    /// The file contradicts itself or the operator's definition.
    case wrong
    /// A shape depends on data that is known only when the model runs.
    case unknownShape
    case unknownOperator
  }

  var message: String
  var kind: Kind

  /// - Parameter message: may hold what the file says; what is unsafe on a terminal is escaped, what is endless cut off.
  init(_ message: String, _ kind: Kind = .wrong) {
    let start = String(message.unicodeScalars.prefix(Self.longest))
    self.message = TerminalText.escaped(start) + (start.utf8.count < message.utf8.count ? "…" : "")
    self.kind = kind
  }

  private static let longest = 2000
}
