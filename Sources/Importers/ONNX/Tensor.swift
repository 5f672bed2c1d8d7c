/// The properties of a tensor that are known before the model runs.
struct Tensor {
  var type: ElementType
  var shape: Shape
  /// The elements, from which shapes may be computed; `nil` if they are unknown or many.
  var contents: Contents?

  /// A tensor; contents that are too many are left out.
  init(_ type: ElementType, _ shape: Shape, _ contents: Contents? = nil) {
    self.type = type
    self.shape = shape
    self.contents = shape.isSmall ? contents : nil
  }

  /// The size [byte].
  var bytes: Double { (Double(shape.elementCount) * Double(type.bits) / 8).rounded(.up) }

  /// The elements of this tensor broadcast to a shape; `nil` if they are unknown or many.
  func contents(broadcastTo shape: Shape) -> Contents? {
    guard let contents, shape.isSmall else { return nil }
    return shape == self.shape ? contents : contents.picking(shape.places(broadcasting: self.shape))
  }

  /// A tensor of the elements of this one at some places, which are asked for only if the elements are known and few.
  func rearranged(to shape: Shape, _ places: () -> [Int]) -> Tensor {
    guard let contents, shape.isSmall else { return Tensor(type, shape) }
    return Tensor(type, shape, contents.picking(shape.elementCount > 0 ? places() : []))
  }

  /// This tensor with the same elements in another shape.
  func reshaped(to shape: Shape) -> Tensor { Tensor(type, shape, contents) }
}

/// The elements of a tensor in row-major order.
enum Contents: Equatable {
  /// Integers and booleans (0 and 1).
  case integers([Int])
  case reals([Double])

  /// The largest number of elements that is kept, since shapes do not depend on more.
  static let limit = 4096

  /// Numbers as elements of a type, rounded towards zero if these are integers.
  init(_ values: [Double], as type: ElementType) {
    self = type.isFloat ? .reals(values) : .integers(values.map(Int.init(saturating:)))
  }

  /// The elements of several tensors one after another: integers if all of them are.
  init(joining parts: [Contents]) {
    let isInteger = parts.allSatisfy { if case .integers = $0 { true } else { false } }
    self = isInteger ? .integers(parts.flatMap(\.integers)) : .reals(parts.flatMap(\.reals))
  }

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
  func picking(_ places: some Sequence<Int>) -> Contents {
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
