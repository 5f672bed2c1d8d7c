/// Operators on tensors whose channels are in blocks, as ONNX Runtime writes them when it saves an optimised model (domain
/// com.microsoft.nchwc). Channels are filled up to whole blocks, in the tensors and in the weights, and so are computed.
extension NodeContext {
  func blockedLayout() throws(NodeFault) -> Inference {
    switch operatorName {
    case "ReorderInput": return Inference([try reorderedInput()])
    case "ReorderOutput": return Inference([try reorderedOutput()])
    case "Conv":
      var inference = try convolved(filledInput(), kernel: input(1), hasBias: optionalInput(2) != nil)
      if optionalInput(3) != nil { inference.otherFLOP += Double(inference.outputs[0].shape.elementCount) }
      return activated(inference)
    case "MaxPool", "AveragePool": return try pooled(input(0))
    case "GlobalMaxPool", "GlobalAveragePool": return try globallyPooled(input(0))
    case "Upsample": return try upsampled()
    default: throw .unknownOperator
    }
  }

  /// The input of a convolution, whose channels ReorderInput fills up to those of the kernel; the size of blocks is not in
  /// the file.
  private func filledInput() throws(NodeFault) -> Tensor {
    let (input, kernel) = (try input(0), try input(1))
    guard input.shape.rank == 4, kernel.shape.rank == 4 else { return input }
    let (present, groups) = (input.shape[1], max(1, try attributes.integer("group") ?? 1))
    guard groups <= kernel.shape[0] else { return input }
    let wanted = kernel.shape[1] * groups
    guard present < wanted, wanted - present < Self.largestBlock else { return input }
    return Tensor(input.type, try input.shape.replacing(1, with: wanted))
  }

  /// The channels of a block on machines with the longest vectors.
  private static let largestBlock = 16

  private func reorderedInput() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let dimensions = input.shape.dimensions
    guard dimensions.count == 4 else { throw NodeFault("the input does not have four axes") }
    guard try attributes.flag("channels_last") else { return Tensor(input.type, input.shape) }
    return Tensor(input.type, try Shape([dimensions[0], dimensions[3], dimensions[1], dimensions[2]]))
  }

  /// A tensor without the channels that fill the last block.
  private func reorderedOutput() throws(NodeFault) -> Tensor {
    let input = try input(0)
    let dimensions = input.shape.dimensions
    guard dimensions.count == 4, let channels = try attributes.integer("channels") else {
      throw NodeFault("the number of channels is missing, or the input does not have four axes")
    }
    let isLast = try attributes.flag("channels_last")
    let places = [dimensions[2], dimensions[3]]
    return Tensor(
      input.type, try Shape([dimensions[0]] + (isLast ? places + [channels] : [channels] + places)))
  }

  private func upsampled() throws(NodeFault) -> Inference {
    let input = try input(0)
    guard let scales = try attributes.integers("scales"), scales.count == input.shape.rank else {
      throw NodeFault("scales are missing or do not fit \(input.shape.dimensions)")
    }
    let shape = try Shape(zip(input.shape.dimensions, scales).map { $0 * $1 })
    let isLinear = try attributes.string("mode") == "linear"
    let changed = scales.count { $0 != 1 }
    return Inference(
      Tensor(input.type, shape), perElement: isLinear ? 2 * repeatElement(2, count: changed).reduce(1, *) : 0)
  }
}
