/// Operators that move elements without computing with them: no FLOP.
extension NodeContext {
  /// The operators that change the shape, order or type of one tensor.
  static let changesOfShape: Set<String> = [
    "BitCast", "Cast", "CastLike", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose",
    "Unsqueeze",
  ]

  func cast(_ tensor: Tensor, to type: ElementType?) -> Tensor {
    let type = type ?? tensor.type
    let contents: Contents? = tensor.contents.map {
      if type.isFloat { return .reals($0.reals) }
      if type == .bool { return .integers($0.reals.map { $0 == 0 ? 0 : 1 }) }
      return .integers($0.integers)
    }
    return Tensor(type, tensor.shape, type == .string ? nil : contents)
  }

  /// The input in another shape. In the wanted shape, 0 keeps a dimension, and -1 stands for the remaining elements.
  func reshaped() throws(NodeFault) -> Tensor {
    let input = try input(0)
    guard let wanted = try integers("shape", orInput: 1) else { throw NodeFault("the shape is missing") }
    let keepsZero = try attributes.flag("allowzero")
    var dimensions = wanted
    for axis in wanted.indices where wanted[axis] == 0 && !keepsZero {
      guard axis < input.shape.rank else {
        throw NodeFault("\(wanted) keeps axis \(axis), which \(input.shape.dimensions) does not have")
      }
      dimensions[axis] = input.shape[axis]
    }
    if let open = dimensions.firstIndex(of: -1) {
      dimensions[open] = 1
      let others = try Shape(dimensions).elementCount
      guard others > 0 || input.shape.elementCount == 0 else { throw unfit(input, wanted) }
      dimensions[open] = others == 0 ? 0 : input.shape.elementCount / others
    }
    let shape = try Shape(dimensions)
    guard shape.elementCount == input.shape.elementCount else { throw unfit(input, wanted) }
    return input.reshaped(to: shape)
  }

  private func unfit(_ input: Tensor, _ wanted: [Int]) -> NodeFault {
    NodeFault("a tensor of \(input.shape.dimensions) cannot be reshaped to \(wanted)")
  }

