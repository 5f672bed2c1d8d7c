/// Convolutions: 2 FLOP a multiply-accumulate, and 1 FLOP an element of the output for a bias.
extension NodeContext {
  func convolved(
    _ input: Tensor, kernel: Tensor, type: ElementType? = nil, hasBias: Bool = false
  ) throws(NodeFault) -> Inference {
    let (shape, weights) = (input.shape, kernel.shape)
    let groups = try attributes.integer("group") ?? 1
    guard shape.rank >= 3, weights.rank == shape.rank else {
      throw NodeFault("a kernel of \(weights.dimensions) does not fit an input of \(shape.dimensions)")
    }
    guard groups > 0, shape[1] == weights[1] * groups, weights[0] % groups == 0 else {
      throw NodeFault(
        "a kernel of \(weights.dimensions) in \(groups) groups does not fit an input of \(shape.dimensions)")
    }
    let window = try Window(self, kernel: Array(weights.dimensions.dropFirst(2)))
    let output = try Shape([shape[0], weights[0]] + window.outputs(of: shape))
    let elements = Double(output.elementCount)
    return Inference(
      [Tensor(type ?? input.type, output)], multiplyAddFLOP: 2 * elements * window.size(Double(weights[1])),
      otherFLOP: hasBias ? elements : 0)
  }

  func transposedConvolution() throws(NodeFault) -> Inference {
    let (input, weights) = (try input(0), try input(1).shape)
    let shape = input.shape
    let groups = try attributes.integer("group") ?? 1
    guard shape.rank >= 3, weights.rank == shape.rank, groups > 0, shape[1] == weights[0] else {
      throw NodeFault("a kernel of \(weights.dimensions) does not fit an input of \(shape.dimensions)")
    }
    let window = try Window(self, kernel: Array(weights.dimensions.dropFirst(2)))
    let output = try Shape([shape[0], weights[1] * groups] + window.transposedOutputs(self, of: shape))
    return Inference(
      [Tensor(input.type, output)],
      multiplyAddFLOP: 2 * Double(shape.elementCount) * window.size(Double(weights[1])),
      otherFLOP: optionalInput(2) == nil ? 0 : Double(output.elementCount))
  }
}

/// The positions of a kernel along the spatial axes.
struct Window {
  /// The size of the kernel along each axis.
  private let kernel: [Int]
  private let strides: [Int]
  private let dilations: [Int]
  /// The padding before the first element of each axis, and then after the last element of each axis.
  private let pads: [Int]
  /// Whether there is as much padding as the stride needs.
  private let isPadded: Bool
  private static let largest = 1 << 24

  /// Reads the attributes of a convolution or pooling whose kernel has these sizes along the spatial axes.
  init(_ node: NodeContext, kernel: [Int]) throws(NodeFault) {
    let axes = kernel.count
    self.kernel = kernel
    strides = try node.attributes.integers("strides") ?? [Int](repeating: 1, count: axes)
    dilations = try node.attributes.integers("dilations") ?? [Int](repeating: 1, count: axes)
    let padding = try node.attributes.string("auto_pad") ?? ""
    guard ["", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(padding) else {
      throw NodeFault("auto_pad has the unknown value \"\(padding)\"")
    }
    isPadded = padding.hasPrefix("SAME")
    let given = try node.attributes.integers("pads")
    pads = (["", "NOTSET"].contains(padding) ? given : nil) ?? [Int](repeating: 0, count: 2 * axes)
    guard strides.count == axes, dilations.count == axes, pads.count == 2 * axes else {
      throw NodeFault("kernel, strides, dilations or pads do not match the \(axes) spatial axes")
    }
    guard kernel.allSatisfy({ $0 >= 0 }), (strides + dilations).allSatisfy({ $0 > 0 }) else {
      throw NodeFault("kernel \(kernel), strides \(strides) and dilations \(dilations) must be positive")
    }
    guard (kernel + strides + dilations + pads).allSatisfy({ abs($0) <= Self.largest }) else {
      throw NodeFault("a kernel, stride, dilation or pad exceeds \(Self.largest)")
    }
  }

  /// A factor times the number of elements of the kernel.
  func size(_ factor: Double = 1) -> Double { kernel.reduce(factor) { $0 * Double($1) } }

  /// How many elements the kernel spans along an axis.
  private func reach(_ axis: Int) -> Int { max(0, kernel[axis] - 1) * dilations[axis] + 1 }

  /// The number of positions of the kernel along each spatial axis of an input. If `roundsUp` is set, a kernel that begins
  /// inside may end beyond the padding.
  func outputs(of input: Shape, roundsUp: Bool = false) throws(NodeFault) -> [Int] {
    try kernel.indices.map { axis throws(NodeFault) in
      let (size, stride) = (input[axis + 2], strides[axis])
      if isPadded { return (size + stride - 1) / stride }
      let padded = size + pads[axis] + pads[axis + kernel.count]
      let room = padded - reach(axis)
      guard room >= 0 else {
        throw NodeFault("a kernel that spans \(reach(axis)) elements does not fit into \(padded)")
      }
      // A window that would begin in the padding after the last element is left out.
      let count = room / stride + 1
      return roundsUp && room % stride != 0 && count * stride < size + pads[axis] ? count + 1 : count
    }
  }

  /// The sizes from which a convolution with this window makes those of the spatial axes of an input.
  func transposedOutputs(_ node: NodeContext, of input: Shape) throws(NodeFault) -> [Int] {
    let axes = kernel.count
    if let given = try node.attributes.integers("output_shape") {
      // Some exporters give batch and channels as well.
      guard given.count >= axes else {
        throw NodeFault("output_shape has \(given.count) elements for \(axes) axes")
      }
      return Array(given.suffix(axes))
    }
    let added = try node.attributes.integers("output_padding") ?? [Int](repeating: 0, count: axes)
    guard added.count == axes else {
      throw NodeFault("output_padding has \(added.count) elements for \(axes) axes")
    }
    return kernel.indices.map { axis in
      let (size, stride) = (input[axis + 2], strides[axis])
      if isPadded { return size * stride }
      return stride * (size - 1) + added[axis] + reach(axis) - pads[axis] - pads[axis + axes]
    }
  }
}
