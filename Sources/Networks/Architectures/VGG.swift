import Foundations

extension DNN {
  /// VGG-16 (Simonyan and Zisserman, ICLR 2015, configuration D) for 224 x 224 RGB images: 13 convolutions of 3 x 3, 5
  /// poolings and 3 fully connected layers; 16 of the 21 layers have weights.
  public static func vgg16() -> DNN { vgg(named: "vgg16", counts: [2, 2, 3, 3, 3]) }

  /// VGG-19 (Simonyan and Zisserman, ICLR 2015, configuration E) for 224 x 224 RGB images: 16 convolutions of 3 x 3, 5
  /// poolings and 3 fully connected layers; 19 of the 24 layers have weights.
  ///
  /// A layer is a convolution or matrix product with the bias and activation that follow it, or a pooling. Its work
  /// counts multiply-accumulates at 2 FLOP each, and 3 comparisons for each output of a pooling. Its weights are its
  /// parameters, its output is its tensor, its activations are input and output, and its traffic is all of these, in
  /// 32-bit floats.
  public static func vgg19() -> DNN { vgg(named: "vgg19", counts: [2, 2, 4, 4, 4]) }

  /// - Parameter counts: the convolutions of each block.
  private static func vgg(named name: Name, counts: [Int]) -> DNN {
    var builder = ConvolutionalChain(channels: 3, side: 224)
    for (block, (channels, count)) in zip([64, 128, 256, 512, 512], counts).enumerated() {
      for position in 1...count {
        builder.addConvolution(
          Name("conv\(block + 1)_\(position)"), channels: channels, kernel: 3, then: .bias)
      }
      builder.addMaximumPooling(Name("pool\(block + 1)"), window: 2, stride: 2)
    }
    builder.addDense("fc6", outputs: 4096)
    builder.addDense("fc7", outputs: 4096)
    builder.addDense("fc8", outputs: 1000)
    return builder.dnn(named: name)
  }
}
