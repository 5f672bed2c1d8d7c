/// Convolutions: 2 FLOP a multiply-accumulate, and 1 FLOP an element of the output for a bias.
extension NodeContext {
  func convolution() throws(NodeFault) -> Inference? {
    switch operatorName {
    case "Conv", "FusedConv":
      return try convolved(input(0), kernel: input(1), hasBias: optionalInput(2) != nil)
    case "ConvInteger": return try convolved(input(0), kernel: input(1), type: .int32)
    // The scales and zero points of the tensors are inputs between them.
    case "QLinearConv":
      return try convolved(
        input(0), kernel: input(3), type: input(7).type, hasBias: optionalInput(8) != nil)
    case "DeformConv": return try convolved(input(0), kernel: input(1), hasBias: optionalInput(3) != nil)
    case "ConvTranspose": return try transposedConvolution()
    default: return nil
    }
  }

  private func convolved(
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
    let size = Array(weights.dimensions.dropFirst(2))
    let window = try Window(self, kernel: size, axes: shape.rank - 2)
    let output = try Shape([shape[0], weights[0]] + window.outputs(Array(shape.dimensions.dropFirst(2))))
    let elements = Double(output.elementCount)
    let perElement = size.reduce(Double(weights[1])) { $0 * Double($1) }
    return Inference(
      [Tensor(type ?? input.type, output)], multiplyAddFLOP: 2 * elements * perElement,
      otherFLOP: hasBias ? elements : 0)
  }

  private func transposedConvolution() throws(NodeFault) -> Inference {
    let (input, weights) = (try input(0), try input(1).shape)
    let shape = input.shape
    let groups = try attributes.integer("group") ?? 1
    guard shape.rank >= 3, weights.rank == shape.rank, groups > 0, shape[1] == weights[0] else {
      throw NodeFault("a kernel of \(weights.dimensions) does not fit an input of \(shape.dimensions)")
    }
    let size = Array(weights.dimensions.dropFirst(2))
    let window = try Window(self, kernel: size, axes: shape.rank - 2)
    let places = try window.transposedOutputs(self, Array(shape.dimensions.dropFirst(2)))
    let output = try Shape([shape[0], weights[1] * groups] + places)
    let perElement = size.reduce(Double(weights[1])) { $0 * Double($1) }
    return Inference(
      [Tensor(input.type, output)], multiplyAddFLOP: 2 * Double(shape.elementCount) * perElement,
      otherFLOP: optionalInput(2) == nil ? 0 : Double(output.elementCount))
  }
}

/// The positions of a kernel along the spatial axes.
struct Window {
  /// The size of the kernel along each axis.
  let kernel: [Int]
  private let strides: [Int]
  private let dilations: [Int]
  /// The padding before the first element of each axis, and then after the last element of each axis.
  private let pads: [Int]
  private let padding: Padding
  private static let largest = 1 << 24

  private enum Padding: String {
    case given = "NOTSET"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
    case none = "VALID"
  }

  /// Reads the attributes of a convolution or pooling.
  ///
  /// - Parameters:
  ///   - node: the convolution or pooling.
  ///   - kernel: the size of the kernel along each axis.
  ///   - axes: the number of spatial axes.
  init(_ node: NodeContext, kernel: [Int], axes: Int) throws(NodeFault) {
    self.kernel = kernel
    strides = try node.attributes.integers("strides") ?? [Int](repeating: 1, count: axes)
    dilations = try node.attributes.integers("dilations") ?? [Int](repeating: 1, count: axes)
    let name = try node.attributes.string("auto_pad") ?? Padding.given.rawValue
    guard let padding = Padding(rawValue: name.isEmpty ? Padding.given.rawValue : name) else {
      throw NodeFault("auto_pad has the unknown value \"\(name)\"")
    }
    self.padding = padding
    let given = try node.attributes.integers("pads")
    pads =
      padding == .given ? given ?? [Int](repeating: 0, count: 2 * axes) : [Int](repeating: 0, count: 2 * axes)
    guard kernel.count == axes, strides.count == axes, dilations.count == axes, pads.count == 2 * axes else {
      throw NodeFault("kernel, strides, dilations or pads do not match the \(axes) spatial axes")
    }
    guard kernel.allSatisfy({ $0 >= 0 }), (strides + dilations).allSatisfy({ $0 > 0 }) else {
      throw NodeFault("kernel \(kernel), strides \(strides) and dilations \(dilations) must be positive")
    }
    guard (kernel + strides + dilations + pads).allSatisfy({ abs($0) <= Self.largest }) else {
      throw NodeFault("a kernel, stride, dilation or pad exceeds \(Self.largest)")
    }
  }

  /// How many elements the kernel spans along an axis.
  private func reach(_ axis: Int) -> Int { max(0, kernel[axis] - 1) * dilations[axis] + 1 }

  /// The number of positions of the kernel along each axis.
  ///
  /// - Parameters:
  ///   - sizes: the size of the input along each axis.
  ///   - roundsUp: whether a kernel that begins inside may end beyond the padding.
  func outputs(_ sizes: [Int], roundsUp: Bool = false) throws(NodeFault) -> [Int] {
    var outputs: [Int] = []
    for (axis, size) in sizes.enumerated() {
      let stride = strides[axis]
      if padding == .sameUpper || padding == .sameLower {
        outputs.append((size + stride - 1) / stride)
        continue
      }
      let (before, behind) = (pads[axis], pads[axis + sizes.count])
      let room = size + before + behind - reach(axis)
      guard room >= 0 else {
        throw NodeFault(
          "a kernel that spans \(reach(axis)) elements does not fit into \(size + before + behind)")
      }
      var count = room / stride + 1
      // A window that would begin in the padding after the last element is left out.
      if roundsUp, room % stride != 0, count * stride < size + before { count += 1 }
      outputs.append(count)
    }
    return outputs
  }

  /// The sizes from which a convolution with this window makes `sizes`.
  func transposedOutputs(_ node: NodeContext, _ sizes: [Int]) throws(NodeFault) -> [Int] {
    if let given = try node.attributes.integers("output_shape") {
      // Some exporters give batch and channels as well.
      guard given.count >= sizes.count else {
        throw NodeFault("output_shape has \(given.count) elements for \(sizes.count) axes")
      }
      return Array(given.suffix(sizes.count))
    }
    let added = try node.attributes.integers("output_padding") ?? [Int](repeating: 0, count: sizes.count)
    guard added.count == sizes.count else {
      throw NodeFault("output_padding has \(added.count) elements for \(sizes.count) axes")
    }
    return sizes.indices.map { axis in
      if padding == .sameUpper || padding == .sameLower { return sizes[axis] * strides[axis] }
      let inner = strides[axis] * (sizes[axis] - 1) + added[axis] + reach(axis)
      return inner - pads[axis] - pads[axis + sizes.count]
    }
  }
}
