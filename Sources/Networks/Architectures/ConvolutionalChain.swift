import Foundations

/// A chain of layers over square images whose figures follow from the shapes.
///
/// Work counts multiply-accumulates at 2 FLOP each; a pooling of k x k costs k^2 - 1 comparisons (or k^2 additions and
/// divisions) for each number of its output, a shortcut one addition, a squeeze and excitation its means, its products
/// and one multiplication. Activations are free, and so is batch normalisation, which inference folds into the
/// convolution before it; its scale and shift count as parameters.
///
/// Weights are the parameters, output is the tensor, and activations are the tensors that are alive at once while the
/// layer is computed, the largest sum of these over its operators; activation functions and additions overwrite what
/// they read, branches are computed one after the other and write into their part of a concatenation. Traffic is that of the weights, the input and the output: what is between the operators of a block counts
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
    _ name: Name, channels: Int, kernel: Int, stride: Int = 1, padding: Padding = .same,
    then trailer: ConvolutionBlock.Trailer
  ) {
    addBlock(name) {
      $0.convolve(channels: channels, kernel: kernel, stride: stride, padding: padding, then: trailer)
    }
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

  /// Adds the largest number of each window.
  mutating func addMaximumPooling(_ name: Name, window: Int, stride: Int, padding: Padding = .same) {
    addBlock(name) { $0.pool(.maximum, window: window, stride: stride, padding: padding) }
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

/// What windows at the edge of an image do.
enum Padding {
  /// They reach beyond it, so that the size is divided by the stride.
  case same
  /// They stay within it.
  case valid

  func side(of side: Int, window: Int, stride: Int) -> Int {
    switch self {
    case .same: (side + stride - 1) / stride
    case .valid: (side - window) / stride + 1
    }
  }
}

/// Convolutions and poolings, one after the other or as branches.
struct ConvolutionBlock {
  /// The operation that follows a convolution, by its parameters for each channel.
  enum Trailer: Int {
    case bias = 1
    /// Scale and shift; running statistics are no parameters.
    case batchNormalisation = 2
  }

  enum Pooling { case maximum, mean }

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

  /// - Parameter width: that of the kernel, if it is no square; such kernels have no stride.
  mutating func convolve(
    channels outputs: Int, kernel: Int, by width: Int? = nil, stride: Int = 1, padding: Padding = .same,
    groups: Int = 1, then trailer: Trailer
  ) {
    precondition(width == nil || (stride == 1 && padding == .same))
    let weights = kernel * (width ?? kernel) * (channels / groups) * outputs
    replace(channels: outputs, side: padding.side(of: side, window: kernel, stride: stride))
    work += 2 * weights * side * side
    parameters += weights + outputs * trailer.rawValue
  }

  /// Takes the largest number or the mean of each window.
  mutating func pool(_ pooling: Pooling, window: Int, stride: Int = 1, padding: Padding = .same) {
    replace(channels: channels, side: padding.side(of: side, window: window, stride: stride))
    work += (pooling == .mean ? window * window : window * window - 1) * size
  }

  /// Multiplies each channel by a factor that two matrix products compute from the means of all channels.
  ///
  /// - Parameter squeezed: the numbers between the two products.
  mutating func squeezeAndExcite(channels squeezed: Int) {
    work += size + 2 * 2 * channels * squeezed + size
    parameters += 2 * channels * squeezed + squeezed + channels
    alive = max(alive, kept + size + channels + squeezed)
  }

  /// Puts the channels of all branches beside each other; each branch starts from the present tensor.
  mutating func concatenate(_ branches: [(inout ConvolutionBlock) -> Void]) {
    let input = self
    // Later branches read the present tensor too, and so may a shortcut.
    let isShortcut = shortcut != nil && kept == 0
    (channels, side) = (0, 0)
    for (position, build) in branches.enumerated() {
      var branch = ConvolutionBlock(channels: input.channels, side: input.side)
      if isShortcut || position < branches.count - 1 { branch.startShortcut() }
      build(&branch)
      work += branch.work
      parameters += branch.parameters
      alive = max(alive, kept + size + branch.alive)
      (channels, side) = (channels + branch.channels, branch.side)
    }
    keepShortcut()
  }

  /// Writes a tensor of that shape, reading the present one.
  private mutating func replace(channels: Int, side: Int) {
    let inputs = size
    (self.channels, self.side) = (channels, side)
    alive = max(alive, kept + inputs + size)
    keepShortcut()
  }

  private mutating func keepShortcut() {
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
