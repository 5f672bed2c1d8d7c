extension DNN {
  /// VGG-19 (Simonyan and Zisserman, ICLR 2015, configuration E) for 224 x 224 RGB images: 16 convolutions of
  /// 3 x 3, 5 poolings and 3 fully connected layers, 24 layers of which 19 have weights.
  ///
  /// A layer is a convolution or matrix product with the bias and activation that follow it, or a pooling. Its work
  /// counts multiply-accumulates at 2 FLOP each, and 3 comparisons for each output of a pooling; its memory is
  /// its parameters and its output its tensor, all in 32-bit floats.
  public static func vgg19() -> DNN {
    var builder = ConvolutionalChain(channels: 3, side: 224)
    let blocks = [(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)]
    for (block, (channels, count)) in blocks.enumerated() {
      for position in 1...count {
        builder.addConvolution(Name("conv\(block + 1)_\(position)"), channels: channels, kernel: 3)
      }
      builder.addPooling(Name("pool\(block + 1)"))
    }
    builder.addDense("fc6", outputs: 4096)
    builder.addDense("fc7", outputs: 4096)
    builder.addDense("fc8", outputs: 1000)
    return builder.dnn(named: "vgg19")
  }
}

/// A chain of convolutions (stride 1, padded to keep the size) and dense layers whose figures follow from the
/// shapes.
private struct ConvolutionalChain {
  private static let bytesPerNumber = 4.0

  private let input: Double
  private var channels: Int
  private var side: Int
  private var layers: [Layer] = []

  init(channels: Int, side: Int) {
    self.channels = channels
    self.side = side
    input = Double(channels * side * side) * Self.bytesPerNumber
  }

  mutating func addConvolution(_ name: Name, channels outputs: Int, kernel: Int) {
    let weights = kernel * kernel * channels * outputs
    channels = outputs
    add(name, work: 2 * weights * side * side, parameters: weights + outputs)
  }

  /// Pools 2 x 2 with stride 2.
  mutating func addPooling(_ name: Name) {
    side /= 2
    add(name, work: 3 * channels * side * side, parameters: 0)
  }

  mutating func addDense(_ name: Name, outputs: Int) {
    let weights = channels * side * side * outputs
    (channels, side) = (outputs, 1)
    add(name, work: 2 * weights, parameters: weights + outputs)
  }

  private mutating func add(_ name: Name, work: Int, parameters: Int) {
    layers.append(
      Layer(
        name: name, work: Double(work),
        output: Double(channels * side * side) * Self.bytesPerNumber,
        memory: Double(parameters) * Self.bytesPerNumber))
  }

  func dnn(named name: Name) -> DNN { DNN(name: name, input: input, layers: layers) }
}
