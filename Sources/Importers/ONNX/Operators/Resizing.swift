/// Operators that resample images: 2 FLOP for each neighbour that contributes to an element of the output.
extension NodeContext {
  func resized() throws(NodeFault) -> Inference {
    let input = try input(0)
    let shape = try Shape(resizedDimensions(input.shape))
    let changed = zip(shape.dimensions, input.shape.dimensions).count { $0 != $1 }
    // The neighbours along an axis.
    let neighbours = ["linear": 2.0, "bilinear": 2, "cubic": 4][try attributes.string("mode") ?? "nearest"]
    let perElement = neighbours.map { 2 * repeatElement($0, count: changed).reduce(1, *) } ?? 0
    return Inference(Tensor(input.type, shape), perElement: perElement)
  }

  /// The dimensions of the output, from the sizes (an input) or from the scales (an attribute or an input). Sizes that
  /// are empty are not used.
  private func resizedDimensions(_ shape: Shape) throws(NodeFault) -> [Int] {
    let axes = try axesAttribute(rank: shape.rank)
    if let sizes = optionalInput(3), sizes.shape.elementCount > 0 {
      return try proportionate(knownIntegers(3), shape, axes)
    }
    let scales: [Double]
    if let given = try attributes.reals("scales") {
      scales = given
    } else {
      scales = try knownReals(inputs.count > 2 ? 2 : 1)
    }
    guard scales.count == axes.count else {
      throw NodeFault("there are \(scales.count) scales for \(axes.count) axes")
    }
    var dimensions = shape.dimensions
    for (axis, scale) in zip(axes, scales) {
      dimensions[axis] = Int(saturating: (Double(shape[axis]) * scale).rounded(.down))
    }
    return dimensions
  }

  /// The dimensions for given sizes: the sizes themselves, or the nearest with the proportions of the input that are
  /// not larger (or not smaller).
  private func proportionate(_ sizes: [Int], _ shape: Shape, _ axes: [Int]) throws(NodeFault) -> [Int] {
    guard sizes.count == axes.count else {
      throw NodeFault("there are \(sizes.count) sizes for \(axes.count) axes")
    }
    var dimensions = shape.dimensions
    let policy = try attributes.string("keep_aspect_ratio_policy") ?? "stretch"
    let ratios = zip(axes, sizes).map { Double($1) / Double(max(1, shape[$0])) }
    let ratio = policy == "not_larger" ? ratios.min() : policy == "not_smaller" ? ratios.max() : nil
    for (axis, size) in zip(axes, sizes) {
      dimensions[axis] = ratio.map { Int(saturating: (Double(shape[axis]) * $0).rounded()) } ?? size
    }
    return dimensions
  }

  func sampled() throws(NodeFault) -> Inference {
    let (input, grid) = (try input(0), try input(1).shape)
    guard input.shape.rank >= 3, grid.rank == input.shape.rank else {
      throw NodeFault("a grid of \(grid.dimensions) does not fit an input of \(input.shape.dimensions)")
    }
    let shape = try Shape([input.shape[0], input.shape[1]] + grid.dimensions.dropFirst().dropLast())
    let neighbours = repeatElement(2.0, count: input.shape.rank - 2).reduce(1, *)
    let isNearest = try attributes.string("mode") == "nearest"
    return Inference(Tensor(input.type, shape), perElement: isNearest ? 0 : 2 * neighbours)
  }

  func affineGrid() throws(NodeFault) -> Inference {
    let sizes = try knownIntegers(1)
    guard sizes.count == 4 || sizes.count == 5 else {
      throw NodeFault("the size has \(sizes.count) elements, not 4 or 5")
    }
    let axes = sizes.count - 2
    let shape = try Shape([sizes[0]] + sizes.dropFirst(2) + [axes])
    return Inference(Tensor(try input(0).type, shape), perElement: 2 * Double(axes + 1))
  }

  func columnsToImage() throws(NodeFault) -> Inference {
    let input = try input(0)
    let (image, block) = (try knownIntegers(1), try knownIntegers(2))
    let size = try Shape(block).elementCount
    guard input.shape.rank == 3, size > 0, input.shape[1].isMultiple(of: size) else {
      throw NodeFault("blocks of \(block) do not fit an input of \(input.shape.dimensions)")
    }
    let shape = try Shape([input.shape[0], input.shape[1] / size] + image)
    return Inference([Tensor(input.type, shape)], otherFLOP: Double(input.shape.elementCount))
  }

  func cropped() throws(NodeFault) -> Inference {
    let input = try input(0)
    let axes = try axesAttribute(rank: input.shape.rank)
    let sizes = try knownIntegers(1)
    guard sizes.count == axes.count else {
      throw NodeFault("there are \(sizes.count) sizes for \(axes.count) axes")
    }
    var dimensions = input.shape.dimensions
    for (axis, size) in zip(axes, sizes) { dimensions[axis] = size }
    return Inference([Tensor(input.type, try Shape(dimensions))])
  }
}
