import Foundations

/// A chain of layers over square images whose figures follow from the shapes.
///
/// Work counts multiply-accumulates at 2 FLOP each; a pooling of k x k costs k^2 - 1 comparisons (or k^2 additions and
/// divisions) for each number of its output, a shortcut one addition. Activations are free, and so is batch
/// normalisation, which inference folds into the convolution before it; its scale and shift count as parameters.
///
/// Weights are the parameters, output is the tensor, and activations are the tensors that are alive at once while the
/// layer is computed, the largest sum of these over its operators; activation functions and additions overwrite what
/// they read. Traffic is that of the weights, the input and the output: what is between the operators of a block counts
/// as cached. All are in 32-bit floats.
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
    let inputs = size
    var block = ConvolutionBlock(channels: channels, side: side)
    build(&block)
    (channels, side) = (block.channels, block.side)
    layers.append(
      Layer(
        name, work: block.work, inputs: inputs, outputs: size, parameters: block.parameters,
        alive: block.alive))
  }

  /// Adds the largest number of each window, padded to divide the size by the stride.
  mutating func addMaximumPooling(_ name: Name, window: Int, stride: Int) {
    let inputs = size
    side = (side + stride - 1) / stride
    layers.append(
      Layer(name, work: (window * window - 1) * size, inputs: inputs, outputs: size, parameters: 0))
  }

  /// Adds the mean of each channel.
  mutating func addMeanPooling(_ name: Name) {
    let inputs = size
    side = 1
    layers.append(Layer(name, work: inputs, inputs: inputs, outputs: size, parameters: 0))
  }

  mutating func addDense(_ name: Name, outputs: Int) {
    let inputs = size
    (channels, side) = (outputs, 1)
    layers.append(
      Layer(
        name, work: 2 * inputs * outputs, inputs: inputs, outputs: outputs,
        parameters: inputs * outputs + outputs))
  }

  /// The numbers of the tensor that the next layer reads.
  private var size: Int { channels * side * side }

  func dnn(named name: Name) -> DNN { DNN(name: name, input: input, layers: layers) }
}

extension Layer {
  /// A layer whose tensors and parameters are so many 32-bit floats.
  ///
  /// - Parameter alive: the numbers of the tensors that are in memory at once; those of input and output without it.
  init(_ name: Name, work: Int, inputs: Int, outputs: Int, parameters: Int, alive: Int? = nil) {
    self.init(
      name: name, work: Double(work), output: Double(4 * outputs), weights: Double(4 * parameters),
      activations: Double(4 * (alive ?? inputs + outputs)),
      traffic: Double(4 * (inputs + parameters + outputs)))
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
  /// The most numbers that are in memory at once: what an operator reads and writes, and what a shortcut keeps.
  private(set) var alive = 0
  /// The shape of the tensor that a shortcut leads past the convolutions.
  private var shortcut: (channels: Int, side: Int)?
  /// The numbers of that tensor, once it is no longer what the next convolution reads.
  private var kept = 0

  init(channels: Int, side: Int) {
    self.channels = channels
    self.side = side
  }

  private var size: Int { channels * side * side }

  mutating func convolve(
    channels outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1, then trailer: Trailer
  ) {
    let inputs = size
    let weights = kernel * kernel * (channels / groups) * outputs
    side = (side + stride - 1) / stride
    channels = outputs
    work += 2 * weights * side * side
    parameters += weights + outputs * trailer.rawValue
    alive = max(alive, kept + inputs + size)
    if let shortcut { kept = shortcut.channels * shortcut.side * shortcut.side }
  }

  /// Keeps the tensor that the next convolution reads, for `endShortcut`.
  mutating func startShortcut() { shortcut = (channels, side) }

  /// Adds the tensor that was kept, projected by a convolution of 1 x 1 if the shapes differ.
  mutating func endShortcut() {
    guard let (channels, side) = shortcut else { preconditionFailure("no tensor was kept") }
    work += size
    if (channels, side) != (self.channels, self.side) {
      var projection = ConvolutionBlock(channels: channels, side: side)
      projection.convolve(
        channels: self.channels, kernel: 1, stride: side / self.side, then: .batchNormalisation)
      work += projection.work
      parameters += projection.parameters
      alive = max(alive, size + projection.alive)
    }
    (shortcut, kept) = (nil, 0)
  }
}
