import Foundations

/// A chain of layers over square images whose figures follow from the shapes.
///
/// Work counts multiply-accumulates at 2 FLOP each; a pooling of k x k costs k^2 - 1 comparisons (or k^2 additions and
/// divisions) for each number of its output, a shortcut one addition. Activations are free, and so is batch
/// normalisation, which inference folds into the convolution before it; its scale and shift count as parameters. Memory
/// is that of the parameters and output that of the tensor, all in 32-bit floats.
struct ConvolutionalChain {
  private let input: Double
  private var channels: Int
  private var side: Int
  private var layers: [Layer] = []

  init(channels: Int, side: Int) {
    self.channels = channels
    self.side = side
    input = Double(4 * channels * side * side)
  }

  /// Adds a convolution with the operation that follows it.
  mutating func addConvolution(
    _ name: Name, channels: Int, kernel: Int, stride: Int = 1, then trailer: ConvolutionBlock.Trailer
  ) {
    addBlock(name) { $0.convolve(channels: channels, kernel: kernel, stride: stride, then: trailer) }
  }

  /// Adds convolutions that together are one layer.
  mutating func addBlock(_ name: Name, _ build: (inout ConvolutionBlock) -> Void) {
    var block = ConvolutionBlock(channels: channels, side: side)
    build(&block)
    (channels, side) = (block.channels, block.side)
    add(name, work: block.work, parameters: block.parameters)
  }

  /// Adds the largest number of each window, padded to divide the size by the stride.
  mutating func addMaximumPooling(_ name: Name, window: Int, stride: Int) {
    side = (side + stride - 1) / stride
    add(name, work: (window * window - 1) * channels * side * side, parameters: 0)
  }

  /// Adds the mean of each channel.
  mutating func addMeanPooling(_ name: Name) {
    let work = channels * side * side
    side = 1
    add(name, work: work, parameters: 0)
  }

  mutating func addDense(_ name: Name, outputs: Int) {
    let weights = channels * side * side * outputs
    (channels, side) = (outputs, 1)
    add(name, work: 2 * weights, parameters: weights + outputs)
  }

  private mutating func add(_ name: Name, work: Int, parameters: Int) {
    layers.append(Layer(name, work: work, outputs: channels * side * side, parameters: parameters))
  }

  func dnn(named name: Name) -> DNN { DNN(name: name, input: input, layers: layers) }
}

extension Layer {
  /// A layer whose outputs and parameters are so many 32-bit floats.
  init(_ name: Name, work: Int, outputs: Int, parameters: Int) {
    self.init(name: name, work: Double(work), output: Double(4 * outputs), memory: Double(4 * parameters))
  }
}

/// Convolutions one after the other, padded to divide the size by the stride.
struct ConvolutionBlock {
  /// The operation that follows a convolution, by its parameters for each channel.
  enum Trailer: Int {
    case bias = 1
    /// Scale and shift; running statistics are no parameters.
    case batchNormalisation = 2
  }

  private(set) var channels: Int
  private(set) var side: Int
  /// [FLOP]
  private(set) var work = 0
  private(set) var parameters = 0

  mutating func convolve(
    channels outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1, then trailer: Trailer
  ) {
    let weights = kernel * kernel * (channels / groups) * outputs
    side = (side + stride - 1) / stride
    channels = outputs
    work += 2 * weights * side * side
    parameters += weights + outputs * trailer.rawValue
  }

  /// Adds the tensor that entered the block, projected by a convolution of 1 x 1 if the shapes differ.
  mutating func addShortcut(from start: ConvolutionBlock) {
    work += channels * side * side
    guard start.channels != channels || start.side != side else { return }
    var projection = ConvolutionBlock(channels: start.channels, side: start.side)
    projection.convolve(channels: channels, kernel: 1, stride: start.side / side, then: .batchNormalisation)
    work += projection.work
    parameters += projection.parameters
  }
}
