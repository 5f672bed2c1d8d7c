import Foundations

extension DNN {
  /// MobileNetV2 (Sandler, Howard, Zhu, Zhmoginov and Chen, CVPR 2018) for 224 x 224 RGB images, 21 layers: a
  /// convolution, 17 inverted residual blocks (one layer each), a convolution, a pooling and a fully connected layer.
  public static func mobileNetV2() -> DNN {
    var builder = ConvolutionalChain(channels: 3, side: 224)
    builder.addConvolution("conv1", channels: 32, kernel: 3, stride: 2, then: .batchNormalisation)
    // The expansion, channels, blocks and stride of the first block of each stage: table 2 of the paper.
    let stages = [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ]
    for (stage, (expansion, channels, count, stride)) in stages.enumerated() {
      for position in 1...count {
        builder.addBlock(Name("block\(stage + 1)_\(position)")) { block in
          // Widens, convolves each channel by itself, and narrows again; with a shortcut if the shape stays the same.
          let wide = block.channels * expansion
          let stride = position == 1 ? stride : 1
          let hasShortcut = block.channels == channels && stride == 1
          if hasShortcut { block.startShortcut() }
          if expansion > 1 { block.convolve(channels: wide, kernel: 1, then: .batchNormalisation) }
          block.convolve(channels: wide, kernel: 3, stride: stride, groups: wide, then: .batchNormalisation)
          block.convolve(channels: channels, kernel: 1, then: .batchNormalisation)
          if hasShortcut { block.endShortcut() }
        }
      }
    }
    builder.addConvolution("conv2", channels: 1280, kernel: 1, then: .batchNormalisation)
    builder.addMeanPooling("pool")
    builder.addDense("fc", outputs: 1000)
    return builder.dnn(named: "mobilenetv2")
  }
}
