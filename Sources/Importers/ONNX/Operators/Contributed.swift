/// Operators of ONNX Runtime (domain com.microsoft), as its quantisers, optimisers and exporters write them:
/// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
extension NodeContext {
  func contributed() throws(NodeFault) -> Inference {
    switch operatorName {
    // Attention
    case "Attention": return try packedAttention(past: 4, buffer: "past_present_share_buffer")
    // The scales and zero points are inputs between the bias and the mask.
    case "QAttention": return try packedAttention(past: 8, type: input(3).type)
    case "MultiHeadAttention": return try multiHeadAttention()
    case "GroupQueryAttention": return try groupQueryAttention()
    // Normalisations and what is joined to them
    case "SkipLayerNormalization": return try skipNormalized(perElement: 8)
    case "SkipSimplifiedLayerNormalization": return try skipNormalized(perElement: 5)
    case "EmbedLayerNormalization": return try embedded()
    case "GroupNorm": return Inference(try likeInput(), perElement: 7)
    case "SkipGroupNorm": return try skipGroupNormalized()
    case "BiasSoftmax": return Inference(try likeInput(), perElement: 6)
    // Activations with a bias
    case "FastGelu": return Inference(try likeInput(), perElement: optionalInput(1) == nil ? 1 : 2)
    case "BiasAdd": return Inference(try likeInput(), perElement: 2)
    case "BiasSplitGelu": return try splitGelu()
    // Products
    case "FusedMatMul", "TransposeMatMul": return try fusedProduct()
    case "FusedGemm": return activated(try generalProduct())
    case "MatMulNBits", "MatMulBnb4": return try blockQuantizedProduct()
    case "GatherBlockQuantized": return Inference([try gatheredBlocks()])
    case "QGemm": return try quantizedGeneralProduct()
    case "MatMulInteger16": return try product(of: input(0), input(1), type: .int32)
    case "MatMulIntegerToFloat": return biased(try product(of: input(0), input(1), type: input(2).type), 6)
    case "DynamicQuantizeMatMul": return biased(try product(of: input(0), input(1)), 4)
    case "DynamicQuantizeLSTM": return try quantizedLSTM()
    case "MoE": return try mixtureOfExperts(weights: [2, 4, 6], bits: nil)
    case "QMoE":
      return try mixtureOfExperts(weights: [2, 5, 8], bits: attributes.integer("expert_weight_bits") ?? 4)
    // Convolutions and pooling
    case "FusedConv": return try fusedConvolution()
    case "QLinearConv":
      return try channels { input throws(NodeFault) in
        try convolved(
          input, kernel: self.input(3), type: self.input(7).type, hasBias: optionalInput(8) != nil)
      }
    case "NhwcMaxPool": return try channelsLast(pooled)
    case "QLinearAveragePool": return try channels(pooled)
    case "QLinearGlobalAveragePool": return try channels(globallyPooled)
    // Elementwise: the scale and the zero point of each tensor follow it.
    case "QLinearAdd", "QLinearMul": return try quantizedSum()
    case "QLinearSigmoid", "QLinearLeakyRelu": return Inference(try likeInput(), perElement: 1)
    case "QLinearSoftmax": return Inference(try likeInput(), perElement: 5)
    case "QLinearWhere": return try quantizedChoice()
    case "QLinearConcat": return Inference([try quantizedConcatenation()])
    case "QLinearReduceMean": return try reduced()
    default:
      // These are defined as in ONNX.
      guard Self.shared.contains(operatorName) else { throw .unknownOperator }
      return try standard()
    }
  }

  private static let shared: Set<String> = [
    "BiasGelu", "DequantizeLinear", "GatherND", "Gelu", "LayerNormalization", "Pad", "QuantizeLinear",
    "QuickGelu", "Range", "RotaryEmbedding", "SimplifiedLayerNormalization", "Trilu",
  ]

