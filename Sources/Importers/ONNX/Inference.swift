/// The outputs of an operator and the work that it takes.
struct Inference {
  /// All outputs that the operator can have; a node may ask for fewer.
  var outputs: [Tensor]
  /// Multiply-accumulates, 2 FLOP each [FLOP].
  var multiplyAddFLOP = 0.0
  /// All other arithmetic [FLOP].
  var otherFLOP = 0.0

  init(_ outputs: [Tensor], multiplyAddFLOP: Double = 0, otherFLOP: Double = 0) {
    self.outputs = outputs
    self.multiplyAddFLOP = multiplyAddFLOP
    self.otherFLOP = otherFLOP
  }

  /// One output, with a cost for each of its elements [FLOP].
  init(_ output: Tensor, perElement cost: Double) {
    self.init([output], otherFLOP: cost * Double(output.shape.elementCount))
  }
}

extension NodeContext {
  /// Infers shapes, element types and work (docs/importing.md) from the operator's definition.
  ///
  /// - Throws: `unknownOperator` if the operator is not defined here.
  func infer() throws(NodeFault) -> Inference {
    switch domain {
    case .standard: try standard()
    case .contributed: try contributed()
    case .blocked: try blockedLayout()
    case .foreign: throw .unknownOperator
    }
  }

