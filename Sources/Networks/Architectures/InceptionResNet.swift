import Foundations

extension DNN {
  /// Inception-ResNet-v2 (Szegedy, Ioffe, Vanhoucke and Alemi, AAAI 2017) for 299 x 299 RGB images, 53 layers: five
  /// convolutions and two poolings, an Inception module, 10, 20 and 10 residual Inception modules with a reduction
  /// between them (one layer each), a convolution, a pooling and a fully connected layer.
  ///
  /// The channels are those of the authors' implementation in TensorFlow, which Keras follows too; they differ from
  /// the paper's. Its batch normalisations only shift, which is one parameter a channel, as a bias is. The residuals'
  /// factor is part of the convolution before it.
  public static func inceptionResNetV2() -> DNN {
    var builder = ConvolutionalChain(channels: 3, side: 299)
    builder.addInceptionStem()
    builder.addBlock("mixed_5b") { block in
      block.concatenate([
        { $0.convolve(channels: 96, kernel: 1, then: .bias) },
        { $0.convolve([(48, 1, 1), (64, 5, 5)]) },
        { $0.convolve([(64, 1, 1), (96, 3, 3), (96, 3, 3)]) },
        { branch in
          branch.pool(.mean, window: 3)
          branch.convolve(channels: 64, kernel: 1, then: .bias)
        },
      ])
    }
    builder.addResiduals(
      "block35", count: 10, [[(32, 1, 1)], [(32, 1, 1), (32, 3, 3)], [(32, 1, 1), (48, 3, 3), (64, 3, 3)]])
    builder.addReduction("mixed_6a", [([], 384), ([(256, 1, 1), (256, 3, 3)], 384)])
    builder.addResiduals("block17", count: 20, [[(192, 1, 1)], [(128, 1, 1), (160, 1, 7), (192, 7, 1)]])
    builder.addReduction(
      "mixed_7a", [([(256, 1, 1)], 384), ([(256, 1, 1)], 288), ([(256, 1, 1), (288, 3, 3)], 320)])
    builder.addResiduals("block8", count: 10, [[(192, 1, 1)], [(192, 1, 1), (224, 1, 3), (256, 3, 1)]])
    builder.addConvolution("conv_7b", channels: 1536, kernel: 1, then: .bias)
    builder.addMeanPooling("pool")
    builder.addDense("fc", outputs: 1000)
    return builder.dnn(named: "inceptionresnetv2")
  }
}

/// The channels of a convolution, and the height and width of its kernel.
private typealias Convolution = (channels: Int, height: Int, width: Int)

extension ConvolutionalChain {
  fileprivate mutating func addInceptionStem() {
    addConvolution("conv1", channels: 32, kernel: 3, stride: 2, padding: .valid, then: .bias)
    addConvolution("conv2", channels: 32, kernel: 3, padding: .valid, then: .bias)
    addConvolution("conv3", channels: 64, kernel: 3, then: .bias)
    addMaximumPooling("pool1", window: 3, stride: 2, padding: .valid)
    addConvolution("conv4", channels: 80, kernel: 1, then: .bias)
    addConvolution("conv5", channels: 192, kernel: 3, padding: .valid, then: .bias)
    addMaximumPooling("pool2", window: 3, stride: 2, padding: .valid)
  }

  /// Adds modules whose branches a convolution brings back to the shape of their input, which is added.
  fileprivate mutating func addResiduals(_ name: String, count: Int, _ branches: [[Convolution]]) {
    for position in 1...count {
      addBlock(Name("\(name)_\(position)")) { block in
        let channels = block.channels
        block.startShortcut()
        block.concatenate(branches.map { convolutions in { $0.convolve(convolutions) } })
        block.convolve(channels: channels, kernel: 1, then: .bias)
        block.endShortcut()
      }
    }
  }

  /// Adds a module of half the size: branches that end with a convolution of stride 2 to so many channels, and a pooling.
  fileprivate mutating func addReduction(_ name: Name, _ branches: [([Convolution], channels: Int)]) {
    addBlock(name) { block in
      block.concatenate(
        branches.map { convolutions, channels in
          { branch in
            branch.convolve(convolutions)
            branch.convolve(channels: channels, kernel: 3, stride: 2, padding: .valid, then: .bias)
          }
        } + [{ $0.pool(.maximum, window: 3, stride: 2, padding: .valid) }])
    }
  }
}

extension ConvolutionBlock {
  fileprivate mutating func convolve(_ convolutions: [Convolution]) {
    for (channels, height, width) in convolutions {
      convolve(channels: channels, kernel: height, by: width, then: .bias)
    }
  }
}