  /// An operator on tensors whose second axis are the channels, applied to one whose last axis are the channels.
  private func channelsLast(
    _ apply: (Tensor) throws(NodeFault) -> Inference
  ) throws(NodeFault) -> Inference {
    let input = try input(0)
    let dimensions = input.shape.dimensions
    guard dimensions.count >= 3 else { throw NodeFault("the input has no spatial axes") }
    let first = [dimensions[0], dimensions[dimensions.count - 1]] + dimensions[1..<dimensions.count - 1]
    var inference = try apply(Tensor(input.type, Shape(first)))
    inference.outputs = try inference.outputs.map { output throws(NodeFault) in
      let shape = output.shape.dimensions
      return Tensor(output.type, try Shape([shape[0]] + shape.dropFirst(2) + [shape[1]]))
    }
    return inference
  }

  /// An operator whose attribute says where the channels are.
  private func channels(_ apply: (Tensor) throws(NodeFault) -> Inference) throws(NodeFault) -> Inference {
    try attributes.flag("channels_last") ? channelsLast(apply) : apply(input(0))
  }

  /// An operator with its activation, if it has one: 1 FLOP an element.
  func activated(_ inference: Inference) -> Inference {
    let activation = (try? attributes.string("activation")) ?? ""
    guard !activation.isEmpty, let output = inference.outputs.first else { return inference }
    var inference = inference
    inference.otherFLOP += Double(output.shape.elementCount)
    return inference
  }

  /// A product with the bias that is an input, if it is there: 1 FLOP an element.
  private func biased(_ inference: Inference, _ bias: Int) -> Inference {
    guard optionalInput(bias) != nil, let output = inference.outputs.first else { return inference }
    var inference = inference
    inference.otherFLOP += Double(output.shape.elementCount)
    return inference
  }

  /// A convolution with a sum and an activation.
  private func fusedConvolution() throws(NodeFault) -> Inference {
    var inference = try convolved(input(0), kernel: input(1), hasBias: optionalInput(2) != nil)
    if optionalInput(3) != nil { inference.otherFLOP += Double(inference.outputs[0].shape.elementCount) }
    return activated(inference)
  }

  private func skipGroupNormalized() throws(NodeFault) -> Inference {
    let input = try likeInput()
    return Inference([input, input], otherFLOP: 8 * Double(input.shape.elementCount))
  }

  private func splitGelu() throws(NodeFault) -> Inference {
    let input = try input(0)
    guard let width = input.shape.dimensions.last else { throw NodeFault("a scalar cannot be split") }
    let shape = try input.shape.replacing(input.shape.rank - 1, with: width / 2)
    return Inference(Tensor(input.type, shape), perElement: 4)
  }

  /// The sum of the embeddings of words, positions and segments, normalised.
  private func embedded() throws(NodeFault) -> Inference {
    let (ids, words) = (try input(0).shape, try input(2))
    guard words.shape.rank == 2, ids.rank == 2 else {
      throw NodeFault("ids of \(ids.dimensions) and embeddings of \(words.shape.dimensions) do not match")
    }
    let output = Tensor(words.type, try Shape(ids.dimensions + [words.shape[1]]))
    let sums = optionalInput(4) == nil ? 1.0 : 2
    return Inference(
      [output, Tensor(.int32, try Shape([ids[0]])), output],
      otherFLOP: (7 + sums) * Double(output.shape.elementCount))
  }

  // MARK: Quantised elementwise operators

  private func quantizedSum() throws(NodeFault) -> Inference {
    let (one, two) = (try input(0), try input(3))
    return Inference(Tensor(one.type, try one.shape.broadcast(with: two.shape)), perElement: 1)
  }

  private func quantizedChoice() throws(NodeFault) -> Inference {
    let (yes, no) = (try input(1), try input(4))
    let shape = try input(0).shape.broadcast(with: yes.shape).broadcast(with: no.shape)
    return Inference(Tensor(yes.type, shape), perElement: 1)
  }

  /// The scale and the zero point of the result come first, and then each tensor with its own.
  private func quantizedConcatenation() throws(NodeFault) -> Tensor {
    let places = Array(stride(from: 2, to: inputs.count, by: 3))
    let parts = NodeContext(
      operatorName: "Concat", inputs: places.map { inputs[$0] }, outputCount: 1, attributes: attributes)
    return try parts.concatenated()
  }

  // MARK: Products

