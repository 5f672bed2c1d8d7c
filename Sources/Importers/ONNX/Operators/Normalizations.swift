/// Normalisations: a few FLOP an element.
extension NodeContext {
  static let normalizations: Set<String> = [
    "BatchNormalization", "GroupNormalization", "InstanceNormalization", "LRN", "LayerNormalization",
    "LogSoftmax",
    "LpNormalization", "MeanVarianceNormalization", "RMSNormalization", "SimplifiedLayerNormalization",
    "SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "Softmax",
  ]

  func normalization() throws(NodeFault) -> Inference? {
    switch operatorName {
    // Scale and shift, since the statistics are constants.
    case "BatchNormalization": return try batchNormalized()
    // Maximum, difference from it, exponential, sum, quotient.
    case "Softmax", "LogSoftmax": return Inference(try likeInput(), perElement: 5)
    // Mean, difference, square, variance, quotient, scale, shift.
    case "InstanceNormalization", "GroupNormalization": return Inference(try likeInput(), perElement: 7)
    case "LayerNormalization": return try layerNormalized(perElement: 7)
    // Square, mean, quotient, scale.
    case "RMSNormalization", "SimplifiedLayerNormalization": return try layerNormalized(perElement: 4)
    case "SkipLayerNormalization": return try skipNormalized(perElement: 8)
    case "SkipSimplifiedLayerNormalization": return try skipNormalized(perElement: 5)
    // Mean, difference, square, variance, quotient.
    case "MeanVarianceNormalization": return Inference(try likeInput(), perElement: 5)
    // Power, sum, quotient.
    case "LpNormalization": return Inference(try likeInput(), perElement: 3)
    case "LRN":
      // Square, sum over the neighbours, power, quotient.
      guard let size = try attributes.integer("size"), size > 0 else { throw NodeFault("size is missing") }
      return Inference(try likeInput(), perElement: Double(size) + 3)
    default: return nil
    }
  }

  private func likeInput() throws(NodeFault) -> Tensor { Tensor(try input(0).type, try input(0).shape) }

  private func batchNormalized() throws(NodeFault) -> Inference {
    let input = try likeInput()
    let statistics = Tensor(try self.input(3).type, try self.input(3).shape)
    return Inference(
      [input] + [Tensor](repeating: statistics, count: 4), otherFLOP: 2 * Double(input.shape.elementCount))
  }

  private func layerNormalized(perElement cost: Double) throws(NodeFault) -> Inference {
    let input = try likeInput()
    let axis = try axisAttribute(default: -1, rank: input.shape.rank)
    let dimensions = input.shape.dimensions.enumerated().map { $0.offset < axis ? $0.element : 1 }
    let statistics = Tensor(.float, try Shape(dimensions))
    return Inference([input, statistics, statistics], otherFLOP: cost * Double(input.shape.elementCount))
  }

  /// A layer normalisation of the sum of two inputs; the sum is the fourth output.
  private func skipNormalized(perElement cost: Double) throws(NodeFault) -> Inference {
    let input = try likeInput()
    let statistics = Tensor(.float, try Shape(input.shape.dimensions.dropLast() + [1]))
    return Inference(
      [input, statistics, statistics, input], otherFLOP: cost * Double(input.shape.elementCount))
  }
}
