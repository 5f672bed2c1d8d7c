/// The properties of a tensor that are known before the model runs.
struct Tensor {
  var type: ElementType
  var shape: Shape
  /// The elements, from which shapes may be computed; `nil` if they are unknown or many.
  var contents: Contents?

  init(_ type: ElementType, _ shape: Shape, _ contents: Contents? = nil) {
    self.type = type
    self.shape = shape
    self.contents = contents
  }

  /// The size [byte].
  var bytes: Double { (Double(shape.elementCount) * Double(type.bits) / 8).rounded(.up) }
}

/// The elements of a tensor in row-major order.
enum Contents: Equatable {
  /// Integers and booleans (0 and 1).
  case integers([Int])
  case reals([Double])

  /// The largest number of elements that is kept, since shapes do not depend on more.
  static let limit = 4096

  var count: Int {
    switch self {
    case .integers(let values): values.count
    case .reals(let values): values.count
    }
  }

  /// The elements as integers, rounded towards zero.
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

  /// The elements with some indices.
  func picking(_ places: [Int]) -> Contents {
    switch self {
    case .integers(let values): .integers(places.map { values[$0] })
    case .reals(let values): .reals(places.map { values[$0] })
    }
  }
}

extension Int {
  /// A number rounded towards zero and clamped to the range of `Int`; 0 for NaN.
  init(saturating value: Double) {
    self = Int(exactly: value.rounded(.towardZero)) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
  }

  /// The value clamped to the range of dimensions and attributes, in which the product of two values does not overflow.
  var clamped: Int { Swift.min(Swift.max(self, -Shape.largest), Shape.largest) }
}