  /// A product whose factors are transposed in their last two axes, or in their first axis and the one before the last.
  private func fusedProduct() throws(NodeFault) -> Inference {
    try product(
      of: transposed(factor(0, "transA"), "transBatchA", isSwapped: attributes.flag("transA")),
      transposed(factor(1, "transB"), "transBatchB", isSwapped: attributes.flag("transB")))
  }

  /// A factor whose first axis takes the place of the one before the last; `isSwapped` says whether its last two axes have
  /// been exchanged already.
  private func transposed(
    _ factor: Tensor, _ attribute: String, isSwapped: Bool
  ) throws(NodeFault) -> Tensor {
    let rank = factor.shape.rank
    guard try attributes.flag(attribute), rank >= 3 else { return factor }
    // The axis with the rows of the file, which the first axis replaces.
    let place = isSwapped ? rank - 1 : rank - 2
    var dimensions = factor.shape.dimensions
    let rows = dimensions.remove(at: place)
    let first = dimensions.removeFirst()
    dimensions.insert(rows, at: rank - 3)
    dimensions.insert(first, at: place)
    return Tensor(factor.type, try Shape(dimensions))
  }

  /// A product with a matrix of N rows and K columns whose columns are quantised in blocks.
  private func blockQuantizedProduct() throws(NodeFault) -> Inference {
    let input = try input(0)
    guard let inner = try attributes.integer("K"), let outer = try attributes.integer("N"),
      input.shape.dimensions.last == inner
    else { throw NodeFault("K or N is missing, or K is not the last axis of \(input.shape.dimensions)") }
    let shape = try input.shape.replacing(input.shape.rank - 1, with: outer)
    let inference = Inference(
      [Tensor(input.type, shape)], multiplyAddFLOP: 2 * Double(shape.elementCount) * Double(inner))
    return operatorName == "MatMulNBits" ? biased(inference, 5) : inference
  }

  /// Rows of a table that is quantised in blocks, in the type of the scales. Bytes of a table hold several elements.
  private func gatheredBlocks() throws(NodeFault) -> Tensor {
    let (table, scales) = (try input(0), try input(2))
    guard let width = table.shape.dimensions.last else { throw NodeFault("a scalar is not a table") }
    let bits = try attributes.integer("bits") ?? 4
    let isPacked = table.type == .uint8 && (1..<8).contains(bits)
    let shape = try table.shape.replacing(table.shape.rank - 1, with: isPacked ? width * (8 / bits) : width)
    let whole = NodeContext(
      operatorName: "Gather", inputs: [Tensor(scales.type, shape), try input(1)], outputCount: 1,
      attributes: try Attributes(gathering: attributes.integer("gather_axis") ?? 0))
    return try whole.gathered()
  }

  private func quantizedGeneralProduct() throws(NodeFault) -> Inference {
    let right = NodeContext(
      operatorName: operatorName, inputs: [inputs[0], try input(3)], outputCount: 1, attributes: attributes)
    // Without a scale of the result, the result is not quantised.
    let bare = optionalInput(7) == nil ? ElementType.float : try input(0).type
    let type = optionalInput(8)?.type ?? bare
    return try generalProduct(
      factor(0, "transA"), right.factor(1, "transB"), plus: optionalInput(6), type: type)
  }

  /// Each token passes `k` of the experts, whose matrices are stacked along the first axis.
  private func mixtureOfExperts(weights places: [Int], bits: Int?) throws(NodeFault) -> Inference {
    let input = try input(0)
    guard let width = input.shape.dimensions.last, width > 0 else {
      throw NodeFault("a scalar has no tokens")
    }
    let tokens = Double(input.shape.elementCount / width)
    let chosen = Double(try attributes.integer("k") ?? 1)
    var elements = 0.0
    for tensor in places.compactMap(optionalInput) where tensor.shape.rank == 3 {
      let packed = bits.map { tensor.type.bits / max(1, min($0, tensor.type.bits)) } ?? 1
      elements += Double(tensor.shape[1]) * Double(tensor.shape[2]) * Double(packed)
    }
    guard elements > 0 else { throw NodeFault("the weights of the experts are missing") }
    return Inference([try likeInput()], multiplyAddFLOP: 2 * tokens * chosen * elements)
  }
}