  func flattened() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let rank = input.shape.rank
    let given = try attributes.integer("axis") ?? 1
    // The cut may also be after the last axis.
    let axis = given < 0 ? given + rank : given
    guard (0...rank).contains(axis) else { throw NodeFault("axis \(given) is out of range for rank \(rank)") }
    let dimensions = input.shape.dimensions
    return input.reshaped(
      to: try Shape([dimensions.prefix(axis).reduce(1, *), dimensions.dropFirst(axis).reduce(1, *)]))
  }

  func squeezed() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let dimensions = input.shape.dimensions
    let single = dimensions.indices.filter { dimensions[$0] == 1 }
    let axes = try axes(integers("axes", orInput: 1) ?? single, rank: dimensions.count)
    for axis in axes where dimensions[axis] != 1 {
      throw NodeFault("axis \(axis) of \(dimensions) does not have the size 1")
    }
    return input.reshaped(
      to: try Shape(dimensions.indices.filter { !axes.contains($0) }.map { dimensions[$0] }))
  }

  func unsqueezed() throws(NodeFault) -> Tensor {
    let input = try input(0)
    guard let given = try integers("axes", orInput: 1) else { throw NodeFault("the axes are missing") }
    let axes = try axes(given, rank: input.shape.rank + given.count)
    var dimensions = input.shape.dimensions
    for axis in axes.sorted() { dimensions.insert(1, at: axis) }
    return input.reshaped(to: try Shape(dimensions))
  }

  func transposed() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let rank = input.shape.rank
    let order = try axes(attributes.integers("perm") ?? Array((0..<rank).reversed()), rank: rank)
    guard order.count == rank else { throw NodeFault("the permutation \(order) is not one of \(rank) axes") }
    let shape = try Shape(order.map { input.shape[$0] })
    return input.rearranged(to: shape) {
      let strides = input.shape.strides
      return shape.places(strides: order.map { strides[$0] })
    }
  }

  func expanded() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let shape = try input.shape.broadcast(with: Shape(knownIntegers(1)))
    return input.rearranged(to: shape) { shape.places(broadcasting: input.shape) }
  }

  func tiled() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let repeats = try knownIntegers(1)
    guard repeats.count == input.shape.rank, repeats.allSatisfy({ $0 >= 0 }) else {
      throw NodeFault("the repetitions \(repeats) do not fit a tensor of \(input.shape.dimensions)")
    }
    let shape = try Shape(zip(input.shape.dimensions, repeats).map { $0 * $1 })
    return input.rearranged(to: shape) {
      // Along each axis, the elements of the original once for each repetition.
      var places = [0]
      for (axis, stride) in input.shape.strides.enumerated() {
        let once = (0..<input.shape[axis]).map { $0 * stride }
        let steps = repeatElement(once, count: repeats[axis]).flatMap { $0 }
        places = places.flatMap { start in steps.map { start + $0 } }
      }
      return places
    }
  }

  func concatenated() throws(NodeFault) -> Tensor {
    let first = try input(0)
    let axis = try axisAttribute(default: 0, rank: first.shape.rank)
    let parts = try inputs.indices.map { index throws(NodeFault) in
      let part = try input(index)
      guard part.shape.rank == first.shape.rank,
        try part.shape.replacing(axis, with: first.shape[axis]) == first.shape
      else {
        throw NodeFault(
          "\(part.shape.dimensions) cannot be joined to \(first.shape.dimensions) along axis \(axis)")
      }
      return part
    }
    let shape = try first.shape.replacing(axis, with: parts.reduce(0) { $0 + $1.shape[axis] })
    return Tensor(first.type, shape, shape.isSmall ? joined(parts, axis) : nil)
  }

  private func joined(_ parts: [Tensor], _ axis: Int) -> Contents? {
    let contents = parts.compactMap(\.contents)
    guard contents.count == parts.count, let first = parts.first else { return nil }
    guard contents.contains(where: { $0.count > 0 }) else { return contents.first }
    // A run is the elements of a part that share their indices on the axes before this one.
    let runs = first.shape.dimensions.prefix(axis).reduce(1, *)
    let lengths = parts.map { runs == 0 ? 0 : $0.shape.elementCount / runs }
    let pieces = (0..<runs).flatMap { run in
      zip(contents, lengths).map { $0.picking(run * $1..<(run + 1) * $1) }
    }
    return Contents(joining: pieces)
  }

  func split() throws(NodeFault) -> [Tensor] {
    let input = try input(0)
    let axis = try axisAttribute(default: 0, rank: input.shape.rank)
    let size = input.shape[axis]
    let parts = try attributes.integer("num_outputs") ?? outputCount
    let sizes: [Int]
    if let given = try integers("split", orInput: 1) {
      sizes = given
    } else {
      guard parts > 0, parts == outputCount else {
        throw NodeFault("there are \(outputCount) outputs for \(parts) parts")
      }
      // The last part is smaller if the parts cannot be equal.
      let length = (size + parts - 1) / parts
      sizes = (0..<parts).map { max(0, min(length, size - $0 * length)) }
    }
    guard sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, +) == size, sizes.count >= outputCount else {
      throw NodeFault("\(size) elements cannot be split into \(sizes)")
    }
    let strides = input.shape.strides
    var start = 0
    return try sizes.prefix(outputCount).map { size throws(NodeFault) in
      let offset = start * strides[axis]
      start += size
      let shape = try input.shape.replacing(axis, with: size)
      return input.rearranged(to: shape) { shape.places(strides: strides, offset: offset) }
    }
  }

  /// The input with padding. The pads before the first element of each axis come first, then those after the last
  /// element. Negative pads remove elements.
  func padded() throws(NodeFault) -> Tensor {
    let input = try input(0)
    guard let pads = try integers("pads", orInput: 1) else { throw NodeFault("the pads are missing") }
    let rank = input.shape.rank
    let axes = try optionalInput(3) == nil ? Array(0..<rank) : axes(knownIntegers(3), rank: rank)
    guard pads.count == 2 * axes.count else {
      throw NodeFault("there are \(pads.count) pads for \(axes.count) axes")
    }
    var dimensions = input.shape.dimensions
    for (index, axis) in axes.enumerated() { dimensions[axis] += pads[index] + pads[index + axes.count] }
    return Tensor(input.type, try Shape(dimensions))
  }

  func blocked() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let shape = input.shape
    guard let size = try attributes.integer("blocksize"), size > 0, size <= 1 << 12, shape.rank == 4 else {
      throw NodeFault(
        "blocksize is not from 1 to 4096, or the input of \(shape.dimensions) does not have four axes")
    }
    let gathers = operatorName == "SpaceToDepth"
    let isWhole =
      gathers
      ? shape[2].isMultiple(of: size) && shape[3].isMultiple(of: size) : shape[1].isMultiple(of: size * size)
    guard isWhole else { throw NodeFault("blocks of \(size) do not divide \(shape.dimensions)") }
    let dimensions =
      gathers
      ? [shape[0], shape[1] * size * size, shape[2] / size, shape[3] / size]
      : [shape[0], shape[1] / (size * size), shape[2] * size, shape[3] * size]
    return Tensor(input.type, try Shape(dimensions))
  }
}