  /// The operators of ONNX, and those of ONNX Runtime that it puts into the same domain or defines in the same manner.
  func standard() throws(NodeFault) -> Inference {
    if let inference = try elementwise() { return inference }
    if Self.reductions.contains(operatorName) { return try reduced() }
    switch operatorName {
    case "ArgMax", "ArgMin": return try extremePlace()
    case "Identity": return Inference([try input(0)])
    case "Dropout": return Inference([try input(0), Tensor(.bool, try input(0).shape)])
    case "Cast": return Inference([cast(try input(0), to: try attributes.elementType("to"))])
    case "BitCast": return Inference([try likeInput(type: elementType("to", orOfInput: 0))])
    case "CastLike": return Inference([cast(try input(0), to: try input(1).type)])
    case "Reshape": return Inference([try reshaped()])
    case "Flatten": return Inference([try flattened()])
    case "Squeeze": return Inference([try squeezed()])
    case "Unsqueeze": return Inference([try unsqueezed()])
    case "Transpose": return Inference([try transposed()])
    case "Expand": return Inference([try expanded()])
    case "Tile": return Inference([try tiled()])
    case "Concat": return Inference([try concatenated()])
    case "Split": return Inference(try split())
    case "Pad": return Inference([try padded()])
    case "DepthToSpace", "SpaceToDepth": return Inference([try blocked()])
    case "ReverseSequence", "Trilu": return Inference([try likeInput()])
    case "Slice": return Inference([try sliced()])
    case "Gather": return Inference([try gathered()])
    case "GatherElements": return Inference([Tensor(try input(0).type, try input(1).shape)])
    case "GatherND": return Inference([try gatheredTuples()])
    case "Scatter", "ScatterElements", "ScatterND", "TensorScatter": return Inference([try likeInput()])
    case "TopK": return try topK()
    case "OneHot": return Inference([try oneHot()])
    case "NonZero": return Inference([try nonZero()])
    case "CumSum", "CumProd", "Hardmax": return Inference(try likeInput(), perElement: 1)
    case "Compress", "Unique", "NonMaxSuppression":
      throw NodeFault("the shape depends on data that is known only when the model runs", .unknownShape)
    case "Gemm": return try generalProduct()
    case "MatMul": return try product(of: input(0), input(1))
    case "MatMulInteger": return try product(of: input(0), input(1), type: .int32)
    // The scale and the zero point of the first matrix are inputs between the matrices.
    case "QLinearMatMul": return try product(of: input(0), input(3), type: input(7).type)
    case "Einsum": return try einsum()
    case "Conv":
      return try convolved(input(0), kernel: input(1), hasBias: optionalInput(2) != nil)
    case "ConvInteger": return try convolved(input(0), kernel: input(1), type: .int32)
    // The scales and zero points of the tensors are inputs between them.
    case "QLinearConv":
      return try convolved(
        input(0), kernel: input(3), type: input(7).type, hasBias: optionalInput(8) != nil)
    case "DeformConv": return try convolved(input(0), kernel: input(1), hasBias: optionalInput(3) != nil)
    case "ConvTranspose": return try transposedConvolution()
    case "MaxPool", "AveragePool", "LpPool": return try pooled(input(0))
    case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool": return try globallyPooled(input(0))
    case "MaxUnpool": return try unpooled()
    case "MaxRoiPool": return try ofRegions(attributes.integers("pooled_shape"))
    case "RoiAlign":
      return try ofRegions([
        attributes.integer("output_height") ?? 1, attributes.integer("output_width") ?? 1,
      ])
    // Scale and shift, since the statistics are constants.
    case "BatchNormalization": return try batchNormalized()
    // Maximum, difference from it, exponential, sum, quotient.
    case "Softmax", "LogSoftmax": return Inference(try likeInput(), perElement: 5)
    // Mean, difference, square, variance, quotient, scale, shift.
    case "InstanceNormalization", "GroupNormalization": return Inference(try likeInput(), perElement: 7)
    case "LayerNormalization": return try layerNormalized(perElement: 7)
    // Square, mean, quotient, scale.
    case "RMSNormalization", "SimplifiedLayerNormalization": return try layerNormalized(perElement: 4)
    // Mean, difference, square, variance, quotient.
    case "MeanVarianceNormalization": return Inference(try likeInput(), perElement: 5)
    // Power, sum, quotient.
    case "LpNormalization": return Inference(try likeInput(), perElement: 3)
    case "LRN":
      // Square, sum over the neighbours, power, quotient.
      guard let size = try attributes.integer("size"), size > 0 else { throw NodeFault("size is missing") }
      return Inference(try likeInput(), perElement: Double(size) + 3)
    // Each gate adds a bias and has an activation. The cell state takes five more operations.
    case "LSTM": return try recurrent(gates: 4, perHidden: 13, states: 2)
    case "GRU": return try recurrent(gates: 3, perHidden: 11, states: 1)
    case "RNN": return try recurrent(gates: 1, perHidden: 2, states: 1)
    case "Resize", "Upsample": return try resized()
    case "GridSample": return try sampled()
    case "AffineGrid": return try affineGrid()
    case "Col2Im": return try columnsToImage()
    case "CenterCropPad": return try cropped()
    case "Constant": return Inference([try constant()])
    case "ConstantOfShape": return Inference([try filled()])
    case "Shape": return Inference([try shapeOfInput()])
    case "Size":
      return Inference([Tensor(.int64, .scalar, .integers([try input(0).shape.elementCount]))])
    case "Range": return Inference([try range()])
    case "EyeLike", "Bernoulli", "RandomNormalLike", "RandomUniformLike":
      return Inference([try likeInput(type: elementType("dtype", orOfInput: 0))])
    case "RandomNormal", "RandomUniform": return Inference([try random()])
    case "Multinomial": return Inference([try drawn()])
    case "HannWindow", "HammingWindow", "BlackmanWindow":
      let type = try attributes.elementType("output_datatype") ?? .float
      return Inference([Tensor(type, try Shape(knownIntegers(0)))])
    case "QuantizeLinear":
      let type =
        try optionalInput(2) == nil ? attributes.elementType("output_dtype") ?? .uint8 : input(2).type
      return Inference(try likeInput(type: type), perElement: 2)
    case "DequantizeLinear": return Inference(try likeInput(type: input(1).type), perElement: 2)
    case "DynamicQuantizeLinear":
      let shape = try input(0).shape
      // The minimum and the maximum have to be found first.
      return Inference(
        [Tensor(.uint8, shape), Tensor(.float, .scalar), Tensor(.uint8, .scalar)],
        otherFLOP: 4 * Double(shape.elementCount))
    case "Attention": return try scaledDotProduct()
    // Two products and their sum.
    case "RotaryEmbedding": return Inference(try likeInput(), perElement: 3)
    case "DFT": return try spectrum()
    case "STFT": return try spectra()
    case "MelWeightMatrix": return Inference([try melWeights()])
    case "Det": return try determinant()
    default: return try contributed()
    }
  }

  /// How the operator is treated if layers are fused.
  var role: OperationGraph.Role {
    if Self.followers.contains(operatorName) { return .follower }
    return Self.reductions.contains(operatorName) ? .reduction : .own
  }

  private static let followers = elementwise.union(changesOfShape).union(normalizations).union([
    "DequantizeLinear", "DynamicQuantizeLinear", "QLinearAdd", "QLinearLeakyRelu", "QLinearMul",
    "QLinearSigmoid", "QLinearSoftmax", "QuantizeLinear", "ReorderInput", "ReorderOutput",
  ])

  /// Whether the operator draws random numbers, so that its result is not constant even if its inputs are.
  var isRandom: Bool { Self.randomGenerators.contains(operatorName) }

  /// Whether the operator reads only the shape of its input, so that its result holds no element of the input.
  var readsShapeOnly: Bool {
    ["Shape", "Size", "ConstantOfShape", "EyeLike"].contains(operatorName) || isRandom
  }
}
