/// Normalisations: a few FLOP an element.
extension NodeContext {
  static let normalizations: Set<String> = [
    "BatchNormalization", "GroupNormalization", "InstanceNormalization", "LRN", "LayerNormalization",
    "LogSoftmax", "LpNormalization", "MeanVarianceNormalization", "RMSNormalization",
    "SimplifiedLayerNormalization",
    "SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "Softmax",
  ]

  func batchNormalized() throws(NodeFault) -> Inference {
    let input = try likeInput()
    let statistics = Tensor(try self.input(3).type, try self.input(3).shape)
    return Inference(
      [input] + [Tensor](repeating: statistics, count: 4), otherFLOP: 2 * Double(input.shape.elementCount))
  }

  func layerNormalized(perElement cost: Double) throws(NodeFault) -> Inference {
    let input = try likeInput()
    let axis = try axisAttribute(default: -1, rank: input.shape.rank)
    let dimensions = input.shape.dimensions.enumerated().map { $0.offset < axis ? $0.element : 1 }
    let statistics = Tensor(.float, try Shape(dimensions))
    return Inference([input, statistics, statistics], otherFLOP: cost * Double(input.shape.elementCount))
  }

  /// A layer normalisation of the sum of two inputs; the sum is the fourth output.
  func skipNormalized(perElement cost: Double) throws(NodeFault) -> Inference {
    let input = try likeInput()
    let statistics = Tensor(.float, try Shape(input.shape.dimensions.dropLast() + [1]))
    return Inference(
      [input, statistics, statistics, input], otherFLOP: cost * Double(input.shape.elementCount))
  }
}
