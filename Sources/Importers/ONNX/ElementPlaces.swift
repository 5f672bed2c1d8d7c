extension Shape {
  /// For every element of this shape in row-major order, an offset plus the sum of index times stride over the axes.
  ///
  /// - Complexity: linear in the number of elements times the rank.
  func places(strides: [Int], offset: Int = 0) -> [Int] {
    guard elementCount > 0 else { return [] }
    var places = [offset]
    for (dimension, stride) in zip(dimensions, strides) {
      places = places.flatMap { start in (0..<dimension).map { start + $0 * stride } }
    }
    return places
  }

  /// For every element of this shape, the index of its element of `source` when `source` is broadcast to this shape.
  func places(broadcasting source: Shape) -> [Int] {
    let added = rank - source.rank
    let own = source.strides
    let strides = (0..<rank).map { axis in
      axis < added || source[axis - added] == 1 ? 0 : own[axis - added]
    }
    return places(strides: strides)
  }

  /// Whether the elements of a tensor of this shape are few enough to be kept.
  var isSmall: Bool { elementCount <= Contents.limit }
}

extension Tensor {
  /// The elements of this tensor broadcast to a shape; `nil` if they are unknown or many.
  func contents(broadcastTo shape: Shape) -> Contents? {
    guard let contents, shape.isSmall else { return nil }
    return shape == self.shape ? contents : contents.picking(shape.places(broadcasting: self.shape))
  }

  /// A tensor of some elements of this one.
  ///
  /// - Parameters:
  ///   - shape: the shape of the new tensor.
  ///   - places: the indices of its elements in this tensor; called only if the elements are known and few.
  func rearranged(to shape: Shape, _ places: () -> [Int]) -> Tensor {
    guard let contents, shape.isSmall else { return Tensor(type, shape) }
    guard shape.elementCount > 0 else { return Tensor(type, shape, contents.picking([])) }
    return Tensor(type, shape, contents.picking(places()))
  }

  /// This tensor with the same elements in another shape.
  func reshaped(to shape: Shape) -> Tensor { Tensor(type, shape, contents) }
}
