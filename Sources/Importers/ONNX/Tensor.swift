/// What is known of a tensor before the model runs.
struct Tensor {
  var type: ElementType
  var shape: Shape
  /// The elements, where they are known and few: what shapes are computed from.
  var contents: Contents?

  init(_ type: ElementType, _ shape: Shape, _ contents: Contents? = nil) {
    self.type = type
    self.shape = shape
    self.contents = contents
  }

  /// Its size [byte].
  var bytes: Double { (Double(shape.elementCount) * Double(type.bits) / 8).rounded(.up) }
}

/// The elements of a tensor in row-major order.
enum Contents: Equatable {
  /// Integers and booleans (0 and 1).
  case integers([Int])
  case reals([Double])

  /// More elements than this are not kept: shapes never depend on so many.
  static let limit = 4096

  var count: Int {
    switch self {
    case .integers(let values): values.count
    case .reals(let values): values.count
    }
  }

  /// As integers, cut off towards zero.
  var integers: [Int] {
    switch self {
    case .integers(let values): values
    case .reals(let values): values.map(Int.init(saturating:))
    }
  }

  var reals: [Double] {
    switch self {
    case .integers(let values): values.map(Double.init)
    case .reals(let values): values
    }
  }

  /// The elements at some places of this.
  func picking(_ places: [Int]) -> Contents {
    switch self {
    case .integers(let values): .integers(places.map { values[$0] })
    case .reals(let values): .reals(places.map { values[$0] })
    }
  }
}

extension Int {
  /// The integer nearest to a number towards zero; 0 for what is no number.
  init(saturating value: Double) {
    self = Int(exactly: value.rounded(.towardZero)) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
  }

  /// The value, or the end of what dimensions and attributes can be; products of two such values do not overflow.
  var clamped: Int { Swift.min(Swift.max(self, -Shape.largest), Shape.largest) }
}
