import Foundations

extension DNN {
  /// AlexNet (Krizhevsky, Sutskever and Hinton, NIPS 2012) for 227 x 227 RGB images, 11 layers: 5 convolutions, three of
  /// them in two groups, 3 poolings and 3 fully connected layers. Normalisation of responses is left out.
  public static func alexNet() -> DNN {
    var builder = ConvolutionalChain(channels: 3, side: 227)
    builder.addConvolution("conv1", channels: 96, kernel: 11, stride: 4, padding: .valid, then: .bias)
    builder.addMaximumPooling("pool1", window: 3, stride: 2, padding: .valid)
    builder.addBlock("conv2") { $0.convolve(channels: 256, kernel: 5, groups: 2, then: .bias) }
    builder.addMaximumPooling("pool2", window: 3, stride: 2, padding: .valid)
    builder.addConvolution("conv3", channels: 384, kernel: 3, then: .bias)
    builder.addBlock("conv4") { $0.convolve(channels: 384, kernel: 3, groups: 2, then: .bias) }
    builder.addBlock("conv5") { $0.convolve(channels: 256, kernel: 3, groups: 2, then: .bias) }
    builder.addMaximumPooling("pool5", window: 3, stride: 2, padding: .valid)
    builder.addDense("fc6", outputs: 4096)
    builder.addDense("fc7", outputs: 4096)
    builder.addDense("fc8", outputs: 1000)
    return builder.dnn(named: "alexnet")
  }
}
