import Foundations

extension DNN {
  /// EfficientNet-B1 (Tan and Le, ICML 2019) for 240 x 240 RGB images, 27 layers: a convolution, 23 inverted residual
  /// blocks with squeeze and excitation (one layer each), a convolution, a pooling and a fully connected layer.
  ///
  /// The image is normalised before it is sent.
  public static func efficientNetB1() -> DNN {
    var builder = ConvolutionalChain(channels: 3, side: 240)
    builder.addConvolution("conv1", channels: 32, kernel: 3, stride: 2, then: .batchNormalisation)
    // The expansion, kernel, channels, blocks and stride of the first block of each stage: table 1 of the paper, with
    // 1.1 times as many blocks, rounded up.
    let stages = [
      (1, 3, 16, 2, 1), (6, 3, 24, 3, 2), (6, 5, 40, 3, 2), (6, 3, 80, 4, 2), (6, 5, 112, 4, 1),
      (6, 5, 192, 5, 2), (6, 3, 320, 2, 1),
    ]
    for (stage, (expansion, kernel, channels, count, stride)) in stages.enumerated() {
      for position in 1...count {
        builder.addBlock(Name("block\(stage + 1)_\(position)")) { block in
          // As in MobileNetV2, but that the channels are weighted before they are narrowed.
          let (narrow, wide) = (block.channels, block.channels * expansion)
          let stride = position == 1 ? stride : 1
          let hasShortcut = narrow == channels && stride == 1
          if hasShortcut { block.startShortcut() }
          if expansion > 1 { block.convolve(channels: wide, kernel: 1, then: .batchNormalisation) }
          block.convolve(
            channels: wide, kernel: kernel, stride: stride, groups: wide, then: .batchNormalisation)
          block.squeezeAndExcite(channels: narrow / 4)
          block.convolve(channels: channels, kernel: 1, then: .batchNormalisation)
          if hasShortcut { block.endShortcut() }
        }
      }
    }
    builder.addConvolution("conv2", channels: 1280, kernel: 1, then: .batchNormalisation)
    builder.addMeanPooling("pool")
    builder.addDense("fc", outputs: 1000)
    return builder.dnn(named: "efficientnetb1")
  }
}
