/// Pooling: 1 FLOP for each element under the window, for every element of the output.
extension NodeContext {
  func pooled(_ input: Tensor) throws(NodeFault) -> Inference {
    guard let kernel = try attributes.integers("kernel_shape") else {
      throw NodeFault("kernel_shape is missing")
    }
    guard input.shape.rank == kernel.count + 2 else {
      throw NodeFault("a window of \(kernel) does not fit an input of \(input.shape.dimensions)")
    }
    let window = try Window(self, kernel: kernel)
    let places = try window.outputs(of: input.shape, roundsUp: attributes.flag("ceil_mode"))
    let shape = try Shape([input.shape[0], input.shape[1]] + places)
    return Inference(
      [Tensor(input.type, shape), Tensor(.int64, shape)],
      otherFLOP: Double(shape.elementCount) * window.size())
  }

  func globallyPooled(_ input: Tensor) throws(NodeFault) -> Inference {
    guard input.shape.rank >= 2 else { throw NodeFault("the input has no spatial axes") }
    let dimensions = input.shape.dimensions.enumerated().map { $0.offset < 2 ? $0.element : 1 }
    return Inference(
      [Tensor(input.type, try Shape(dimensions))], otherFLOP: Double(input.shape.elementCount))
  }

  func unpooled() throws(NodeFault) -> Inference {
    let input = try input(0)
    if optionalInput(2) != nil { return Inference([Tensor(input.type, try Shape(knownIntegers(2)))]) }
    guard let kernel = try attributes.integers("kernel_shape"), input.shape.rank == kernel.count + 2 else {
      throw NodeFault("kernel_shape is missing or does not fit an input of \(input.shape.dimensions)")
    }
    let places = try Window(self, kernel: kernel).transposedOutputs(self, of: input.shape)
    return Inference([Tensor(input.type, try Shape([input.shape[0], input.shape[1]] + places))])
  }

  /// A result of some size for each region of interest.
  func ofRegions(_ size: [Int]?) throws(NodeFault) -> Inference {
    guard let size, size.count == 2 else { throw NodeFault("pooled_shape is missing") }
    let (input, regions) = (try input(0), try input(1).shape)
    guard input.shape.rank == 4, regions.rank == 2 else {
      throw NodeFault("the input must have four axes and the regions two")
    }
    let shape = try Shape([regions[0], input.shape[1]] + size)
    return Inference(Tensor(input.type, shape), perElement: 4)
  }
}
