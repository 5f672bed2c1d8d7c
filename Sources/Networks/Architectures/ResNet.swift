import Foundations

extension DNN {
  /// ResNet-34 (He, Zhang, Ren and Sun, CVPR 2016) for 224 x 224 RGB images, 20 layers: a convolution, a pooling,
  /// 16 residual blocks of two convolutions (one layer each: a cut inside would send the shortcut as well), a pooling
  /// and a fully connected layer.
  public static func resNet34() -> DNN {
    resNet(named: "resnet34") { block, channels, stride in
      block.convolve(channels: channels, kernel: 3, stride: stride, then: .batchNormalisation)
      block.convolve(channels: channels, kernel: 3, then: .batchNormalisation)
    }
  }

  /// ResNet-50 (He, Zhang, Ren and Sun, CVPR 2016) for 224 x 224 RGB images, 20 layers like ResNet-34's, with
  /// bottleneck blocks of three convolutions.
  ///
  /// The stride of a block lies on its 3 x 3 convolution, as in common implementations ("version 1.5").
  public static func resNet50() -> DNN {
    resNet(named: "resnet50") { block, channels, stride in
      block.convolve(channels: channels, kernel: 1, then: .batchNormalisation)
      block.convolve(channels: channels, kernel: 3, stride: stride, then: .batchNormalisation)
      block.convolve(channels: 4 * channels, kernel: 1, then: .batchNormalisation)
    }
  }

  /// - Parameter residual: adds a block's convolutions, given its channels and stride.
  private static func resNet(named name: Name, residual: (inout ConvolutionBlock, Int, Int) -> Void) -> DNN {
    var builder = ConvolutionalChain(channels: 3, side: 224)
    builder.addConvolution("conv1", channels: 64, kernel: 7, stride: 2, then: .batchNormalisation)
    builder.addMaximumPooling("pool1", window: 3, stride: 2)
    for (stage, (channels, count)) in [(64, 3), (128, 4), (256, 6), (512, 3)].enumerated() {
      for position in 1...count {
        builder.addBlock(Name("conv\(stage + 2)_\(position)")) { block in
          block.startShortcut()
          residual(&block, channels, stage > 0 && position == 1 ? 2 : 1)
          block.endShortcut()
        }
      }
    }
    builder.addMeanPooling("pool5")
    builder.addDense("fc", outputs: 1000)
    return builder.dnn(named: name)
  }
}
