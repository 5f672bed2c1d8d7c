import Foundations

extension DNN {
  /// A random chain that resembles real DNNs: outputs shrink along it from image to class scores, works and
  /// weights vary over an order of magnitude, and one layer in eight has ten times the weights of the others.
  ///
  /// Activations are input and output of a layer, traffic is these and the weights.
  ///
  /// `layers` is their number, at least 1; works are whole numbers of kFLOP, sizes of bytes.
  public static func random(named name: Name, layers: Int, using random: inout SplitMix64) -> DNN {
    // The totals of the chain: the work between that of MobileNetV2 and VGG-19 [FLOP], the weights well below
    // those of VGG [byte].
    let work = random.nextLogUniform(2e9, 40e9) / Double(layers)
    let size = random.nextLogUniform(40e6, 200e6) / Double(layers)
    // An image, as real chains read it.
    let image = 602_112.0
    var input = image
    let chain = (0..<layers).map { position in
      // A real chain's first tensors are larger than its input, its last is a vector.
      let share = Double(position + 1) / Double(layers)
      let usual = SplitMix64.power(3e6, to: 4e3, share: share)
      let isLarge = random.nextUnit() < 0.125
      var layer = Layer(
        name: Name("layer\(position + 1)"),
        work: (work * random.nextLogUniform(0.3, 3) / 1e3).rounded() * 1e3,
        output: (usual * random.nextLogUniform(0.5, 2)).rounded(),
        weights: (size * random.nextLogUniform(0.3, 3) * (isLarge ? 10 : 1)).rounded())
      layer.activations = input + layer.output
      layer.traffic = layer.weights + layer.activations
      input = layer.output
      return layer
    }
    return DNN(name: name, input: image, layers: chain)
  }
}
